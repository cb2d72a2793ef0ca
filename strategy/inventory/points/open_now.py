"""Whether an access point is open at a moment, and when that changes, in words."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from strategy.inventory.models import AccessPoint, Channel
from strategy.inventory.opening import Opening, opening


@dataclass(frozen=True)
class Now:
    """Whether something is open at a moment. `state`: open, closed, unknown, or unused (not in use at all).

    `what` says it in two words, `more` until when, or why nobody knows; `brief` is that without the viewer's time.
    """

    state: str
    what: str
    more: str = ""
    brief: str = ""

    @property
    def tone(self) -> str:
        """Return how a page marks it."""
        return {"open": "good", "closed": "quiet", "unused": "quiet"}.get(self.state, "neutral")


def opening_of(point: AccessPoint) -> Opening | str:
    """Return when a point is open, or the sentence that says why nobody knows. Its calendar must be loaded."""
    days = point.calendar.days if point.calendar else ""
    return opening(point.hours, point.time_zone, days, point.exceptions)


def now_of(point: AccessPoint, at: dt.datetime) -> Now:
    """Return whether a point is open at a moment, and when that changes: in its own time, and in the viewer's."""
    if point.life_cycle not in Channel.IN_USE:
        stage = str(point.get_life_cycle_display())
        return Now("unused", _("Not in use"), stage, stage)
    found = opening_of(point)
    if isinstance(found, str):
        return Now("unknown", _("Not known"), _(found), _(found))
    return _now(found, at, ZoneInfo(timezone.get_current_timezone_name()))


def _now(found: Opening, at: dt.datetime, viewer: ZoneInfo) -> Now:
    is_open, change = found.is_open(at), found.next_change(at)
    name = "" if is_open else found.named(at.astimezone(found.zone).date())

    def said(when: str) -> str:
        if is_open:
            return _("closes %(when)s") % {"when": when} if when else _("around the clock")
        more = _("opens %(when)s") % {"when": when} if when else _("no opening in sight")
        return f"{name}, {more}" if name else more

    both, there = moment(change, at, found.zone, viewer) if change else ("", "")
    state, what = ("open", _("Open now")) if is_open else ("closed", _("Closed now"))
    return Now(state, what, said(both), said(there))


def moment(at: dt.datetime, now: dt.datetime, zone: ZoneInfo, viewer: ZoneInfo) -> tuple[str, str]:
    """Say a moment in the customer's time and in the viewer's, and in the customer's alone.

    Where both clocks show the same, no zone is named.
    """
    there = _at(at, now, zone)
    if at.astimezone(zone).utcoffset() == at.astimezone(viewer).utcoffset():
        return there, there
    alone = f"{there} ({place_of(zone)})"
    here = _("%(time)s (%(zone)s, your zone)") % {
        "time": _at(at, now, viewer),
        "zone": place_of(viewer),
    }
    return f"{alone}, {here}", alone


def place_of(zone: ZoneInfo) -> str:
    """Return how people call a time zone: "New York"."""
    return zone.key.rpartition("/")[2].replace("_", " ")


def _at(at: dt.datetime, now: dt.datetime, zone: ZoneInfo) -> str:
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    days = (local.date() - today).days
    if days == 0:
        return _("at %(time)s") % {"time": formats.date_format(local, "H:i")}
    shown = "D H:i" if days < 7 else "N j, Y, H:i"
    return formats.date_format(local, shown)
