"""Rows of access points and of the holiday calendars they share."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from strategy.exchange.problems import Path, did_you_mean, shortened
from strategy.exchange.references import Builder, objects, text_of, texts_of
from strategy.inventory.models import AccessPoint, AccessPointContactType, Calendar, Channel
from strategy.inventory.opening import BadLine, exceptions, holidays, is_zone, zones

Days = tuple[Any, list[BadLine]]
"""The days that are listed, and the lines that cannot be read."""


class AccessPoints(Builder):
    """Builds calendars and access points."""

    def _calendars(self, data: dict[str, Any]) -> None:
        names: dict[str, Path] = {}
        for path, facts in objects(data, "calendars"):
            calendar = Calendar(strategy=self.rows.strategy, **self._texts(facts, "name", "days"))
            self._uid(calendar, facts, path)
            self._once(names, calendar.name, (*path, "name"), _("Another calendar has this name"))
            self._days_listed(facts, "days", holidays, path)
            self._clean(calendar, path)
            self.calendars.setdefault(calendar.name, calendar)
            self.rows.calendars.append(calendar)

    def _points(
        self, channel: Channel, facts: dict[str, Any], path: Path
    ) -> dict[str, AccessPoint]:
        """Build the access points of a channel and return them by name."""
        names: dict[str, Path] = {}
        points: dict[str, AccessPoint] = {}
        for place, given in objects(facts, "access_points", path):
            point = AccessPoint(
                channel=channel,
                owner_team=self._team(given, "owner_team", place),
                owner=self._person(given, "owner", place),
                deputy=self._person(given, "deputy", place),
                calendar=self._calendar(given, place),
                unsealed_by=self._person(given, "unsealed_by", place),
                accessibility=self._accessibility(given, place),
                **self._texts(
                    given,
                    *("name", "kind", "address", "published", "life_cycle", "hours", "time_zone"),
                    *("exceptions", "after_hours", "after_hours_note", "languages"),
                    *("accessibility_note", "authentication", "data_taken", "recording"),
                    *("retention", "escalation", "platform", "vendor", "exit_terms"),
                    *("maturity", "note", "review_every_days"),
                ),
                **self._days(
                    given,
                    *("launched_on", "retires_on", "audited_on", "contract_ends_on"),
                    *("privacy_assessed_on", "reviewed_on", "unsealed_on"),
                ),
            )
            self._uid(point, given, place)
            name = (*place, "name")
            self._once(
                names, point.name, name, _("Another access point of this channel has this name")
            )
            if point.launched_on and point.retires_on and point.retires_on < point.launched_on:
                self._problem(
                    (*place, "retires_on"),
                    _("An access point cannot retire before it is launched."),
                )
            self._time_zone(given, place)
            self._days_listed(given, "exceptions", exceptions, place)
            self._clean(point, place)
            points.setdefault(point.name, point)
            self.rows.points.append(point)
            self._serves(point, given, place)
        return points

    def _serves(self, point: AccessPoint, facts: dict[str, Any], path: Path) -> None:
        seen: dict[str, Path] = {}
        for place, called in texts_of(facts, "contact_types", path):
            kind = self._contact_type_called(called, place)
            already = _("This contact type is named here already")
            self._once(seen, str(id(kind)) if kind else "", place, already)
            served = AccessPointContactType(point=point, contact_type=kind)
            self.rows.places[id(served)] = place
            self.rows.serves.append(served)

    def _accessibility(self, facts: dict[str, Any], path: Path) -> str:
        """Return the words as the model keeps them, in the order in which it names them."""
        seen: dict[str, Path] = {}
        for place, word in texts_of(facts, "accessibility", path):
            self._once(seen, word, place, _("This stands here already"))
        return ", ".join(word for word in AccessPoint.ACCESSIBILITY if word in seen)

    def _time_zone(self, facts: dict[str, Any], path: Path) -> None:
        zone = text_of(facts, "time_zone")
        if zone and not is_zone(zone):
            self._problem(
                (*path, "time_zone"),
                _("“%(zone)s” is not a time zone. Write it like America/Chicago.")
                % {"zone": shortened(zone)}
                + did_you_mean(zone, zones()),
            )

    def _days_listed(
        self, facts: dict[str, Any], key: str, read: Callable[[str], Days], path: Path
    ) -> None:
        """Note every line that cannot be read."""
        for line in read(text_of(facts, key) or "")[1]:
            self._problem((*path, key), _(line.sentence) % line.values)
