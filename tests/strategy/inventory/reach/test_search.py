"""The search for a person: what it answers, and that it equals trying everything."""

from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.inventory.hours import ALWAYS, DAY, NEVER, WEEK, Hours, read
from strategy.inventory.reach.search import Answer, Hop, State, Stop, Week

NINE_TO_FIVE = read("Mon-Fri 09:00-17:00")
TUESDAY_TEN, SUNDAY_TEN = DAY + 600, 6 * DAY + 600


def week(*hops: Hop, line: Hours | None = NINE_TO_FIVE, visible_only: bool = False) -> Week:
    stops = {key: Stop(key) for key in ("app", "bot", "web")}
    stops["line"] = Stop("line", is_assisted=True, hours=line)
    return Week(stops, hops, visible_only=visible_only)


def test_the_way_over_two_hops_says_taps_what_is_lost_and_that_it_is_hidden():
    way = week(
        Hop("app", "bot", taps=1, asked_again=("reason", "identity")),
        Hop("bot", "line", taps=2, is_hidden=True, asked_again=("identity", "history")),
    )
    answer = way.at("app", TUESDAY_TEN)
    assert (answer.state, answer.hops, answer.taps) == (State.REACHED, 2, 3)
    assert answer.is_hidden
    assert answer.lost == ("reason", "identity", "history")
    assert [hop.target for hop in answer.path] == ["bot", "line"]


def test_fewer_hops_win_over_fewer_taps_and_then_taps_decide():
    long = (Hop("app", "bot", taps=0), Hop("bot", "line", taps=0))
    assert week(*long, Hop("app", "line", taps=9)).at("app", TUESDAY_TEN).hops == 1
    two = week(*long, Hop("app", "web", taps=5), Hop("web", "line", taps=0)).at("app", TUESDAY_TEN)
    assert [hop.target for hop in two.path] == ["bot", "line"]


@pytest.mark.parametrize(
    ("hops", "line", "minute", "state"),
    [
        ([Hop("app", "line")], NINE_TO_FIVE, TUESDAY_TEN, State.REACHED),
        ([Hop("app", "line")], NINE_TO_FIVE, SUNDAY_TEN, State.CLOSED),
        ([Hop("app", "line")], NEVER, TUESDAY_TEN, State.CLOSED),
        ([Hop("app", "line")], None, TUESDAY_TEN, State.UNKNOWN_HOURS),
        ([Hop("app", "line", wall="broken")], ALWAYS, TUESDAY_TEN, State.WALL),
        ([Hop("app", "bot"), Hop("bot", "line", wall="broken")], ALWAYS, TUESDAY_TEN, State.WALL),
        ([Hop("app", "bot"), Hop("bot", "app")], ALWAYS, TUESDAY_TEN, State.NO_WAY),
        ([], ALWAYS, TUESDAY_TEN, State.NO_WAY),
    ],
)
def test_why_nobody_is_reached(hops, line, minute, state):
    path = () if state is State.NO_WAY else tuple(hops)
    assert week(*hops, line=line).at("app", minute) == Answer(state, path)


def test_hidden_ways_count_unless_only_visible_ones_shall():
    hidden = Hop("app", "line", is_hidden=True)
    assert week(hidden).at("app", TUESDAY_TEN).is_hidden
    assert week(hidden, visible_only=True).at("app", TUESDAY_TEN).state is State.ONLY_HIDDEN
    round_about = week(hidden, Hop("app", "bot"), Hop("bot", "line"), visible_only=True)
    assert round_about.at("app", TUESDAY_TEN).hops == 2


def test_unknown_hours_are_never_open_and_an_open_line_wins_over_them():
    stops = {
        "app": Stop("app"),
        "desk": Stop("desk", is_assisted=True),
        "line": Stop("line", is_assisted=True, hours=NINE_TO_FIVE),
    }
    both = Week(stops, [Hop("app", "desk"), Hop("app", "line", taps=7)])
    assert both.at("app", TUESDAY_TEN).path == (Hop("app", "line", taps=7),)
    assert both.at("app", SUNDAY_TEN).state is State.UNKNOWN_HOURS


