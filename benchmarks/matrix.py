"""The access matrix: 60 contact types by 20 channels, one of 5 segments shown; saving one cell, and 200 at once."""

import gzip
import http.client
import json
import time
from urllib.parse import urlencode

from benchmarks.place import (
    CSRF,
    cookie_of,
    databases,
    installation,
    percentile,
    serving,
    shell,
)

FILL = """
import json, random
from portal.history.record import change_set
from strategy.inventory.models import AccessDecision, Channel
from strategy.plan.models import ContactType, Segment
from teams import actions
from tests.starting import start_strategy
random.seed(7)
ada = actions.add_person(values={"name": "Ada", "email": "ada@bench.example", "is_superuser": True, "is_staff": True}, by=None)
eve = actions.add_person(values={"name": "Eve", "email": "eve@bench.example"}, by=None)
strategy = start_strategy(values={"name": "Bench", "slug": "bench"}, lead=ada, by=ada)
actions.give_role(strategy=strategy, holder=eve, role="editor", by=ada)
teams = [actions.add_team(values={"name": f"Team {n}", "slug": f"team-{n}", "function": "other"}, by=ada) for n in range(5)]
with change_set(by=ada, scope=strategy.uid) as record:
    segments = [Segment(strategy=strategy, name=f"Segment {n}") for n in range(5)]
    record.create_many(segments)
    tops = [ContactType(strategy=strategy, name=f"Matter {n}", code=f"M{n}") for n in range(6)]
    record.create_many(tops)
    types = tops + [ContactType(strategy=strategy, name=f"Contact type {n:02}", code=f"T{n}", parent=tops[n % 6]) for n in range(54)]
    record.create_many(types[6:])
    channels = [Channel(strategy=strategy, name=f"Channel {n:02}", family=Channel.Family.values[n % 14], mode="assisted", owner_team=teams[n % 5]) for n in range(20)]
    record.create_many(channels)
    def decided(segment, kind, channel):
        choice = random.choice(AccessDecision.Choice.values)
        to = random.choice([other for other in channels if other != channel]) if choice == "redirected" else None
        return AccessDecision(segment=segment, contact_type=kind, channel=channel, choice=choice, redirect_to=to,
            reason="They have to prove who they are." if choice == "not_offered" else "")
    record.create_many([decided(s, t, c) for s in segments for t in types[10:] for c in channels if random.random() < 0.6])
print(json.dumps([str(segments[0].uid), [str(t.uid) for t in types[:10]], [str(c.uid) for c in channels]]))
"""

QUERIES = """
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.db import connection
from teams.models import User
client = Client(SERVER_NAME="localhost")
client.force_login(User.objects.get(email="eve@bench.example"), backend="allauth.account.auth_backends.AuthenticationBackend")
client.get("PATH")
with CaptureQueriesContext(connection) as seen:
    client.get("PATH")
print(len(seen))
"""

ROUNDS = 40


def ask(
    connection: http.client.HTTPConnection, cookie: str, method: str, path: str, body: str = ""
) -> tuple[float, int, bytes]:
    """Ask once; return milliseconds, status and body."""
    headers = {"Cookie": cookie, "X-CSRFToken": CSRF, "HX-Request": "true"}
    if method == "GET":
        headers = {"Cookie": cookie}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    start = time.perf_counter()
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    text = answer.read()
    return (time.perf_counter() - start) * 1000, answer.status, text


def saves(
    connection: http.client.HTTPConnection,
    cookie: str,
    path: str,
    keys: list[tuple[str, str]],
    versions: dict[tuple[str, str], int],
    rounds: int,
) -> float:
    """Save the same cells again and again, each time to something else; return the median in milliseconds."""
    took = []
    for _round in range(rounds):
        cells = []
        for key in keys:
            version = versions.get(key, 0)
            choice = "supported" if version % 2 else "preferred"
            cells.append([*key, version, choice, "", ""])
            versions[key] = version + 1
        ms, status, text = ask(connection, cookie, "POST", path, urlencode({"cells": json.dumps(cells)}))  # fmt: skip
        if status != 204:
            raise RuntimeError(f"saving answered {status}: {text[:200]!r}")
        took.append(ms)
    return percentile(took, 50)


def run() -> None:
    """Measure and print."""
    print("\n## Access matrix: 60 contact types x 20 channels, 1 of 5 segments shown")
    for name, url in databases().items():
        with installation(url) as environment:
            segment, types, channels = json.loads(shell(environment, FILL).splitlines()[-1])
            path = f"/s/bench/channels/matrix/{segment}/"
            queries = shell(environment, QUERIES.replace("PATH", path)).splitlines()[-1]
            cookie = cookie_of(environment, "eve@bench.example")
            with serving(environment) as port:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                cold, status, page = ask(connection, cookie, "GET", path)
                if status != 200 or page.count(b"<td class=") != 1200:
                    raise RuntimeError(
                        f"the matrix answered {status}: {page.count(b'<td class=')} cells"
                    )
                warm = [ask(connection, cookie, "GET", path)[0] for _round in range(ROUNDS)]
                keys = [(one, two) for one in types for two in channels]
                versions: dict[tuple[str, str], int] = {}
                save = f"{path}save/"
                new = saves(connection, cookie, save, keys, versions, 1)
                cell = saves(connection, cookie, save, keys[:1], versions, ROUNDS)
                many = saves(connection, cookie, save, keys, versions, 10)
                after = ask(connection, cookie, "GET", path)[0]
        print(
            f"{name}: page p50 {percentile(warm, 50):.0f} ms, p95 {percentile(warm, 95):.0f} ms (first {cold:.0f} ms, "
            f"after 200 cells changed {after:.0f} ms), {queries} queries, {len(page):,} bytes "
            f"({len(gzip.compress(page, 6)):,} gzip); one cell saved in {cell:.0f} ms, 200 new in {new:.0f} ms, "
            f"200 changed in {many:.0f} ms"
        )


if __name__ == "__main__":
    run()
