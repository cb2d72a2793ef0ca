"""The channel list against the Django admin's list of the same rows: 50 of 1,000, warm, one browser at a time."""

import http.client
import time
from collections.abc import Iterator
from itertools import count, repeat

from benchmarks.place import cookie_of, databases, installation, percentile, serving, shell

FILL = """
import datetime as dt, random
from portal.history.record import change_set
from strategy.gaps.models import Gap
from strategy.inventory.models import Channel, Measurement
from tests.starting import start_strategy
from teams import actions
random.seed(7)
ada = actions.add_person(values={"name": "Ada", "email": "ada@bench.example", "is_superuser": True, "is_staff": True}, by=None)
cole = actions.add_person(values={"name": "Cole", "email": "cole@bench.example"}, by=None)
teams = [actions.add_team(values={"name": f"Team {n}", "slug": f"team-{n}", "function": "other"}, by=ada) for n in range(9)]
actions.add_member(team=teams[0], person=cole, by=ada)
strategy = start_strategy(values={"name": "Bench", "slug": "bench"}, lead=ada, by=ada)
actions.give_role(strategy=strategy, holder=cole, role="contributor", by=ada)
with change_set(by=ada, scope=strategy.uid) as record:
    channels = [Channel(strategy=strategy, name=f"Channel {n:04}", family=random.choice(Channel.Family.values),
        mode=random.choice(Channel.Mode.values), owner_team=random.choice(teams), purpose="What it is for. " * 5,
        life_cycle=random.choice(Channel.LifeCycle.values), agent_route=random.choice(Channel.Route.values),
        agent_taps=random.randint(0, 6), reviewed_on=dt.date(2026, 9, 1)) for n in range(ROWS)]
    record.create_many(channels)
    record.create_many([Measurement(channel=c, starts_on=dt.date(y, 10, 1), status="value", value=random.randint(1, 90000)) for c in channels for y in (2025, 2026)])
    record.create_many([Gap(strategy=strategy, number=n, title=f"Gap {n}", channel=random.choice(channels), opened_on=dt.date(2026, 9, 1)) for n in range(1, ROWS)])
"""

QUERIES = """
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.db import connection
from teams.models import User
client = Client(SERVER_NAME="localhost")
client.force_login(User.objects.get(email="cole@bench.example"), backend="allauth.account.auth_backends.AuthenticationBackend")
client.get("/s/bench/channels/")
with CaptureQueriesContext(connection, ) as seen:
    client.get("/s/bench/channels/")
print(len(seen))
"""


LIST, ADMIN = "/s/bench/channels/", "/admin/strategy/channel/"


def never_asked() -> Iterator[str]:
    """Yield addresses of the first page of the list, each for the first time: as after an act, it is drawn anew."""
    return (f"{LIST}?page={'0' * number}1" for number in count())


def rate(port: int, paths: Iterator[str], cookie: str, seconds: float) -> tuple[float, float]:
    """Return requests per second and the median in milliseconds over one kept-alive connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    took: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        path = next(paths)
        start = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        body = answer.read()
        took.append(time.perf_counter() - start)
        if answer.status != 200 or b"Channel 0001" not in body:
            raise RuntimeError(f"{path} answered {answer.status}")
    return len(took) / sum(took), percentile(took, 50) * 1000


def run() -> None:
    """Measure and print."""
    print("\n## Channel list against the admin changelist: 50 of 1,000 rows, warm")
    for name, url in databases().items():
        queries = {}
        for rows in (100, 1000):
            with installation(url) as environment:
                shell(environment, FILL.replace("ROWS", str(rows)))
                queries[rows] = shell(environment, QUERIES)
                if rows == 100:
                    continue
                ours, theirs = (
                    cookie_of(environment, "cole@bench.example"),
                    cookie_of(environment, "ada@bench.example"),
                )
                with serving(environment) as port:
                    for path, cookie in ((LIST, ours), (ADMIN, theirs)):
                        rate(port, repeat(path), cookie, 1.0)
                    anew, rounds = never_asked(), []
                    for _round in range(3):  # alternating, so that noise meets all
                        warm = rate(port, repeat(LIST), ours, 3.0)
                        peer = rate(port, repeat(ADMIN), theirs, 3.0)
                        rounds.append((warm, peer, rate(port, anew, ours, 3.0)))
        rounds.sort(key=lambda one: one[0][0] / one[1][0])
        (warm, warm_ms), (peer, peer_ms), (drawn, drawn_ms) = rounds[1]
        print(
            f"{name}: ours {warm:.0f}/s (p50 {warm_ms:.1f} ms), admin {peer:.0f}/s (p50 {peer_ms:.1f} ms), "
            f"ratio {warm / peer:.1f}x; queries at 100 rows {queries[100]}, at 1,000 rows {queries[1000]}; "
            f"first view after an act {drawn:.0f}/s (p50 {drawn_ms:.1f} ms), ratio {drawn / peer:.1f}x"
        )


if __name__ == "__main__":
    run()
