"""Columns that a list works out: an export has them, an import knows them and leaves them alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from strategy.exchange.sheets.fields import plain_number
from strategy.exchange.sheets.names import Here
from strategy.inventory.decisions.queries import Decided, coverage
from strategy.inventory.lists import fields as lists
from strategy.inventory.lists.order import OPEN_GAPS
from strategy.inventory.lists.volume import LATEST_VOLUME, by_type
from strategy.inventory.models import AccessPoint, AnswerDifference, Channel
from strategy.inventory.points import queries as points
from strategy.inventory.points.open_now import now_of
from strategy.inventory.service.by_type import Contacts, Part, contacts_of_types
from strategy.inventory.service.promises import Verdict
from strategy.inventory.service.queries import Promise, promise_facts
from strategy.inventory.ways.queries import look_of
from strategy.plan.queries import Freshness, freshness, today
from strategy.plan.rules import next_review

TARGET = "computed:"
"""What a column is mapped to begins so when the portal works it out; the key follows."""

Texts = Callable[[Sequence[Any], Here], dict[int, str]]
"""Given rows, what the column says of each, by the row's key. A constant number of queries."""


@dataclass(frozen=True)
class Computed:
    """One such column."""

    key: str
    label: Any
    texts: Texts
    is_figure: bool = False

    @property
    def target(self) -> str:
        """Return what a column of a file is mapped to."""
        return f"{TARGET}{self.key}"


def _each(says: Callable[[Any], str]) -> Texts:
    return lambda rows, here: {row.pk: says(row) for row in rows}


# --- channels ---------------------------------------------------------------------------------------


def _in_words(fresh: Freshness) -> str:
    return str(dict(lists.REVIEW_STATES)[fresh.state])


def _review(channel: Channel) -> str:
    return _in_words(
        freshness(
            next_review(channel.reviewed_on, channel.review_every_days),
            today(),
            has_ended=channel.life_cycle == Channel.LifeCycle.RETIRED,
            is_doubted=channel.unsealed_on is not None,
        )
    )


def _gaps(rows: Sequence[Channel], here: Here) -> dict[int, str]:
    counted = Channel.objects.filter(strategy=here.strategy).annotate(the_gaps=OPEN_GAPS)
    return {pk: str(count or 0) for pk, count in counted.values_list("pk", "the_gaps")}


def _volume(rows: Sequence[Channel], here: Here) -> dict[int, str]:
    newest = Channel.objects.filter(strategy=here.strategy).annotate(
        the_status=LATEST_VOLUME[0], the_value=LATEST_VOLUME[1]
    )
    typed = by_type(Channel.objects.filter(strategy=here.strategy))
    said = {
        pk: _figure(Part("", status, value)) if status else ""
        for pk, status, value in newest.values_list("pk", "the_status", "the_value")
    }
    return said | {pk: _typed(one) for pk, one in typed.items()}


def _typed(one: Contacts) -> str:
    """Return the sum over contact types; of what is no whole month with its period, which nobody expects."""
    if one.total is None:
        return one.words
    figure = plain_number(one.total)
    is_month = one.grain == "month" and not one.is_partial
    return figure if is_month else f"{figure} ({one.when})"


def _figure(part: Part) -> str:
    if part.is_counted:
        return plain_number(part.value or 0)
    return part.words


def _who(rows: Sequence[Channel], here: Here) -> dict[int, str]:
    links = {row.pk: row.unsealed_by_id for row in rows}
    return {pk: here.people.call(one) if one else "" for pk, one in links.items()}


_CHANNELS: dict[str, tuple[Texts, bool]] = {
    "mobile": (_each(lambda row: _("yes") if row.touches_mobile else _("no")), False),
    "review": (_each(_review), False),
    "unsealed_by": (_who, False),
    "unsealed_on": (_each(lambda row: row.unsealed_on.isoformat() if row.unsealed_on else ""), False),
    "open_gaps": (_gaps, True),
    "volume": (_volume, True),
    "changed_at": (_each(lambda row: timezone.localdate(row.changed_at).isoformat()), False),
}  # fmt: skip


def of_channels() -> tuple[Computed, ...]:
    """Return what the list of channels shows and no form has."""
    return tuple(
        Computed(key, lists.head(lists.fields()[key]), texts, is_figure)
        for key, (texts, is_figure) in _CHANNELS.items()
    )


# --- access points ----------------------------------------------------------------------------------


def _loaded(says: Callable[[AccessPoint], str]) -> Texts:
    """Return a reader of points with all that their list loads, read once for all columns."""

    def texts(rows: Sequence[AccessPoint], here: Here) -> dict[int, str]:
        known = AccessPoint.objects.filter(channel__strategy=here.strategy)
        every = here.remembered("points", lambda: list(known.select_related(*points.RELATED)))
        return {row.pk: says(row) for row in every}

    return texts


