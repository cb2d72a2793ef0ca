"""Adding: the list offers it to who may do it, and something new starts with the person's own team."""

import pytest

from teams.actions import add_member, give_role


@pytest.fixture
def people(cast):
    """Everybody, and a contributor who is in no team."""
    give_role(strategy=cast.strategy, holder=cast.remy, role="contributor", by=cast.lea)
    return cast


@pytest.mark.parametrize("part", ["channels", "journeys", "initiatives"])
@pytest.mark.parametrize(
    ("who", "may"),
    [("rae", False), ("remy", False), ("cole", True), ("eve", True), ("lea", True), ("ada", True)],
)
def test_the_list_offers_to_add_to_those_whom_the_page_lets_in(people, part, who, may):
    client = people.client(getattr(people, who))
    offered = (
        f'href="{people.url(part)}/add/"' in client.get(people.url(f"{part}/")).content.decode()
    )
    page = client.get(people.url(f"{part}/add/"))
    assert (offered, page.status_code) == ((True, 200) if may else (False, 403))


@pytest.mark.parametrize("part", ["channels", "journeys", "initiatives"])
def test_something_new_starts_with_the_persons_own_team_of_several_the_oldest(cast, part):
    add_member(team=cast.care, person=cast.cole, by=cast.ada)
    form = cast.client(cast.cole).get(cast.url(f"{part}/add/")).context["form"]
    assert form["owner_team"].value() == min(cast.mobile.pk, cast.care.pk)
