"""Deleting: only what one saw is deleted."""

import pytest

from portal.history.models import ChangeSet
from portal.history.record import change_set
from tests.html import squeeze
from tests.world import build_world

KINDS = {
    "objective": "objectives",
    "decision": "decisions",
    "initiative": "initiatives",
    "channel": "channels",
    "journey": "journeys",
    "transition": "channels/transitions",
    "contact_type": "channels/contact-types",
    "difference": "channels/differences",
    "segment": "channels/segments",
}
IN_A_DIALOG = ("channel", "journey")  # the others are short forms, which ask where they stand


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def thing(cast, kind):
    return getattr(build_world(cast), kind)


@pytest.fixture
def delete(cast, kind, thing):
    address = cast.url(f"{KINDS[kind]}/{thing.uid}/delete/")
    return lambda data: cast.client(cast.lea).post(address, data)


def is_there(thing) -> bool:
    return type(thing).objects.filter(pk=thing.pk).exists()


@pytest.mark.parametrize("kind", IN_A_DIALOG)
def test_the_edit_page_asks_before_it_deletes_and_sends_the_version_it_shows(cast, kind, thing):
    thing.refresh_from_db()
    part = cast.url(f"{KINDS[kind]}/{thing.uid}/")
    page = squeeze(cast.client(cast.lea).get(f"{part}edit/").content.decode())
    dialog = page[page.index("<dialog", page.index("</main>")) :]
    dialog = dialog[: dialog.index("</dialog>")]
    assert f"Delete “{thing}”?" in dialog
    assert f'action="{part}delete/"' in dialog
    assert 'name="csrfmiddlewaretoken"' in dialog
    assert f'name="version" value="{thing.version}"' in dialog
    opener = dialog[dialog.index('id="') + 4 :].split('"')[0]
    assert f'data-open-dialog="{opener}"' in page


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in IN_A_DIALOG])
def test_a_short_form_asks_before_it_deletes_and_sends_the_version_it_shows(cast, kind, thing):
    thing.refresh_from_db()
    part = cast.url(f"{KINDS[kind]}/{thing.uid}/")
    client = cast.client(cast.lea)
    address = next(one for one in (f"{part}edit/", part) if client.get(one).status_code == 200)
    page = squeeze(client.get(address).content.decode())
    inside = page[page.index('<details class="disclosure"') :].partition("</details>")[0]
    assert f'action="{part}delete/"' in inside
    assert 'name="csrfmiddlewaretoken"' in inside
    assert f'name="version" value="{thing.version}"' in inside
    assert "History can bring it back." in inside


def test_what_was_seen_is_deleted(thing, delete):
    thing.refresh_from_db()
    assert delete({"version": thing.version}).status_code == 302
    assert not is_there(thing)


@pytest.mark.parametrize(
    "data", [{}, *({"version": raw} for raw in ("", "x", "-1", "²", "9" * 5000))]
)
def test_a_button_without_a_version_deletes_nothing(thing, delete, data):
    before = ChangeSet.objects.count()
    answer = delete(data)
    assert answer.status_code == 409
    assert "Look at it as it is now, then decide" in answer.content.decode()
    assert is_there(thing)
    assert ChangeSet.objects.count() == before


def test_what_somebody_changed_meanwhile_is_not_deleted(cast, thing, delete):
    thing.refresh_from_db()
    seen = thing.version
    texts = ("name", "statement", "question", "note", "explanation")
    name = next(one for one in texts if hasattr(thing, one))
    with change_set(by=cast.eve, scope=cast.strategy.uid) as record:
        record.update(thing, **{name: "Said anew"})
    assert delete({"version": seen}).status_code == 409
    assert is_there(thing)