POINTS = (
    Computed(
        "open_now",
        gettext_lazy("Open now"),
        _loaded(lambda row: now_of(row, timezone.now()).what),
    ),
    Computed(
        "vendor_risk",
        gettext_lazy("Vendor risk"),
        _loaded(lambda row: "; ".join(one.words for one in points.risks_of(row, today()))),
    ),
    Computed(
        "review",
        gettext_lazy("Review"),
        _loaded(lambda row: _in_words(points.fresh_of(row, today()))),
    ),
)


# --- contact types ----------------------------------------------------------------------------------


def _contacts(says: Callable[[Contacts], str]) -> Texts:
    def texts(rows: Sequence[Any], here: Here) -> dict[int, str]:
        keys = [row.pk for row in rows]
        found = here.remembered("contacts", lambda: contacts_of_types(keys))
        return {key: says(one) for key, one in found.items()}

    return texts


def _total(found: Contacts) -> str:
    return plain_number(found.total) if found.total is not None else found.words


def _differences(rows: Sequence[Any], here: Here) -> dict[int, str]:
    said: dict[int, list[str]] = {}
    every = AnswerDifference.objects.filter(contact_type__strategy=here.strategy)
    for one in every.select_related("channel", "other"):
        words = f"{one.channel} – {one.other}: {one.get_kind_display()}"
        said.setdefault(one.contact_type_id, []).append(words)
    return {key: "; ".join(words) for key, words in said.items()}


CONTACT_TYPES = (
    Computed("contacts", gettext_lazy("Contacts"), _contacts(_total), is_figure=True),
    Computed("contacts_period", gettext_lazy("Period of the contacts"), _contacts(lambda one: one.when)),
    Computed(
        "contacts_by_channel",
        gettext_lazy("Contacts by channel"),
        _contacts(lambda one: "; ".join(f"{part.name}: {_figure(part)}" for part in one.parts)),
    ),
    Computed("differences", gettext_lazy("Answered differently by"), _differences),
)  # fmt: skip


# --- transitions ------------------------------------------------------------------------------------

TRANSITIONS = (
    Computed(
        "worst_fact",
        gettext_lazy("Worst fact"),
        _each(lambda row: str(look_of(row, today()).label)),
    ),
)


# --- service objectives -----------------------------------------------------------------------------


def _promises(says: Callable[[Promise], str]) -> Texts:
    """Return a reader of promises as their page judges them, read once for all columns."""

    def texts(rows: Sequence[Any], here: Here) -> dict[int, str]:
        def every() -> list[Promise]:
            return [row for one in promise_facts(here.strategy, today()) for row in one.rows]

        return {row.objective.pk: says(row) for row in here.remembered("promises", every)}

    return texts


def _judged(says: Callable[[Verdict], str]) -> Texts:
    """Return the same of what is judged: promises in force."""
    return _promises(lambda row: says(row.verdict) if row.in_force else "")


OBJECTIVES = (
    Computed("promise", gettext_lazy("Promise in a sentence"), _promises(lambda row: row.sentence)),
    Computed(
        "in_force",
        gettext_lazy("In force today"),
        _promises(lambda row: _("yes") if row.in_force else _("no")),
    ),
    Computed("verdict", gettext_lazy("Verdict"), _judged(lambda one: one.label)),
    Computed("verdict_why", gettext_lazy("Why this verdict"), _judged(lambda one: one.why)),
    Computed(
        "newest_figure",
        gettext_lazy("Newest figure"),
        _judged(lambda one: one.figure.equation if one.figure else ""),
    ),
    Computed(
        "newest_figure_period",
        gettext_lazy("Period of the newest figure"),
        _judged(lambda one: one.figure.when if one.figure else ""),
    ),
)  # fmt: skip


# --- segments ---------------------------------------------------------------------------------------


def _decided(says: Callable[[Decided], Any]) -> Texts:
    def texts(rows: Sequence[Any], here: Here) -> dict[int, str]:
        covered = here.remembered("coverage", lambda: coverage(here.strategy))
        return {row.pk: str(says(one)) for row, one in covered.segments if one.whole}

    return texts


SEGMENTS = (
    Computed("decided", gettext_lazy("Cells decided"), _decided(lambda one: one.part), is_figure=True),
    Computed("undecided", gettext_lazy("Cells undecided"), _decided(lambda one: one.left), is_figure=True),
    Computed(
        "decided_percent",
        gettext_lazy("Decided in percent"),
        _decided(lambda one: one.percent),
        is_figure=True,
    ),
)  # fmt: skip
