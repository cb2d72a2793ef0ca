"""Many people save the same cell at once: every save is either stored, in order, or answered with 409."""

import threading

import pytest
from django.db import connections
from django.urls import reverse

from portal.history.models import Change
from strategy.journeys.models import Cell, Lane, Step

EDITORS, SAVES = 8, 40


@pytest.fixture
def address(cast, drawn):
    cell = drawn.cell("Calls")
    kwargs = {"slug": cast.strategy.slug, "uid": drawn.journey.uid, "cell": cell.uid}
    return reverse("strategy:journeys:cell", kwargs=kwargs)


def together(work, count: int) -> None:
    """Run `work(number)` in `count` threads at once; whatever one of them raises is raised here."""
    problems: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as problem:  # noqa: BLE001  (told to the test below)
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]


@pytest.mark.django_db(transaction=True)
def test_eight_editors_with_forty_saves_each_lose_nothing(cast, drawn, address):
    clients = [cast.client(cast.eve, htmx=True) for _one in range(EDITORS)]
    cell = drawn.cell("Calls")
    before = Change.objects.count()
    stored: list[list[str]] = [[] for _one in range(EDITORS)]
    refused: list[int] = [0] * EDITORS

    def save(number: int) -> None:
        for turn in range(SAVES):
            seen = Cell.objects.values_list("version", flat=True).get(pk=cell.pk)
            text = f"editor {number} save {turn}"
            answer = clients[number].post(address, {"text": text, "version": seen})
            if answer.status_code == 200:
                stored[number].append(text)
            else:
                assert answer.status_code == 409
                assert f"{text}</textarea>" in answer.content.decode()
                refused[number] += 1

    together(save, EDITORS)
    count = sum(map(len, stored))
    assert count + sum(refused) == EDITORS * SAVES
    cell.refresh_from_db()
    assert cell.version == 1 + count
    changes = list(Change.objects.filter(object_uid=cell.uid, kind="update").order_by("version"))
    assert len(changes) == count == Change.objects.count() - before
    assert [change.version for change in changes] == list(range(2, count + 2))
    text = "Calls for sure"
    for change in changes:  # each one began with what the one before it left
        assert change.before["text"] == text
        text = change.after["text"]
    assert cell.text == text
    assert sorted(change.after["text"] for change in changes) == sorted(
        text for own in stored for text in own
    )
    for own in stored:
        mine = [change.after["text"] for change in changes if change.after["text"] in set(own)]
        assert mine == own


@pytest.mark.django_db(transaction=True)
def test_steps_and_lanes_added_at_once_leave_no_hole_in_the_board(cast, drawn):
    stage = drawn.stage("Get ready")
    kwargs = {"slug": cast.strategy.slug, "uid": drawn.journey.uid}
    step_add = reverse("strategy:journeys:step_add", kwargs=kwargs) + f"?stage={stage.uid}"
    lane_add = reverse("strategy:journeys:lane_add", kwargs=kwargs)
    clients = [cast.client(cast.eve, htmx=True) for _one in range(6)]

    def add(number: int) -> None:
        for turn in range(4):
            name = f"{number}.{turn}"
            if number % 2:
                answer = clients[number].post(step_add, {"name": name})
            else:
                answer = clients[number].post(lane_add, {"name": name, "kind": "text"})
            assert answer.status_code == 200

    together(add, 6)
    assert Step.objects.count() == 5 + 12
    assert Lane.objects.count() == 5 + 12
    assert drawn.is_whole()
    for rows in (Step.objects.filter(stage=stage), Lane.objects.all()):
        positions = list(rows.values_list("position", flat=True))
        assert len(set(positions)) == len(positions)
