"""What the rows of a table can be, and which fields each kind has. The fields are the model's own."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from strategy.exchange.problems import did_you_mean, shortened
from strategy.exchange.sheets import computed
from strategy.exchange.sheets.computed import Computed
from strategy.exchange.sheets.fields import Field, field_of, read_count, refuse_thousands
from strategy.exchange.sheets.figures import read_figure
from strategy.exchange.sheets.names import CellRefused, Here
from strategy.inventory.decisions import queries as decisions
from strategy.inventory.decisions import tree
from strategy.inventory.decisions.actions import Chosen
from strategy.inventory.lists.filters import ChannelFilter
from strategy.inventory.lists.order import sorted_by
from strategy.inventory.models import (
    AccessDecision,
    AccessPoint,
    AccessPointContactType,
    Calendar,
    Channel,
    Measurement,
    Sealed,
    SelfServiceOffer,
    ServiceObjective,
    Transition,
)
from strategy.inventory.opening import exceptions, holidays
from strategy.inventory.parity import queries as parity
from strategy.inventory.points import languages
from strategy.inventory.points import queries as points
from strategy.inventory.points.forms import PointFilter
from strategy.inventory.queries import transitions_of
from strategy.inventory.rules import contradictions
from strategy.inventory.service.figures import why_not_stated
from strategy.inventory.service.metrics import metric_of
from strategy.inventory.service.promises import promised, why_not_promised
from strategy.inventory.ways import queries as ways
from strategy.plan.models import ContactType, LensQuerySet, Segment, Strategy
from strategy.plan.queries import by_uid, today

Problem = tuple[str, str]
"""A field's key ("" when it is about the row) and what is wrong, in a sentence."""
Rule = Callable[[Any, Any, dt.date], Iterator[Problem]]
"""Given the row as it would be, the row as it is (None: it is new) and today."""
Names = tuple[str, ...]
"""Keys of fields."""

NOT_OURS = frozenset({"strategy", "unsealed_by", "unsealed_on"})
"""Fields that no table has: the strategy is the one a person is in, and a broken seal is nobody's to write."""

_REVIEW = frozenset({"reviewed_on", "review_every_days"})


def _itself(row: Any) -> Any:
    return row


def _channel_of(row: Any) -> Any:
    return row.channel


def _point_of(row: Any) -> Any:
    return row.point