def test_nobody_is_passed_on_through_a_channel_with_a_person():
    stops = {
        "app": Stop("app"),
        "desk": Stop("desk", is_assisted=True, hours=NEVER),
        "line": Stop("line", is_assisted=True, hours=ALWAYS),
    }
    assert Week(stops, [Hop("app", "desk"), Hop("desk", "line")]).at("app", 0).state is State.CLOSED


def test_the_hours_at_which_a_person_is_reached_are_exact():
    odd = read("Mon-Fri 08:30-17:15")
    assert week(Hop("app", "line"), line=odd).reached("app") == odd
    assert week(Hop("app", "line"), line=ALWAYS).reached("app") == ALWAYS
    assert week(line=ALWAYS).reached("app") == NEVER


# --- against trying everything ----------------------------------------------------------------------


def brute_force(way: Week, key: str, minute: int) -> tuple[int, int, int] | State:
    """Walk every way without a circle, and keep the best; then say why not by walking again."""

    def walk(here: str, seen: frozenset[str], goal, passes) -> list[tuple[int, int, int]]:
        stop = way.stops[here]
        if stop.is_assisted:
            return [(0, 0, 0)] if goal(stop) else []
        return [
            (hops + 1, taps + hop.taps, hidden + hop.is_hidden)
            for hop in way.hops
            if hop.source == here and hop.target not in seen and passes(hop)
            for hops, taps, hidden in walk(hop.target, seen | {hop.target}, goal, passes)
        ]

    def shown(hop: Hop) -> bool:
        return not hop.wall and not (way.visible_only and hop.is_hidden)

    def is_open(stop: Stop) -> bool:
        return stop.hours is not None and any(
            start <= minute < end for start, end in stop.hours.spans
        )

    start = frozenset({key})
    found = walk(key, start, is_open, shown)
    if found:
        return min(found)
    for state, goal, passes in (
        (State.UNKNOWN_HOURS, lambda stop: stop.hours is None, shown),
        (State.CLOSED, lambda stop: True, shown),
        (State.ONLY_HIDDEN, lambda stop: True, lambda hop: not hop.wall),
        (State.WALL, lambda stop: True, lambda hop: True),
    ):
        if walk(key, start, goal, passes):
            return state
    return State.NO_WAY


@st.composite
def networks(draw) -> Week:
    size = draw(st.integers(1, 6))
    spans = st.tuples(st.integers(0, 30), st.integers(1, 8)).map(
        lambda at: Hours(((at[0] * 300, min(WEEK, (at[0] + at[1]) * 300)),))
    )
    stops = {
        key: Stop(
            key, is_assisted=draw(st.booleans()), hours=draw(st.none() | spans | st.just(ALWAYS))
        )
        for key in range(size)
    }
    hop = st.builds(
        Hop,
        source=st.integers(0, size - 1),
        target=st.integers(0, size - 1),
        taps=st.integers(0, 4),
        is_hidden=st.booleans(),
        wall=st.sampled_from(["", "", "", "broken"]),
    )
    return Week(stops, draw(st.lists(hop, max_size=14)), visible_only=draw(st.booleans()))


@settings(max_examples=300, deadline=None)
@given(networks(), st.integers(0, 167))
def test_the_search_equals_trying_everything(network, hour):
    minute = hour * 60
    for way, key in product((network, network.without_hidden), network.stops):
        answer, wanted = way.at(key, minute), brute_force(way, key, minute)
        if isinstance(wanted, State):
            assert answer.state is wanted
        else:
            assert answer.state is State.REACHED
            assert (answer.hops, answer.taps, sum(hop.is_hidden for hop in answer.path)) == wanted
        stations = [key, *(hop.target for hop in answer.path)]
        assert [(hop.source, hop.target) for hop in answer.path] == list(pairwise(stations))


@settings(max_examples=100, deadline=None)
@given(networks())
def test_the_answer_changes_only_where_a_channel_opens_or_closes(way):
    for key in way.stops:
        reached = way.reached(key)
        for hour in range(168):
            minute = hour * 60
            inside = any(start <= minute < end for start, end in reached.spans)
            assert inside == (way.at(key, minute).state is State.REACHED)
