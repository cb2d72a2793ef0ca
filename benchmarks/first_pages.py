"""Home, My work and a board with hops against the channel list of the same strategy; and the six rules alone.

The strategy has 200 channels, 1,000 transitions and 100 journeys of 8 steps, with gaps, objectives and launches.
"""

import http.client
import json
import time

from benchmarks.place import cookie_of, databases, installation, percentile, serving, shell

FILL = """
import datetime as dt, random
from django.utils import timezone
from portal.history.record import change_set
from strategy.gaps.models import Gap
from strategy.inventory.models import AnswerDifference, Channel, Transition
from strategy.journeys import actions as journeys
from strategy.journeys.models import BOARD_LANES, Cell, Journey, Lane, Stage, Step
from tests.starting import start_strategy
from strategy.plan.models import Commitment, ContactType, Initiative, Objective
from strategy.reports.models import Report
from teams import actions
random.seed(11)
ada = actions.add_person(values={"name": "Ada", "email": "ada@bench.example", "is_superuser": True}, by=None)
cole = actions.add_person(values={"name": "Cole", "email": "cole@bench.example"}, by=None)
teams = [actions.add_team(values={"name": f"Team {n}", "slug": f"team-{n}", "function": "other"}, by=ada) for n in range(9)]
actions.add_member(team=teams[0], person=cole, by=ada)
strategy = start_strategy(values={"name": "Bench", "slug": "bench"}, lead=ada, by=ada)
for team in teams:
    actions.give_role(strategy=strategy, holder=team, role="contributor", by=ada)
today = dt.date.today()
with change_set(by=ada, scope=strategy.uid, at=timezone.now() - dt.timedelta(days=60)) as record:
    channels = [Channel(strategy=strategy, name=f"Channel {n:04}", family=random.choice(Channel.Family.values),
        mode=random.choice(Channel.Mode.values), owner_team=random.choice([*teams, *teams, None]), purpose="What it is for. " * 5,
        life_cycle=random.choice(["live", "live", "live", "pilot", "planned", "retired"]), agent_route=random.choice(Channel.Route.values),
        agent_taps=random.randint(0, 6), hours="Mon-Fri 08:00-18:00, Sat 9-13", agent_hours=random.choice(["Always", "Mon-Fri 08:00-20:00", ""]),
        reviewed_on=today - dt.timedelta(days=random.randint(0, 200))) for n in range(200)]
    record.create_many(channels)
    pairs = random.sample([(a, b) for a in channels for b in channels if a is not b], 1000)
    record.create_many([Transition(strategy=strategy, source=a, target=b, **{name: random.choice(["yes", "partly", "no", "unknown"])
        for name in Transition.CONTEXT}) for a, b in pairs])
    ways = {}
    for a, b in pairs:
        ways.setdefault(a.pk, []).append(b)
    kinds = [ContactType(strategy=strategy, name=f"Question {n}") for n in range(60)]
    record.create_many(kinds)
    self_service = [channel for channel in channels if channel.mode != "assisted"]
    record.create_many([AnswerDifference(contact_type=kind, channel=a, other=b, explanation="Two systems.")
        for kind in kinds for a, b in [random.sample(self_service, 2)]])
    record.create_many([Initiative(strategy=strategy, name=f"Launch {n}", owner_team=random.choice(teams),
        launch_on=today + dt.timedelta(days=random.randint(-20, 90)), told_on=random.choice([None, today])) for n in range(20)])
    objectives = [Objective(strategy=strategy, statement=f"Objective {n}", position=n) for n in range(5)]
    record.create_many(objectives)
    record.create_many([Commitment(objective=o, team=team, stance="commits", wording=1, agreed_to=o.statement, given_on=today)
        for o in objectives for team in teams[:6]])
    board = [Journey(strategy=strategy, name=f"Journey {n:03}", owner_team=random.choice(teams)) for n in range(100)]
    record.create_many(board)
    lanes = [Lane(journey=j, kind=kind, name=str(name), position=p) for j in board for p, (kind, name) in enumerate(BOARD_LANES)]
    record.create_many(lanes)
    stages = [Stage(journey=j, name=f"Stage {n}", position=n) for j in board for n in range(4)]
    record.create_many(stages)
    steps = [Step(stage=stage, name=f"Step {n}", position=n) for stage in stages for n in range(2)]
    record.create_many(steps)
    by_journey = {}
    for lane in lanes:
        by_journey.setdefault(lane.journey_id, []).append(lane)
    cells, at = [], {}
    for step in steps:
        j = step.stage.journey_id
        now = at.get(j)
        at[j] = random.choice(ways.get(now.pk) or channels) if now else random.choice(channels)
        cells += [Cell(step=step, lane=lane, text="Says what it is about." if lane.kind in ("text", "pain") else "",
            channel=at[j] if lane.kind == "channel" else None, emotion=1 if lane.kind == "emotion" else None) for lane in by_journey[j]]
    record.create_many(cells)
    record.create_many([Gap(strategy=strategy, number=n, title=f"Gap {n}", channel=random.choice(channels), owner_team=random.choice(teams),
        severity=random.choice(Gap.Severity.values), opened_on=today) for n in range(1, 300)])
    record.create_many([Report(strategy=strategy, number=1, requested_by=ada, requested_at=timezone.now(),
        ready_at=timezone.now(), sha256="0")])
print(board[0].uid)
"""

RULES = """
import datetime as dt, json, time
from strategy.findings.queries import findings
from strategy.plan.models import Strategy
strategy = Strategy.objects.get(slug="bench")
took = []
for _turn in range(15):
    start = time.perf_counter()
    found = findings(strategy, dt.date.today())
    took.append(time.perf_counter() - start)
print(json.dumps([len(found), sorted(took)[len(took) // 2], max(took[1:])]))
"""

MOST = 1.5


def median(port: int, path: str, cookie: str, seconds: float) -> float:
    """Return the median in milliseconds of asking over one kept-alive connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    took: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        took.append(time.perf_counter() - start)
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
    return percentile(took, 50) * 1000


def run() -> None:
    """Measure and print."""
    print(
        "\n## Home, My work and a board beside the channel list of the same strategy (200 channels)"
    )
    for name, url in databases().items():
        with installation(url) as environment:
            board = shell(environment, FILL).strip()
            cookie = cookie_of(environment, "cole@bench.example")
            paths = {
                "channel list": "/s/bench/channels/",
                "home": "/s/bench/",
                "my work": "/s/bench/mine/",
                "board": f"/s/bench/journeys/{board}/",
            }
            rounds: dict[str, list[float]] = {page: [] for page in paths}
            with serving(environment) as port:
                for path in paths.values():
                    median(port, path, cookie, 1.0)
                for _round in range(3):  # in turns, so that noise meets all
                    for page, path in paths.items():
                        rounds[page].append(median(port, path, cookie, 2.0))
            p50 = {page: sorted(took)[1] for page, took in rounds.items()}
            said = ", ".join(
                f"{page} {ms:.1f} ms ({ms / p50['channel list']:.1f}x)" for page, ms in p50.items()
            )
            found, middle, worst = json.loads(shell(environment, RULES))
            print(f"{name}: {said}; at most {MOST}x is wanted")
            print(
                f"{name}: six rules over 200 channels, 1,000 transitions, 100 journeys: {found} findings, "
                f"p50 {middle * 1000:.0f} ms, max {worst * 1000:.0f} ms (at most 500 is wanted)"
            )


if __name__ == "__main__":
    run()
