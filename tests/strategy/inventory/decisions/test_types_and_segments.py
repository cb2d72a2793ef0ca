"""Contact types as a tree, and segments."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from portal.history.models import ChangeSet
from portal.history.record import change_set
from strategy.home.actions import undo_change
from strategy.inventory.actions import add_contact_type, delete_contact_type, edit_contact_type
from strategy.inventory.decisions.rules import Twig, below, children_of, goes_round, in_order
from strategy.plan.models import ContactType, Segment
from tests.html import squeeze

# --- the tree, as rules -------------------------------------------------------------------------------


def test_a_tree_is_read_from_wide_to_narrow():
    rows = [Twig(1, None), Twig(2, 4), Twig(3, 1), Twig(4, 1), Twig(5, None)]
    found = [(row.pk, depth) for row, depth in in_order(rows)]
    assert found == [(1, 0), (3, 1), (4, 1), (2, 2), (5, 0)]
    closed = [(row.pk, depth) for row, depth in in_order(rows, closed=[4])]
    assert closed == [(1, 0), (3, 1), (4, 1), (5, 0)]


CALM = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # a busy machine is no fault
PARENTS = some.lists(some.one_of(some.none(), some.integers(0, 11)), max_size=12)


@CALM
@given(PARENTS)
def test_no_row_is_lost_or_shown_twice_whatever_points_where(parents):
    rows = [Twig(key, parent) for key, parent in enumerate(parents)]
    assert sorted(row.pk for row, _depth in in_order(rows)) == list(range(len(rows)))
    shut = {row.pk for row in rows}
    shown = [row.pk for row, _depth in in_order(rows, closed=shut)]
    assert len(shown) == len(set(shown))


@CALM
@given(PARENTS, some.integers(0, 11), some.integers(0, 11))
def test_what_lies_below_cannot_hold_what_lies_above(parents, key, parent):
    rows = [Twig(at, up if up is not None and up < at else None) for at, up in enumerate(parents)]
    inside = parent == key or parent in below(children_of(rows), key)
    assert goes_round(rows, key, parent) == inside


# --- contact types ---------------------------------------------------------------------------------------


def test_a_contact_type_is_never_part_of_itself(small):
    deeper = add_contact_type(
        strategy=small.cast.strategy,
        values={"name": "Lost", "parent": small.status},
        by=small.cast.eve,
    )
    for parent in (small.claims, small.status, deeper):
        with pytest.raises(ValidationError, match=r"is part of “Claims” already|part of itself"):
            edit_contact_type(contact_type=small.claims, values={"parent": parent}, expected=None,
                              by=small.cast.eve)  # fmt: skip
        small.claims.refresh_from_db()
        assert (small.claims.parent, small.claims.version) == (None, 1)
    page = small.cast.client(small.cast.eve).get(
        small.cast.url(f"channels/contact-types/{small.claims.uid}/")
    )
    offered = [str(label).strip() for _key, label in page.context["form"].fields["parent"].choices]
    assert offered == ["Nothing: it stands at the top", "Bills (B)"]


@pytest.mark.parametrize(("code", "may"), [("", False), ("B", False), ("b.2", True)])
def test_two_may_share_a_name_only_when_codes_tell_them_apart(small, code, may):
    values = {"name": "bills", "code": code}
    if may:
        assert add_contact_type(strategy=small.cast.strategy, values=values, by=small.cast.eve).pk
        return
    with pytest.raises(ValidationError, match=r"give both a reason code|with this name exists"):
        add_contact_type(strategy=small.cast.strategy, values=values, by=small.cast.eve)


def test_the_last_of_two_codes_of_one_name_is_not_taken_away(small):
    other = add_contact_type(
        strategy=small.cast.strategy, values={"name": "Bills", "code": "B.2"}, by=small.cast.eve
    )
    address = small.cast.url(f"channels/contact-types/{other.uid}/")
    sent = {"name": "Bills", "code": "", "kind": "unknown", "self_service": "unknown",
            "authentication": "unknown", "version": "1"}  # fmt: skip
    answer = small.cast.client(small.cast.eve).post(address, sent)
    assert answer.status_code == 422
    assert "give both a reason code" in answer.content.decode()


def test_what_is_part_of_a_deleted_one_moves_to_the_top_and_the_dialog_says_so(small):
    small.decide(small.choose(small.claims, small.app, "preferred"))
    address = small.cast.url(f"channels/contact-types/{small.claims.uid}/")
    page = squeeze(small.cast.client(small.cast.eve).get(address).content.decode())
    assert "With it go: access decisions (1)." in page
    assert "1 contact type that is part of it moves to the top." in page
    delete_contact_type(contact_type=small.claims, expected=1, by=small.cast.eve)
    small.status.refresh_from_db()
    assert (small.status.parent, small.said()) == (None, {})
    undo_change(
        chosen=ChangeSet.objects.latest("pk"), strategy=small.cast.strategy, by=small.cast.eve
    )
    small.status.refresh_from_db()
    assert small.status.parent.name == "Claims"
    assert len(small.said()) == 1


def listed(response):
    return [(row.contact_type.name, row.depth) for row in response.context["rows"]]


def test_the_page_shows_the_tree_and_closes_what_is_closed(small):
    client = small.cast.client(small.cast.rae)
    page = client.get(small.cast.url("channels/contact-types/"))
    assert listed(page) == [("Bills", 0), ("Claims", 0), ("Where is my claim?", 1)]
    [fold] = [row.fold for row in page.context["rows"] if row.within]
    closed = client.get(small.cast.url(f"channels/contact-types/?{fold}"))
    assert listed(closed) == [("Bills", 0), ("Claims", 0)]
    assert 'aria-expanded="false"' in closed.content.decode()
    [again] = [row.fold for row in closed.context["rows"] if row.within]
    assert again == ""


def test_filters_show_a_flat_list_that_says_what_each_is_part_of(small):
    edit_contact_type(
        contact_type=small.status, values={"kind": "information", "self_service": "suited"},
        expected=None, by=small.cast.eve,
    )  # fmt: skip
    client = small.cast.client(small.cast.rae)
    for query in ("q=where", "q=c.1", "kind=information", "self_service=suited"):
        page = client.get(small.cast.url(f"channels/contact-types/?{query}"))
        assert [(row.contact_type.name, row.trail) for row in page.context["rows"]] == [
            ("Where is my claim?", "Claims")
        ], query
    none = client.get(small.cast.url("channels/contact-types/?q=nothing")).content.decode()
    assert "No contact type matches" in none


def test_1752_contact_types_are_shown_closed_and_in_pages_with_constant_queries(small, cast):
    client = cast.client(cast.lea)
    address = cast.url("channels/contact-types/")

    def count(query=""):
        client.get(address + query)
        with CaptureQueriesContext(connection) as seen:
            page = client.get(address + query)
        return len(seen), page

    before, _page = count()
    with change_set(by=cast.eve, scope=cast.strategy.uid) as record:
        tops = [
            ContactType(strategy=cast.strategy, name=f"Office {n:02}", code=f"O{n}")
            for n in range(52)
        ]
        record.create_many(tops)
        record.create_many(
            ContactType(
                strategy=cast.strategy, name=f"Service {n:04}", code=f"S{n}", parent=tops[n % 52]
            )
            for n in range(1700)
        )
    after, page = count()
    assert after == before
    assert page.context["page_obj"].paginator.count == 54, "closed at first"
    [fold] = [row.fold for row in page.context["rows"] if row.contact_type == tops[0]]
    opened, page = count(f"?{fold}")
    assert (opened, page.context["page_obj"].paginator.count) == (before, 54 + 33)
    assert len(page.content) < 300_000
    flat, page = count("?q=service")
    assert (flat, page.context["page_obj"].paginator.count) == (before, 1700)


def test_a_new_one_starts_under_the_one_that_the_address_names(small):
    client = small.cast.client(small.cast.eve)
    address = small.cast.url("channels/contact-types/add/")
    assert (
        client.get(f"{address}?of={small.claims.uid}").context["form"].initial["parent"]
        == small.claims.pk
    )
    assert "parent" not in client.get(f"{address}?of=nonsense").context["form"].initial


# --- segments ------------------------------------------------------------------------------------------------


def test_the_list_shows_size_care_and_how_much_is_decided(small):
    small.decide(small.choose(small.bills, small.app, "preferred"), segment=small.seniors)
    client = small.cast.client(small.cast.eve)
    address = small.cast.url(f"channels/segments/{small.seniors.uid}/")
    sent = {"name": "Seniors", "size": "88100", "size_on": "2026-09-30", "version": "1", "is_vulnerable": "on"}  # fmt: skip
    assert client.post(address, sent).headers["Location"] == small.cast.url("channels/segments/")
    page = squeeze(client.get(small.cast.url("channels/segments/")).content.decode())
    for part in (
        "88,100",
        "Sept. 30, 2026",
        "Special care",
        "1 of 9 decided (11 %)",
        "1 of 18 decided",
    ):
        assert part in page, part
    dialog = client.get(address).content.decode()
    assert "With it go: access decisions (1)." in dialog


@pytest.mark.parametrize(("sent", "says"), [
    ({"size": "5"}, "Say on which day they were counted."),
    ({"size_on": "2026-01-01"}, "Write how many they were"),
    ({"size": "5", "size_on": "2999-01-01"}, "Choose a day up to today"),
    ({"name": "families"}, "A segment with this name exists already."),
])  # fmt: skip
def test_what_does_not_fit_a_segment_is_said_and_kept(small, sent, says):
    answer = small.cast.client(small.cast.eve).post(
        small.cast.url("channels/segments/add/"), {"name": "Students", **sent}
    )
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert Segment.objects.count() == 2


def test_deleting_a_segment_takes_its_decisions_along_and_undo_brings_both_back(small):
    small.decide(small.choose(small.bills, small.app, "preferred"))
    client = small.cast.client(small.cast.eve)
    client.post(small.cast.url(f"channels/segments/{small.families.uid}/delete/"), {"version": "1"})
    assert small.said() == {}
    undo_change(
        chosen=ChangeSet.objects.latest("pk"), strategy=small.cast.strategy, by=small.cast.eve
    )
    assert len(small.said(Segment.objects.get(name="Families"))) == 1


def test_many_contact_types_are_added_in_a_row(small):
    client, address = (
        small.cast.client(small.cast.eve),
        small.cast.url("channels/contact-types/add/"),
    )
    sent = {"name": "Fee", "kind": "unknown", "parent": str(small.claims.pk)}
    sent |= {"self_service": "unknown", "authentication": "unknown", "another": "on"}
    there = client.post(address, sent).headers["Location"]
    answer = client.get(there)
    assert "Fee</a>is saved. Add another." in squeeze(answer.content.decode())
    form = answer.context["form"]
    assert (form["parent"].value(), form["name"].value()) == (small.claims.pk, None)
