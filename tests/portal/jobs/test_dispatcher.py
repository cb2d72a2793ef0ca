"""When the dispatcher rings, and what it outlives."""

from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from portal.jobs import actions, engine, queries
from portal.jobs.dispatcher import Dispatcher
from portal.jobs.models import Job

pytestmark = pytest.mark.django_db


class Bell:
    """A broker that counts rings, and is away when told."""

    def __init__(self):
        self.rings = 0
        self.away = False

    def __call__(self):
        if self.away:
            raise ConnectionRefusedError("no broker here")
        self.rings += 1


@pytest.fixture
def bell():
    return Bell()


class Clock:
    """A clock that we set."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def dispatcher(bell, clock):
    """Return a dispatcher that has looked once: it rings when it starts, to learn who is there."""
    dispatcher = Dispatcher(bell, clock)
    dispatcher.turn()
    assert bell.rings == 1
    bell.rings = 0
    return dispatcher


def pauses_between_rings(dispatcher, bell, clock, count, each_time=lambda: None):
    """Turn the dispatcher every half second and return how long it paused between rings."""
    pauses, rung_at = [], clock.now
    while len(pauses) < count:
        clock.now += 0.5
        before = bell.rings
        dispatcher.turn()
        if bell.rings > before:
            pauses.append(clock.now - rung_at)
            rung_at = clock.now
            each_time()
    return pauses


def test_it_rings_once_for_each_job_that_becomes_due(dispatcher, bell):
    for _ in range(3):
        actions.enqueue(kind="tests.note")
    actions.enqueue(kind="tests.note", due_at=timezone.now() + timedelta(hours=1))

    dispatcher.turn()
    dispatcher.turn()

    assert bell.rings == 3


def test_it_rings_for_a_job_whose_worker_died(dispatcher, bell):
    actions.enqueue(kind="tests.note")
    engine.claim_next("worker")
    dispatcher.turn()
    assert bell.rings == 0

    Job.objects.update(lease_until=timezone.now())
    dispatcher.turn()

    assert bell.rings == 1


def answer():
    actions.beat(name="worker")


def test_it_rings_again_every_two_seconds_while_a_job_waits(dispatcher, bell, clock):
    actions.enqueue(kind="tests.note")
    dispatcher.turn()
    answer()

    assert pauses_between_rings(dispatcher, bell, clock, 4, answer) == [2, 2, 2, 2]


def test_it_rings_every_ten_seconds_to_learn_who_is_there(dispatcher, bell, clock):
    answer()

    assert pauses_between_rings(dispatcher, bell, clock, 3, answer) == [10, 10, 10]


def test_it_rings_ever_less_for_a_worker_that_does_not_answer(dispatcher, bell, clock):
    actions.enqueue(kind="tests.note")
    dispatcher.turn()

    assert pauses_between_rings(dispatcher, bell, clock, 7) == [2, 4, 8, 16, 32, 60, 60]
    answer()
    assert pauses_between_rings(dispatcher, bell, clock, 2) == [60, 2]


def test_a_broker_that_is_away_is_logged_once_and_rung_when_it_is_back(dispatcher, bell, caplog):
    caplog.set_level("INFO", logger="portal.jobs")
    bell.away = True
    actions.enqueue(kind="tests.note")

    pauses = [dispatcher.turn() for _ in range(5)]

    assert pauses == [0.5, 1, 2, 5, 5]
    assert caplog.text.count("The broker does not answer, jobs wait: no broker here") == 1
    bell.away = False
    assert dispatcher.turn() < 0.5
    assert bell.rings == 1
    assert "answer again" in caplog.text


def test_it_leaves_a_sign_of_life(dispatcher):
    assert queries.last_seen("dispatcher")


@pytest.mark.django_db(transaction=True)
def test_a_database_that_drops_the_connection_is_outlived(dispatcher, bell, caplog):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no connection to drop")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
    other.close()

    assert dispatcher.turn() == 0.5

    assert "The database does not answer" in caplog.text
    actions.enqueue(kind="tests.note")
    dispatcher.turn()
    assert bell.rings == 1
