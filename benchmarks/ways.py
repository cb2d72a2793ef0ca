"""The transitions matrix of 60 x 60 channels: server time and bytes, with few and with all cells filled."""

import gzip
import http.client
import time

from benchmarks.place import cookie_of, databases, installation, percentile, serving, shell

FILL = """
import random
from portal.history.record import change_set
from strategy.inventory.models import Carried, Channel, Transition
from tests.starting import start_strategy
from teams import actions
random.seed(7)
ada = actions.add_person(values={"name": "Ada", "email": "ada@bench.example", "is_superuser": True}, by=None)
teams = [actions.add_team(values={"name": f"Team {n}", "slug": f"team-{n}", "function": "other"}, by=ada) for n in range(9)]
strategy = start_strategy(values={"name": "Bench", "slug": "bench"}, lead=ada, by=ada)
with change_set(by=ada, scope=strategy.uid) as record:
    channels = [Channel(strategy=strategy, name=f"Channel {n:04}", family=random.choice(Channel.Family.values),
        mode=random.choice(Channel.Mode.values), owner_team=random.choice(teams)) for n in range(CHANNELS)]
    record.create_many(channels)
    pairs = [(a, b) for a in channels for b in channels if a != b]
    record.create_many([Transition(strategy=strategy, source=a, target=b, status=random.choice(Transition.Status.values),
        mechanism="link", **{name: random.choice(Carried.values) for name in Transition.CONTEXT}) for a, b in random.sample(pairs, WAYS)])
"""

PATH = "/s/bench/channels/transitions/matrix/"


def ask(port: int, cookie: str, times: int = 15) -> tuple[float, bytes]:
    """Return the median seconds of an answer, and the page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    took, body = [], b""
    for _time in range(times):
        start = time.perf_counter()
        connection.request("GET", PATH, headers={"Cookie": cookie})
        answer = connection.getresponse()
        body = answer.read()
        took.append(time.perf_counter() - start)
        if answer.status != 200 or b"Channel 0" not in body:
            raise RuntimeError(f"{PATH} answered {answer.status}")
    return percentile(took, 50), body


def run() -> None:
    """Measure and print."""
    print("\n## Transitions matrix: 60 x 60 drawn, warm")
    for name, url in databases().items():
        for channels, ways in ((60, 600), (60, 3540), (200, 2000)):
            with installation(url) as environment:
                fill = FILL.replace("CHANNELS", str(channels)).replace("WAYS", str(ways))
                shell(environment, fill)
                with serving(environment) as port:
                    seconds, body = ask(port, cookie_of(environment, "ada@bench.example"))
            print(
                f"{name}: {channels} channels, {ways:,} transitions: {seconds * 1000:.0f} ms, "
                f"{len(body) / 1024:.0f} KB, compressed {len(gzip.compress(body)) / 1024:.0f} KB, "
                f"{body.count(b'<td>') + body.count(b'<td ')} cells"
            )


if __name__ == "__main__":
    run()
