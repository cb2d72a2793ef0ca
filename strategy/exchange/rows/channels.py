"""Rows of the channels with all that hangs from them, and of the ways between them."""

from typing import Any

from django.utils.translation import gettext as _

from strategy.exchange.problems import Path
from strategy.exchange.references import mapping, objects, text_of
from strategy.exchange.rows.points import AccessPoints
from strategy.exchange.rows.service import Service
from strategy.inventory.models import Channel, Transition


class Channels(AccessPoints, Service):
    """Builds channels, their access points, promises and figures, and transitions."""

    def _channels(self, data: dict[str, Any]) -> None:
        names: dict[str, Path] = {}
        leads: list[tuple[Channel, dict[str, Any], Path]] = []
        for path, facts in objects(data, "channels"):
            way = mapping(facts.get("way_to_a_person"))
            channel = Channel(
                strategy=self.rows.strategy,
                owner_team=self._team(facts, "owner_team", path),
                owner=self._person(facts, "owner", path),
                deputy=self._person(facts, "deputy", path),
                unsealed_by=self._person(facts, "unsealed_by", path),
                **self._texts(
                    facts,
                    *("name", "family", "mode", "timing", "device", "direction", "run_by"),
                    *("life_cycle", "purpose", "hours", "vendor", "review_every_days"),
                ),
                **self._days(facts, "launched_on", "retires_on", "reviewed_on", "unsealed_on"),
                **self._texts(
                    way,
                    agent_route="route",
                    agent_taps="taps",
                    agent_hours="hours_promised",
                ),
            )
            self._uid(channel, facts, path)
            self._once(names, channel.name, (*path, "name"), _("Another channel has this name"))
            if (
                channel.launched_on
                and channel.retires_on
                and channel.retires_on < channel.launched_on
            ):
                self._problem(
                    (*path, "retires_on"), _("A channel cannot retire before it is launched.")
                )
            self._clean(channel, path)
            self.channels.setdefault(channel.name, channel)
            self.rows.channels.append(channel)
            leads.append((channel, way, (*path, "way_to_a_person")))
            points = self._points(channel, facts, path)
            self._service_objectives(channel, points, facts, path)
            self._measurements(channel, points, facts, path)
        for channel, way, path in leads:
            channel.agent_channel = self._channel(way, "leads_to", path)
            if channel.agent_channel is channel:
                self._problem(
                    (*path, "leads_to"),
                    _("A channel cannot lead to itself. Name another, or none."),
                )

    def _transitions(self, data: dict[str, Any]) -> None:
        pairs: dict[str, Path] = {}
        for path, facts in objects(data, "transitions"):
            source = self._channel(facts, "from", path)
            target = self._channel(facts, "to", path)
            pair = (text_of(facts, "from"), text_of(facts, "to"))
            transition = Transition(
                strategy=self.rows.strategy,
                source=source,
                target=target,
                tested_by=self._person(facts, "tested_by", path),
                **self._texts(facts, "status", "mechanism", "trigger", "note"),
                **self._texts(
                    mapping(facts.get("carried")),
                    *("identity", "authentication", "reason", "history", "case", "language"),
                    page="page_or_step",
                    entered="what_was_entered",
                ),
                **self._days(facts, "tested_on"),
            )
            self._uid(transition, facts, path)
            self._once(
                pairs,
                f"{pair}",
                path,
                _("These two channels have a transition already"),
                fold=False,
            )
            if source is not None and source is target:
                self._problem(
                    (*path, "to"),
                    _("A transition leads from one channel to another. Name two channels."),
                )
            self._clean(transition, path)
            self.transitions.setdefault(pair, transition)
            self.rows.transitions.append(transition)
