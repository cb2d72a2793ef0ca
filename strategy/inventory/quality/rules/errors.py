"""What cannot be true."""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator
from typing import NamedTuple

from strategy.inventory.quality.rules.facts import (
    ERROR,
    ChannelFacts,
    Facts,
    FigureFacts,
    Mend,
    PointFacts,
    Problem,
    Rule,
    figures_page,
    row_of,
)
from strategy.inventory.service.metrics import metric_of

_ = str  # marks a sentence for translation


def same_address(kind: str, address: str) -> str:
    """Return an address so that two ways to write it compare as one; "" for none."""
    text = address.strip().casefold()
    if kind in ("phone", "short_code"):
        signs = "".join(each for each in text if each.isalnum())
        return signs[1:] if len(signs) == 11 and signs[0] == "1" else signs
    if kind == "url":
        return re.sub(r"^(https?://)?(www\.)?", "", text).rstrip("/")
    return " ".join(text.split())


class Shared(NamedTuple):
    """An address that is written at access points in use."""

    address: str  # as it compares
    points: list[PointFacts]
    channels: dict[Hashable, ChannelFacts]
    teams: list[Hashable]  # who answers for it: the points' own teams, else those of their channels

    @property
    def values(self) -> dict[str, object]:
        """Return what every sentence about it names."""
        names = tuple(channel.name for channel in self.channels.values())
        return {"address": self.points[0].address, "channels": names}


def addresses(facts: Facts) -> Iterator[Shared]:
    """Yield every address with the access points in use at which it is written, however it is written."""
    at: dict[str, list[PointFacts]] = defaultdict(list)
    for point in facts.points.values():
        if point.channel in facts.channels and point.life_cycle != "retired":
            at[same_address(point.kind, point.address)].append(point)
    at.pop("", None)
    for address, points in at.items():
        channels = {point.channel: facts.channels[point.channel] for point in points}
        teams = {point.team or channels[point.channel].team: None for point in points}
        teams.pop(None, None)
        yield Shared(address, points, channels, list(teams))


def one_address(facts: Facts) -> Iterator[Problem]:
    """Yield addresses of access points for which different teams answer: their own, else the channel's (DQ-01)."""
    for one in addresses(facts):
        if len(one.teams) < 2:
            continue
        values = {**one.values, "teams": tuple(facts.team_name(team) for team in one.teams)}
        sentence = _(
            "%(address)s stands at %(channels)s, but different teams answer for it: %(teams)s."
        )
        mend = Mend("point", one.points[0].key)
        yield Problem("DQ-01", sentence, values, tuple(one.channels), mend, about=(one.address,))


_OUTSIDE = {
    "future": _("%(where)s: a figure of a period that has not begun: %(metric)s, %(period)s."),
    "before": _("%(where)s: %(metric)s of %(period)s, but it was launched only on %(day)s."),
    "after": _("%(where)s: %(metric)s of %(period)s, but it was retired on %(day)s."),
}
_OUTSIDE_MANY = {
    "future": _("%(where)s: %(n)s figures of periods that have not begun, the first: %(metric)s, %(period)s."),
    "before": _("%(where)s: %(n)s figures before its launch on %(day)s, the first: %(metric)s, %(period)s."),
    "after": _("%(where)s: %(n)s figures after its retirement on %(day)s, the first: %(metric)s, %(period)s."),
}  # fmt: skip


def period(facts: Facts) -> Iterator[Problem]:
    """Yield figures of a period that has not begun, or in which there was no such channel or point (DQ-02).

    Those of one channel, point and contact type for one reason are one line. Where there was nothing to count,
    zero and "not applicable" are true.
    """
    found: dict[tuple[Hashable, ...], list[FigureFacts]] = defaultdict(list)
    for one in facts.figures:
        if one.channel not in facts.channels or one.status not in ("value", "suppressed"):
            continue
        said = ("future", None) if one.starts_on > facts.today else facts.outside(one)
        if said is not None:
            found[(*one[:3], *said)].append(one)
    for (*_part, why, day), several in found.items():
        first = min(several, key=lambda one: one.starts_on)
        sentences = _OUTSIDE if len(several) == 1 else _OUTSIDE_MANY
        values = {
            "where": facts.where(first),
            "metric": metric_of(first.metric),
            "period": first.period,
            "day": day,
            "n": len(several),
        }
        sentence = sentences[str(why)]
        mend, about = figures_page(first), row_of(first)
        yield Problem("DQ-02", sentence, values, (first.channel,), mend, about=about)


def more_than_all(facts: Facts) -> Iterator[Problem]:
    """Yield shares of more than all (DQ-03), the newest of each row; `n` says how many there are."""
    for rows in facts.series.values():
        metric = metric_of(rows[0].metric)
        if not metric.is_share:
            continue
        wrong = [one for one in rows if _is_more(one)]
        if not wrong:
            continue
        one = wrong[-1]
        values = {
            "where": facts.where(one),
            "metric": metric,
            "period": one.period,
            "counted": one.numerator,
            "of": one.denominator,
            "value": one.value,
            "n": len(wrong),
        }
        if one.value is None:
            sentence = _("%(where)s: %(metric)s of %(period)s counts %(counted)s out of %(of)s.")
        else:
            sentence = _("%(where)s: %(metric)s of %(period)s is %(value)s percent.")
        mend, about = figures_page(one), row_of(one)
        yield Problem("DQ-03", sentence, values, (one.channel,), mend, about=about)


def _is_more(one: FigureFacts) -> bool:
    if one.numerator is not None and one.denominator is not None:
        return one.numerator > one.denominator
    return one.value is not None and one.value > 100


def stranger(facts: Facts) -> Iterator[Problem]:
    """Yield teams that own a channel or access point and have no role in the strategy (DQ-04)."""
    owned: dict[Hashable, dict[Hashable, None]] = defaultdict(dict)
    for channel in facts.channels.values():
        if channel.life_cycle != "retired":
            owned[channel.team][channel.key] = None
    for point in facts.points.values():
        if point.life_cycle != "retired" and point.channel in facts.channels:
            owned[point.team][point.channel] = None
    for key, channels in owned.items():
        team = facts.teams.get(key)
        if team is None or team.has_role:
            continue
        names = tuple(facts.channels[each].name for each in channels)
        sentence = _("%(team)s owns %(channels)s, but has no role in this strategy.")
        values = {"team": team.name, "channels": names}
        yield Problem("DQ-04", sentence, values, tuple(channels), Mend("roles"), about=(key,))


RULES = (
    Rule(
        "DQ-01",
        ERROR,
        _("One address, two owners"),
        _(
            "Record the address once, at the channel of the team that answers for it, and let that access point"
            " serve several contact types."
        ),
        one_address,
    ),
    Rule(
        "DQ-02",
        ERROR,
        _("A period that cannot be"),
        _("Correct the period, or the day of the launch or the retirement."),
        period,
    ),
    Rule(
        "DQ-03",
        ERROR,
        _("More than all"),
        _("Check both counts at their source: what is counted is part of what it is counted of."),
        more_than_all,
    ),
    Rule(
        "DQ-04",
        ERROR,
        _("An owner from outside"),
        _("Give the team a role in the strategy, or choose another owning team."),
        stranger,
    ),
)
