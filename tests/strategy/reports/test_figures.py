"""The figures of the front page, worked out by hand for the frozen strategy."""

import copy

import pytest

from strategy.reports import figures


def indicator(snapshot, key):
    return next(row for row in snapshot["front"]["indicators"] if row["key"] == key)


@pytest.mark.parametrize(
    ("key", "now"),
    [
        ("owned", "11 of 14"),  # 8 of 10 components, 3 of 4 channels that are not retired
        ("reviewed", "10 of 14"),  # 7 components, 3 channels
        ("answered", "5 of 8"),
        ("kept", "1 of 3"),  # G-1 and G-6 were not settled in time, G-4 was; G-5 is accepted
        ("open", "3"),
        ("overdue", "1"),
    ],
)
def test_indicators_show_both_numbers(snapshot, key, now):
    assert indicator(snapshot, key)["now"] == now


def test_without_an_earlier_report_the_flow_is_that_of_ninety_days(snapshot):
    # opened: G-2, G-3, G-6; settled: G-4, G-5
    assert indicator(snapshot, "open")["note"] == "3 opened, 2 settled, 1 fixed since 90 days ago"


def test_the_verdict_says_only_what_stands_on_the_page(snapshot):
    assert snapshot["front"]["verdict"] == (
        "First report: 3 gaps are open, 1 of them critical and 1 past their date; 11 of 14 channels and"
        " components have an owning team, and 10 of 14 were reviewed in time."
    )


def test_a_strategy_with_nothing_in_it_is_not_judged(snapshot):
    empty = {**snapshot, "channels": [], "journeys": [], "gaps": []}
    assert figures.front(empty, None)["verdict"].startswith("There is nothing to judge yet")


def compared(snapshot, change):
    """Return the front of a report on what `change` made of the strategy, after a report on it as it was."""
    before = copy.deepcopy(snapshot)
    before["report"]["code"] = "R-1"
    change(snapshot)
    return figures.front(snapshot, before)


def close(snapshot, number):
    gap = next(gap for gap in snapshot["gaps"] if gap["number"] == number)
    gap.update(is_open=False, is_overdue=False, settled=snapshot["as_of"] and gap["opened"])
    gap["state"] = {"code": "verified", "label": "Verified"}


def lose_owner(snapshot):
    snapshot["components"][0]["team"] = ""


@pytest.mark.parametrize(
    ("change", "opening"),
    [
        (lambda _: None, "As at the last report: 3 gaps"),
        (lambda s: close(s, 1), "Better than at the last report: 2 gaps are open, 0"),
        (lose_owner, "Worse than at the last report: 3 gaps"),
        (
            lambda s: (close(s, 2), lose_owner(s)),
            "Partly better, partly worse than at the last report: 2 gaps",
        ),
    ],
    ids=["same", "better", "worse", "mixed"],
)
def test_the_verdict_says_which_way_it_went(snapshot, change, opening):
    assert compared(snapshot, change)["verdict"].startswith(opening)


@pytest.mark.parametrize(
    ("key", "now", "before", "way"),
    [
        ("owned", (34, 35), (33, 34), 0),  # one more, owned as the others are: nothing is better
        ("owned", (34, 34), (33, 34), 1),
        ("reviewed", (23, 35), (31, 34), -1),
        ("answered", (2000, 2001), (1999, 2000), 1),  # exactly, not by rounded percent
        ("kept", (4, 21), (3, 10), -1),
        ("kept", (0, 7), (0, 3), 0),
        ("kept", (0, 0), (1, 3), None),
    ],
)
def test_a_share_is_better_the_same_or_worse(key, now, before, way):
    shares = [{"n": n, "d": d} for n, d in (now, before)]
    assert figures.better(key, *shares) == way


@pytest.mark.parametrize(
    ("now", "before", "way"), [(3, 4, 1), (4, 4, 0), (5, 4, -1), (5, None, None)]
)
def test_fewer_gaps_are_better(now, before, way):
    assert figures.better("open", now, before) == way