@dataclass(frozen=True)
class Kind:
    """One kind of rows."""

    key: str
    model: Any
    every: Callable[[Strategy], Any]  # all rows of a strategy, in order
    known_by: tuple[Names, ...]  # by which a row without an id is found, the best first
    called: Names = ("name",)  # what stands for a new row on the preview
    unique: tuple[tuple[Names, Any], ...] = ()  # what no two rows share, and what is said of it
    shown: Callable[[Strategy, QueryDict, str], Iterable[Any]] | None = None
    """What the list shows for an address; None: all that the lens leaves."""
    rules: tuple[Rule, ...] = ()
    stays_with: str = "channel"  # a link that no row changes: what it belongs to
    added_to: Callable[[Any], Any] = _itself  # what a person must be able to change to add a row
    part_of: Callable[[Any], Any] = _itself  # what they must be able to change to change one
    several: Any = ""  # what several are called, where the model has no good word
    has_figures: bool = False  # may columns be figures of channels?
    spelled: Callable[[dict[str, str]], dict[str, str]] = dict
    counts: Callable[[Any], dict[str, Callable[[str], Any]]] = lambda row: {}
    """Which fields of a row are counts, with what refuses a text that is none."""
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    works_out: Callable[[], tuple[Computed, ...]] = tuple
    """Columns that its list shows and no row holds."""
    holds: Any = ""  # what a row says, for somebody who has never seen one
    example: dict[str, Any] = field(default_factory=dict)
    """The cells of a row to begin with. Of a link: which of the rows that are here it may name."""

    @property
    def label(self) -> str:
        """Return what several are called."""
        return str(capfirst(str(self.several or self.model._meta.verbose_name_plural)))

    @property
    def one(self) -> str:
        """Return what one is called."""
        return str(self.model._meta.verbose_name)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Return the columns in the order of the model, those of the review last."""
        own = [
            one
            for one in self.model._meta.concrete_fields
            if one.editable and one.name not in NOT_OURS and not one.primary_key
        ]
        return tuple(field_of(one) for one in sorted(own, key=lambda one: one.name in _REVIEW))

    @cached_property
    def by_key(self) -> dict[str, Field]:
        """Return the columns by their key."""
        return {one.key: one for one in self.fields}

    @cached_property
    def computed(self) -> dict[str, Computed]:
        """Return the columns that are worked out, by their key."""
        return {one.key: one for one in self.works_out()}

    @property
    def links(self) -> tuple[str, ...]:
        """Return the names of the fields that are links."""
        return tuple(one.key for one in self.fields if one.of.is_relation)

    def rows(self, strategy: Strategy) -> QuerySet:
        """Return every row of the strategy, with the links that reading, policy and history ask for."""
        with_owner = [
            f"{one.key}__owner_team"
            for one in self.fields
            if one.of.related_model is Channel and self.model is not Channel
        ]
        rows: QuerySet = self.every(strategy)
        seal = ("unsealed_by",) if issubclass(self.model, Sealed) else ()
        links = (*self.links, *with_owner, *seal)
        return rows.select_related(*links) if links else rows

    def listed(self, strategy: Strategy, params: QueryDict, lens: str) -> Iterable[Any]:
        """Return what the list shows for an address, on all its pages."""
        if self.shown is not None:
            return self.shown(strategy, params, lens)
        rows = self.every(strategy)
        return rows.through(lens) if isinstance(rows, LensQuerySet) else rows

    def example_row(self, here: Here) -> list[str]:
        """Return the row of the template: with names that there are here, blank where there is none."""
        cells = []
        for one in self.fields:
            said = self.example.get(one.key, "")
            if callable(said):
                known = getattr(here, one.names)  # type: ignore[attr-defined]
                names = (known.call(row.pk) for row in known.by_pk.values() if said(row))
                said = next((name for name in names if name not in cells), "")
            cells.append(said)
        return cells

    def columns(self, chosen: str) -> list[Field | Computed]:
        """Return the columns that an address chooses, in its order; all of the kind when it chooses none."""
        every: dict[str, Field | Computed] = {**self.by_key, **self.computed}
        named = [every[key] for key in chosen.split(",") if key in every]
        return list(dict.fromkeys(named)) or list(every.values())


# --- what the lists show ----------------------------------------------------------------------------


def _in(path: str, model: Any, *order: Any) -> Callable[[Strategy], QuerySet]:
    """Return the reader of all rows of a strategy."""
    return lambda strategy: model.objects.filter(**{path: strategy}).order_by(*order, "pk")


def _channels(strategy: Strategy, params: QueryDict, lens: str) -> QuerySet:
    rows = Channel.objects.filter(strategy=strategy).through(lens)
    return sorted_by(ChannelFilter(params, queryset=rows).qs, params.get("sort", ""))


def _points(strategy: Strategy, params: QueryDict, lens: str) -> QuerySet:
    chosen = PointFilter(params, strategy=strategy).chosen
    rows = AccessPoint.objects.filter(channel__strategy=strategy).through(lens)
    rows = points.filter_rows(rows, chosen, today())
    rows = points.sorted_by(rows, params.get("sort", "channel"))
    if state := chosen.get("open"):  # worked out of the texts, not asked of the database
        rows = rows.filter(pk__in=list(points.in_state(rows, state, timezone.now())))
    return rows


def _transitions(strategy: Strategy, params: QueryDict, lens: str) -> list[Transition]:
    return ways.listed(strategy, params, lens, today())


def _offers(strategy: Strategy, params: QueryDict, lens: str) -> Iterable[SelfServiceOffer]:
    """With `shown` in the address what the page shows: its channels, its contact types."""
    if "shown" not in params:
        return KINDS["offers"].every(strategy).through(lens)
    words = params.get("q", "").strip()[:100]
    return parity.listed(strategy, lens, only=params.get("only", ""), words=words)


def _decisions(strategy: Strategy, params: QueryDict, lens: str) -> Iterable[AccessDecision]:
    """With a segment in the address what its matrix shows; else what is decided for all."""
    chosen = params.get("segment")
    if chosen is None:
        return KINDS["decisions"].every(strategy).through(lens)
    rows = Segment.objects.filter(strategy=strategy).select_related("strategy")
    segment = by_uid(rows, chosen)
    return decisions.listed(segment, params, lens) if segment else []


def _served(strategy: Strategy, params: QueryDict, lens: str) -> QuerySet:
    here = AccessPoint.objects.filter(channel__strategy=strategy).through(lens)
    return KINDS["served"].every(strategy).filter(point__in=here)


# --- rules that hold for a row as a whole -----------------------------------------------------------


def _life(row: Any, known: Any, today: dt.date) -> Iterator[Problem]:
    names = ("life_cycle", "launched_on", "retires_on", "agent_taps")
    said = {name: getattr(row, name, None) for name in names}
    sentences = {
        "launched_on": _(
            "What is live is launched already. Write a day up to today, or “planned”."
        ),
        "retires_on": _("It cannot retire before it is launched."),
    }
    for key, sentence in contradictions(**said, today=today).items():
        yield key, sentences.get(key) or _(sentence)


def _reviewed(row: Any, known: Any, today: dt.date) -> Iterator[Problem]:
    if row.review_every_days < 1:
        yield "review_every_days", _("Write at least 1.")
    if row.reviewed_on and row.reviewed_on > today:
        yield "reviewed_on", _("Write a day up to today: a review that has been.")


def _point(row: Any, known: Any, today: dt.date) -> Iterator[Problem]:
    """What the page of an access point refuses."""
    for line in exceptions(row.exceptions)[1]:
        yield "exceptions", _(line.sentence) % line.values
    for word in languages.split(row.accessibility):
        if word not in AccessPoint.ACCESSIBILITY:
            yield (
                "accessibility",
                _("“%(word)s” is not one of the choices.") % {"word": shortened(word)}
                + (
                    did_you_mean(word, AccessPoint.ACCESSIBILITY)
                    or " "
                    + _("One of: %(words)s.") % {"words": ", ".join(AccessPoint.ACCESSIBILITY)}
                ),
            )


def _calendar(row: Any, known: Any, today: dt.date) -> Iterator[Problem]:
    """What the page of a calendar refuses."""
    for line in holidays(row.days)[1]:
        yield "days", _(line.sentence) % line.values


def _counted(row: Any, known: Any, today: dt.date) -> Iterator[Problem]:
    if row.size is not None and row.size_on is None:
        yield "size_on", _("Say on which day they were counted.")
    if row.size is None and row.size_on is not None:
        yield "size", _("Write how many they were on that day, or take the day out.")
    if row.size_on and row.size_on > today:
        yield "size_on", _("Write a day up to today: a count that has been.")


def _two_ends(row: Any, known: Any, today: dt.date) -> Iterator[Problem]:
    if row.source_id and row.source_id == row.target_id:
        yield "target", _("A transition leads from one channel to another. Name two.")
    if row.tested_on and row.tested_on > today:
        yield "tested_on", _("Write a day up to today: a test that has been.")


def _figures(row: Any, known: Any, today: dt.date) -> Iterator[Problem]:
    stated = (row.value, row.numerator, row.denominator)
    refused = why_not_stated(metric_of(row.metric), row.status, *stated)
    if refused:
        yield refused
    elif row.status == Measurement.Status.VALUE and row.value == 0:
        yield "status", _("Zero is a status itself: write “zero”, and clear the figure.")
    elif row.status not in ("", Measurement.Status.VALUE) and any(
        one is not None for one in stated
    ):
        yield (
            "status",
            _("Only the status “value” has a figure. Clear the figure or change the status."),
        )
    if row.as_of and row.starts_on and row.as_of < row.starts_on:
        yield "as_of", _("It cannot be known before the period has begun.")
    if row.starts_on and row.grain not in ("day", "week") and row.starts_on.day != 1:
        yield "starts_on", _("A month, a quarter and a year begin on the first of a month.")
    if row.point_id and row.point.channel_id != row.channel_id:
        yield "point", _("This access point belongs to another channel.")


def _status_of_value(texts: dict[str, str]) -> dict[str, str]:
    """A figure without a status says by itself what it is: a number, 0, NA or ND."""
    if texts.get("status", "").strip():
        return texts
    try:
        stated = read_figure(texts.get("value", ""))
    except CellRefused:  # a number that contacts cannot be, or none: its own field says so
        return {**texts, "status": Measurement.Status.VALUE}
    if stated is None:
        is_ratio = texts.get("numerator", "").strip()
        return {**texts, "status": Measurement.Status.VALUE} if is_ratio else texts
    value = texts["value"] if stated.value is not None else ""
    return {**texts, "status": stated.status, "value": value}


def _counts(row: Any) -> dict[str, Callable[[str], Any]]:
    """Contacts are whole; what a ratio is worked out from may be hours, but 1.250 is as unclear there."""
    of_ratio = {"numerator": refuse_thousands, "denominator": refuse_thousands}
    return of_ratio | ({"value": read_count} if metric_of(row.metric).is_count else {})


def _promise(row: Any, known: Any, today: dt.date) -> Iterator[Problem]:
    """What the form of a service objective refuses."""
    yield from why_not_promised(vars(row))
    if row.point_id and row.point.channel_id != row.channel_id:
        yield "point", _("This access point belongs to another channel.")
    metric, channel = metric_of(row.metric), _link(row, "channel")
    is_chosen = channel and (known is None or known.metric != row.metric)
    if is_chosen and metric not in promised(channel):
        yield (
            "metric",
            _("%(name)s cannot be promised for %(channel)s. Choose a metric that fits it.")
            % {"name": metric.label, "channel": shortened(channel.name)},
        )


def _offer(row: Any, known: Any, today: dt.date) -> Iterator[Problem]:
    """What the page of self-service refuses, or has no cell for."""
    if row.extent == SelfServiceOffer.Extent.DECLINED and not row.reason.strip():
        yield "reason", _("Say in a sentence why there is deliberately none.")
    channel = _link(row, "channel")
    if known is None and channel and not parity.can_serve(channel):
        yield (
            "channel",
            _(
                "Customers settle nothing alone on %(channel)s: name a self-service or hybrid channel"
                " whose family is IVR, web, app, kiosk, bot or messaging."
            )
            % {"channel": shortened(channel.name)},
        )


def _decision(row: Any, known: Any, today: dt.date) -> Iterator[Problem]:
    """What a cell of the access matrix refuses."""
    kind, channel = _link(row, "contact_type"), _link(row, "channel")
    if not row.choice or not kind or not channel:
        return  # that is wrong already
    try:
        Chosen(kind, channel, 0, row.choice, row.redirect_to, row.reason.strip()).check()
    except ValidationError as refused:
        for key, sentences in refused.message_dict.items():
            yield key, " ".join(sentences)


def _link(row: Any, name: str) -> Any:
    """Return what a row leads to, which may be as new as the row; None when nobody named it."""
    return getattr(row, name, None)


def _any(row: Any) -> bool:
    return True


# --- the kinds --------------------------------------------------------------------------------------

KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            "channels",
            Channel,
            _in("strategy", Channel, Lower("name")),
            known_by=(("name",),),
            unique=((("name",), gettext_lazy("A channel with this name exists already.")),),
            shown=_channels,
            rules=(_life, _reviewed),
            aliases={"owner_team": ("team", "owning function"), "name": ("channel",)},
            works_out=computed.of_channels,
            holds=gettext_lazy("A way in or out: the app, the website, a phone line, a shop."),
            example={
                "name": "Example app",
                "family": "app",
                "mode": "hybrid",
                "life_cycle": "planned",
            },
        ),
        Kind(
            "points",
            AccessPoint,
            _in("channel__strategy", AccessPoint, Lower("channel__name"), Lower("name")),
            known_by=(("channel", "name"),),
            unique=(
                (
                    ("channel", "name"),
                    gettext_lazy("This channel has an access point with this name already."),
                ),
            ),
            shown=_points,
            rules=(_life, _reviewed, _point),
            added_to=_channel_of,
            aliases={
                "owner_team": ("team",),
                "name": ("access point",),
                "address": ("number",),
                "kind": ("type",),
            },
            works_out=lambda: computed.POINTS,
            holds=gettext_lazy(
                "One number, page, inbox, handle or place of a channel, with its hours, languages and vendor."
            ),
            example={
                "channel": _any,
                "name": "Example line",
                "kind": "phone",
                "address": "+1 555 0100",
                "life_cycle": "planned",
                "hours": "Mon-Fri 8am-8pm",
                "time_zone": "Chicago",
                "languages": "English, Spanish",
            },
        ),
        Kind(
            "served",
            AccessPointContactType,
            lambda strategy: (
                AccessPointContactType.objects.filter(point__channel__strategy=strategy)
                .select_related("point__channel__owner_team", "point__owner_team")
                .order_by(
                    Lower("point__channel__name"),
                    Lower("point__name"),
                    Lower("contact_type__name"),
                    "contact_type__code",
                    "pk",
                )
            ),
            known_by=(("point", "contact_type"),),
            called=("point", "contact_type"),
            unique=(
                (
                    ("point", "contact_type"),
                    gettext_lazy("This access point serves this contact type already."),
                ),
            ),
            shown=_served,
            stays_with="point",
            added_to=_point_of,
            part_of=_point_of,
            several=gettext_lazy("contact types served"),
            aliases={"point": ("access point",)},
            holds=gettext_lazy(
                "That an access point serves a contact type: one row for each pair."
            ),
            example={"point": _any, "contact_type": _any},
        ),
        Kind(
            "contact_types",
            ContactType,
            _in("strategy", ContactType, Lower("name")),
            known_by=(("code",), ("name",)),
            unique=(
                (("code",), gettext_lazy("A contact type with this code exists already.")),
                (("name", "code"), gettext_lazy("A contact type with this name exists already.")),
            ),
            shown=tree.listed,
            has_figures=True,
            aliases={
                "name": ("contact type", "reason"),
                "code": ("number", "id of the reason"),
                "kind": ("type",),
            },
            works_out=lambda: computed.CONTACT_TYPES,
            holds=gettext_lazy(
                "A reason for which customers get in touch. More columns may hold how many contacts a channel had."
            ),
            example={"name": "Example reason", "code": "EX-1", "kind": "information"},
        ),
        Kind(
            "segments",
            Segment,
            _in("strategy", Segment, Lower("name")),
            known_by=(("code",), ("name",)),
            unique=(
                (("code",), gettext_lazy("A segment with this code exists already.")),
                (("name",), gettext_lazy("A segment with this name exists already.")),
            ),
            rules=(_counted,),
            aliases={"name": ("segment",), "size": ("customers",)},
            works_out=lambda: computed.SEGMENTS,
            holds=gettext_lazy(
                "A group of customers: who belongs to it, how many they are, what they need."
            ),
            example={
                "name": "Example segment",
                "code": "EX",
                "size": "1000",
                "size_on": "2026-01-31",
            },
        ),
        Kind(
            "calendars",
            Calendar,
            _in("strategy", Calendar, Lower("name")),
            known_by=(("name",),),
            unique=((("name",), gettext_lazy("A calendar with this name exists already.")),),
            rules=(_calendar,),
            aliases={"name": ("calendar",)},
            holds=gettext_lazy("The days on which access points are closed: a holiday calendar."),
            example={"name": "Example holidays", "days": "2027-01-01 New Year's Day"},
        ),
        Kind(
            "transitions",
            Transition,
            transitions_of,
            known_by=(("source", "target"),),
            called=("source", "target"),
            unique=((("source", "target"), gettext_lazy("This transition is recorded already.")),),
            shown=_transitions,
            rules=(_two_ends,),
            works_out=lambda: computed.TRANSITIONS,
            holds=gettext_lazy("A way from one channel to another, and what comes along on it."),
            example={
                "source": _any,
                "target": _any,
                "status": "works",
                "identity": "yes",
                "reason": "partly",
            },
        ),
        Kind(
            "measurements",
            Measurement,
            _in(
                "channel__strategy",
                Measurement,
                Lower("channel__name"),
                "metric",
                "grain",
                "-starts_on",
            ),
            known_by=(("channel", "point", "contact_type", "metric", "grain", "starts_on"),),
            called=("metric", "channel", "point", "contact_type", "starts_on"),
            unique=(
                (
                    ("channel", "point", "contact_type", "metric", "grain", "starts_on"),
                    gettext_lazy("This figure is recorded already."),
                ),
            ),
            rules=(_figures,),
            added_to=_channel_of,
            part_of=_channel_of,
            spelled=_status_of_value,
            counts=_counts,
            aliases={"starts_on": ("period start", "month"), "value": ("contacts", "volume")},
            holds=gettext_lazy("One figure of a channel for one period: contacts, or any metric."),
            example={
                "channel": _any,
                "metric": "contacts",
                "grain": "month",
                "starts_on": "2026-01-01",
                "status": "value",
                "value": "1250",
            },
        ),
        Kind(
            "objectives",
            ServiceObjective,
            _in(
                "channel__strategy",
                ServiceObjective,
                Lower("channel__name"),
                "metric",
                Lower("name"),
                F("effective_from").asc(nulls_first=True),
            ),
            known_by=(("channel", "point", "name", "effective_from"),),
            called=("name", "channel", "point"),
            rules=(_promise,),
            added_to=_channel_of,
            part_of=_channel_of,
            aliases={
                "name": ("objective",),
                "threshold": ("time limit",),
                "abandon_rule": ("contacts given up",),
                "short_abandon_seconds": ("given up at once means within (seconds)",),
            },
            works_out=lambda: computed.OBJECTIVES,
            holds=gettext_lazy("What a channel promises: a metric, a target, how it is counted."),
            example={
                "channel": _any,
                "name": "Example promise",
                "kind": "timeliness",
                "metric": "RT",
                "target": "80",
                "threshold": "1",
                "threshold_unit": "bd",
            },
        ),
        Kind(
            "offers",
            SelfServiceOffer,
            _in(
                "channel__strategy",
                SelfServiceOffer,
                Lower("contact_type__name"),
                "contact_type__code",
                Lower("channel__name"),
            ),
            known_by=(("contact_type", "channel"),),
            called=("contact_type", "channel"),
            unique=(
                (
                    ("contact_type", "channel"),
                    gettext_lazy("This is said of the channel already."),
                ),
            ),
            shown=_offers,
            rules=(_offer,),
            holds=gettext_lazy("How far customers settle one contact type alone on one channel."),
            example={"contact_type": _any, "channel": parity.can_serve, "extent": "part"},
        ),
        Kind(
            "decisions",
            AccessDecision,
            _in(
                "channel__strategy",
                AccessDecision,
                Lower("segment__name"),
                Lower("contact_type__name"),
                Lower("channel__name"),
            ),
            known_by=(("segment", "contact_type", "channel"),),
            called=("segment", "contact_type", "channel"),
            unique=(
                (
                    ("segment", "contact_type", "channel"),
                    gettext_lazy("This is decided already."),
                ),
            ),
            shown=_decisions,
            rules=(_decision,),
            aliases={"choice": ("choice",), "redirect_to": ("to",)},
            holds=gettext_lazy("What one segment is offered for one contact type by one channel."),
            example={"segment": _any, "contact_type": _any, "channel": _any, "choice": "supported"},
        ),
    )
}


def folded(text: str) -> str:
    """Return a head of a column without what people write differently: case, blanks, punctuation."""
    return re.sub(r"[\W_]+", "", text.casefold())


def plain(text: str) -> str:
    """Return a text without what makes no two names of one: capitals, and blanks around it."""
    return text.strip().lower()


def key_of(kind: Kind, names: Sequence[str], row: Any) -> tuple[Any, ...] | None:
    """Return by what a row is found or told apart: plain texts, links as keys. None: a code is blank."""
    found: list[Any] = []
    for name in names:
        one = kind.by_key[name]
        value = getattr(row, one.attname)
        if value is None and one.of.is_relation:  # what it leads to may be new as well
            value = getattr(row._state.fields_cache.get(name), "uid", None)
        elif isinstance(value, str):
            value = plain(value)
            if value == "" and name == "code" and len(names) == 1:
                return None
        found.append(value)
    return tuple(found)


def problems_of(kind: Kind, row: Any, known: Any, today: dt.date) -> Iterable[Problem]:
    """Yield what is wrong with a row as a whole. `known`: the row as it is; None: it is new."""
    for rule in kind.rules:
        yield from rule(row, known, today)
