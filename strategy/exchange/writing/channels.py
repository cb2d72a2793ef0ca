"""The channels with all that hangs from them, and the ways between them, as plain values."""

from typing import Any

from django.db.models import Prefetch

from strategy.exchange.writing.base import Writer, by_name, ends, figure, prose, stated
from strategy.inventory.models import (
    AccessPoint,
    Calendar,
    Channel,
    Measurement,
    ServiceObjective,
    Transition,
)


class Channels(Writer):
    """Collects calendars, channels and transitions."""

    def _calendars(self) -> list[dict[str, Any]]:
        rows = Calendar.objects.filter(strategy=self.strategy)
        return [
            stated(uid=str(row.uid), name=row.name, days=prose(row.days)) for row in by_name(rows)
        ]

    def _channels(self) -> list[dict[str, Any]]:
        rows = Channel.objects.filter(strategy=self.strategy)
        rows = rows.select_related(
            *("owner_team", "owner", "deputy", "agent_channel", "unsealed_by")
        )
        points = AccessPoint.objects.select_related(
            *("owner_team", "owner", "deputy", "calendar", "unsealed_by")
        )
        promises = ServiceObjective.objects.select_related("point", "calendar", "approved_by")
        rows = rows.prefetch_related(
            Prefetch("points", points.prefetch_related("serves")),
            Prefetch("service_objectives", promises),
            Prefetch("measurements", Measurement.objects.select_related("point")),
        )
        return [self._channel(channel) for channel in by_name(rows)]

    def _channel(self, channel: Channel) -> dict[str, Any]:
        return stated(
            uid=str(channel.uid),
            name=channel.name,
            family=channel.family,
            mode=channel.mode,
            timing=channel.timing,
            device=channel.device,
            direction=channel.direction,
            run_by=channel.run_by,
            owner_team=self._team(channel.owner_team),
            owner=self._person(channel.owner),
            deputy=self._person(channel.deputy),
            life_cycle=channel.life_cycle,
            launched_on=channel.launched_on,
            retires_on=channel.retires_on,
            purpose=prose(channel.purpose),
            hours=channel.hours,
            vendor=channel.vendor,
            way_to_a_person=stated(
                route=channel.agent_route,
                leads_to=channel.agent_channel.name if channel.agent_channel else None,
                taps=channel.agent_taps,
                hours_promised=channel.agent_hours,
            ),
            **self._seal(channel),
            access_points=[self._point(point) for point in by_name(channel.points.all())],
            service_objectives=[
                self._service_objective(row)
                for row in sorted(
                    channel.service_objectives.all(),
                    key=lambda row: (row.name.casefold(), row.name, str(row.uid)),
                )
            ],
            measurements=[
                self._measurement(row)
                for row in sorted(channel.measurements.all(), key=self._place_of_figure)
            ],
        )

    def _seal(self, row: Channel | AccessPoint) -> dict[str, Any]:
        return {
            "reviewed_on": row.reviewed_on,
            "review_every_days": row.review_every_days,
            "unsealed_on": row.unsealed_on,
            "unsealed_by": self._person(row.unsealed_by),
        }

    def _point(self, point: AccessPoint) -> dict[str, Any]:
        return stated(
            uid=str(point.uid),
            name=point.name,
            kind=point.kind,
            address=point.address,
            published=point.published,
            owner_team=self._team(point.owner_team),
            owner=self._person(point.owner),
            deputy=self._person(point.deputy),
            life_cycle=point.life_cycle,
            launched_on=point.launched_on,
            retires_on=point.retires_on,
            contact_types=sorted(
                self.contact_types[row.contact_type_id] for row in point.serves.all()
            ),
            hours=point.hours,
            time_zone=point.time_zone,
            calendar=point.calendar.name if point.calendar else None,
            exceptions=prose(point.exceptions),
            after_hours=point.after_hours,
            after_hours_note=point.after_hours_note,
            languages=point.languages,
            accessibility=[word.strip() for word in point.accessibility.split(",") if word.strip()],
            accessibility_note=point.accessibility_note,
            audited_on=point.audited_on,
            authentication=point.authentication,
            data_taken=point.data_taken,
            recording=point.recording,
            retention=point.retention,
            privacy_assessed_on=point.privacy_assessed_on,
            escalation=point.escalation,
            platform=point.platform,
            vendor=point.vendor,
            contract_ends_on=point.contract_ends_on,
            exit_terms=point.exit_terms,
            maturity=point.maturity,
            note=prose(point.note),
            **self._seal(point),
        )

    def _service_objective(self, row: ServiceObjective) -> dict[str, Any]:
        return stated(
            uid=str(row.uid),
            name=row.name,
            access_point=row.point.name if row.point else None,
            kind=row.kind,
            metric=row.metric,
            target=figure(row.target),
            threshold=figure(row.threshold),
            threshold_unit=row.threshold_unit,
            clock=row.clock,
            calendar=row.calendar.name if row.calendar else None,
            clock_start=row.clock_start,
            measured_over=row.measured_over,
            population=row.population,
            abandon_rule=row.abandon_rule,
            short_abandon_seconds=row.short_abandon_seconds,
            source=row.source,
            effective_from=row.effective_from,
            effective_to=row.effective_to,
            rationale=row.rationale,
            approved_by=self._person(row.approved_by),
        )

    def _place_of_figure(self, row: Measurement) -> tuple[Any, ...]:
        return (
            row.point.name if row.point else "",
            self.contact_types.get(row.contact_type_id or 0, ""),
            *(row.metric, row.grain, row.starts_on),
        )

    def _measurement(self, row: Measurement) -> dict[str, Any]:
        is_month = row.grain == Measurement.Grain.MONTH
        return stated(
            month=f"{row.starts_on:%Y-%m}" if is_month else None,
            grain=None if is_month else row.grain,
            **{"from": None if is_month else row.starts_on},
            access_point=row.point.name if row.point else None,
            contact_type=self.contact_types.get(row.contact_type_id or 0),
            metric=row.metric if row.metric != Measurement.Metric.CONTACTS else None,
            value=figure(row.value),
            numerator=figure(row.numerator),
            denominator=figure(row.denominator),
            status=row.status if row.status != Measurement.Status.VALUE else None,
            source=row.source,
            as_of=row.as_of,
            revision=row.revision if row.revision > 1 else None,
        )

    def _transitions(self) -> list[dict[str, Any]]:
        rows = Transition.objects.filter(strategy=self.strategy)
        rows = rows.select_related("source", "target", "tested_by")
        return [
            stated(
                uid=str(row.uid),
                **ends(row),
                status=row.status,
                mechanism=row.mechanism,
                trigger=row.trigger,
                carried=stated(
                    identity=row.identity,
                    authentication=row.authentication,
                    reason=row.reason,
                    what_was_entered=row.entered,
                    history=row.history,
                    page_or_step=row.page,
                    case=row.case,
                    language=row.language,
                ),
                tested_on=row.tested_on,
                tested_by=self._person(row.tested_by),
                note=prose(row.note),
            )
            for row in sorted(rows, key=lambda row: tuple(ends(row).values()))
        ]
