"""The search for a person: 200 channels, 2,000 transitions, all 168 hours, against a search forward for each.

The plain way starts anew for every channel and hour, and keeps the best of the ways it meets. Both must agree.
"""

import heapq
import random
import time

from strategy.inventory.hours import Hours, read
from strategy.inventory.reach.search import Hop, State, Stop, Week

CHANNELS, TRANSITIONS = 200, 2000
DAYS = ("Mon-Fri", "Mon-Sat", "Mon-Sun", "Tue-Sat")


def network(seed: int) -> tuple[dict[int, Stop], list[Hop]]:
    """Return channels, a third of them with a person at hours of their own, and ways between them."""
    chance = random.Random(seed)
    stops = {}
    for key in range(CHANNELS):
        opens = chance.randint(6, 11)
        hours: Hours | None = read(
            f"{chance.choice(DAYS)} {opens:02}:{chance.choice(['00', '30'])}-{opens + 9}:00"
        )
        stops[key] = Stop(key, is_assisted=key % 3 == 0, hours=hours if key % 30 else None)
    hops = []
    while len(hops) < TRANSITIONS:
        source, target = chance.sample(range(CHANNELS), 2)
        wall = "broken" if stops[target].is_assisted and chance.random() < 0.7 else ""
        hops.append(
            Hop(source, target, chance.randint(0, 5), is_hidden=chance.random() < 0.3, wall=wall)
        )
    return stops, hops


def ours(stops: dict[int, Stop], hops: list[Hop]) -> list[tuple[int, int] | None]:
    """Return hops and taps by hour and channel; None: nobody is reached."""
    week = Week(stops, hops)
    found: list[tuple[int, int] | None] = []
    for hour in range(168):
        is_open = week.open_at(hour * 60)
        for key in stops:
            answer = week.answer(key, is_open)
            found.append((answer.hops, answer.taps) if answer.state is State.REACHED else None)
    return found


def plain(stops: dict[int, Stop], hops: list[Hop]) -> list[tuple[int, int] | None]:
    """Return the same by Dijkstra forward from every channel at every hour."""
    ways: dict[int, list[Hop]] = {key: [] for key in stops}
    for hop in hops:
        if not hop.wall:
            ways[hop.source].append(hop)
    found: list[tuple[int, int] | None] = []
    for hour in range(168):
        minute = hour * 60
        for key in stops:
            queue, done, best = [(0, 0, key)], set(), None
            while queue:
                steps, taps, here = heapq.heappop(queue)
                if here in done:
                    continue
                done.add(here)
                stop = stops[here]
                if stop.is_assisted:
                    if stop.hours and any(start <= minute < end for start, end in stop.hours.spans):
                        best = (steps, taps)
                        break
                    continue
                for hop in ways[here]:
                    heapq.heappush(queue, (steps + 1, taps + hop.taps, hop.target))
            found.append(best)
    return found


def run() -> None:
    """Measure and print."""
    print(f"\n## Reachability: {CHANNELS} channels, {TRANSITIONS:,} transitions, all 168 hours")
    quick, slow = [], []
    for seed in range(3):
        stops, hops = network(seed)
        start = time.perf_counter()
        mine = ours(stops, hops)
        quick.append(time.perf_counter() - start)
        start = time.perf_counter()
        theirs = plain(stops, hops)
        slow.append(time.perf_counter() - start)
        if mine != theirs:
            raise RuntimeError("the two searches disagree")
    ours_s, plain_s = sorted(quick)[1], sorted(slow)[1]
    print(
        f"{len(mine):,} answers in {ours_s * 1000:.0f} ms; one search for each {plain_s:.2f} s, "
        f"ratio {plain_s / ours_s:.0f}x; both agree"
    )


if __name__ == "__main__":
    run()