def test_answers_to_another_checklist_are_not_compared(snapshot):
    front = compared(snapshot, lambda s: s["checklists"][0].update(name="Another"))
    row = next(row for row in front["indicators"] if row["key"] == "answered")
    assert (row["before"], row["change"]) == ("—", "—")


def test_changes_name_what_happened(snapshot):
    def change(now):
        close(now, 2)
        now["components"][0]["team"] = ""
        now["gaps"][0]["slips"] += 1
        now["gaps"].append({**now["gaps"][-1], "uid": "new", "code": "G-9", "title": "New one"})
        now["channels"][0]["life_cycle"] = {"code": "retired", "label": "Retired"}
        now["journeys"].append({**now["journeys"][0], "uid": "new", "name": "New trip"})

    lines = {line["label"]: line["names"] for line in compared(snapshot, change)["changes"]}
    assert lines == {
        "Fixed and verified": ["G-2 Help is five taps away"],
        "Fixed, to be verified": ["G-9 New one"],
        "New gaps": ["G-9 New one"],
        "Date moved back": ["G-1 Asked again who one is"],
        "Lost their owner": ["Customer segments"],
        "Retired": ["Claims line"],
        "New journeys": ["New trip"],
    }


def test_functions_add_up_and_what_nobody_owns_stands_last(snapshot):
    rows = snapshot["front"]["functions"]
    assert [(row["name"], row["channels"], row["open"], row["overdue"], row["awaited"], row["answered"])
            for row in rows] == [
        ("Mobile", 2, 2, 1, 0, "1 of 4"),
        ("Contact center", 1, 0, 0, 0, "4 of 4"),
        ("IT and telephony", 0, 0, 0, 1, ""),
        ("", 1, 1, 0, 0, ""),
    ]  # fmt: skip
    assert sum(row["open"] for row in rows) == 3


def test_caveats_name_what_is_not_known(snapshot):
    said = " ".join(snapshot["front"]["caveats"])
    assert "A volume is known for 2 of 4 channels" in said
    assert "way to a person is not known for 1 of 4" in said
    assert "1 of 3 open gaps have no date" in said
    assert "to be decided again: G-5" in said
    assert "“Readiness”: 3 answers are missing" in said
    assert "7 of 10 components have no text yet" in said


def test_ages_count_open_and_settled_gaps_apart(snapshot):
    assert [(row["label"], row["open"], row["settled"]) for row in snapshot["ages"]] == [
        ("0 to 30 days", 1, 0),
        ("31 to 60 days", 0, 2),
        ("61 to 90 days", 1, 0),
        ("over 90 days", 1, 0),
    ]


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (110, 100, "+10 %"),
        (90, 100, "−10 %"),
        (100, 100, "±0 %"),
        (None, 100, ""),
        (100, None, ""),
        (100, 0, ""),
    ],
)
def test_a_change_needs_two_counts_above_zero(now, before, words):
    assert figures.change_percent(now, before) == words


def test_hand_overs_are_steps_in_a_row_of_different_teams(snapshot):
    journeys = {one["name"]: one for one in snapshot["journeys"]}
    assert figures.hand_overs(journeys["ID card"]) == 3
    journeys["ID card"]["lanes"] = [{"kind": "text", "name": "x"}]
    assert figures.hand_overs(journeys["ID card"]) == 0


def test_the_front_says_what_launches_next_and_nothing_that_has_launched(snapshot):
    def launch(name, iso):
        return {"name": name, "launch": iso and {"iso": iso, "words": iso}}

    day = snapshot["as_of"]["day"]
    snapshot["initiatives"] = [
        launch("Undated", None),
        launch("Last", "2031-01-01"),
        launch("Gone", "2020-01-01"),
        launch("Fourth", "2032-01-01"),
        launch("Today", day),
        launch("Second", "2030-01-01"),
    ]
    named = [one["name"] for one in figures.front(snapshot, None)["launches"]]
    assert named == ["Today", "Second", "Last"]
