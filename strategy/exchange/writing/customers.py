"""Who comes and why, and what is offered to whom, as plain values."""

from typing import Any

from strategy.exchange.writing.base import Writer, by_name, prose, stated
from strategy.inventory.models import AccessDecision, SelfServiceOffer
from strategy.plan.models import ContactType, Segment


class Customers(Writer):
    """Collects segments, contact types, access decisions and self-service offers."""

    def _segments(self) -> list[dict[str, Any]]:
        rows = Segment.objects.filter(strategy=self.strategy)
        return [
            stated(
                uid=str(row.uid),
                name=row.name,
                code=row.code,
                criteria=prose(row.criteria),
                size=row.size,
                size_on=row.size_on,
                languages=row.languages,
                devices=row.devices,
                needs=prose(row.needs),
                prefers=row.prefers,
                is_vulnerable=row.is_vulnerable or None,
            )
            for row in by_name(rows)
        ]

    def _contact_types(self) -> list[dict[str, Any]]:
        rows = ContactType.objects.filter(strategy=self.strategy)
        rows = rows.prefetch_related("differences__channel", "differences__other")
        return [
            stated(
                uid=str(row.uid),
                name=row.name,
                code=row.code,
                parent=self.contact_types.get(row.parent_id or 0),
                description=prose(row.description),
                kind=row.kind,
                self_service=row.self_service,
                authentication=row.authentication,
                deadline=row.deadline,
                answers_differ=sorted(
                    (
                        {
                            "uid": str(differs.uid),
                            "channel": differs.channel.name,
                            "other": differs.other.name,
                            "kind": differs.kind,
                            "explanation": differs.explanation,
                        }
                        for differs in row.differences.all()
                    ),
                    key=lambda differs: (differs["channel"], differs["other"]),
                ),
            )
            for row in sorted(rows, key=lambda row: (row.name.casefold(), row.name, row.code))
        ]

    def _access_decisions(self) -> dict[str, Any]:
        rows = AccessDecision.objects.filter(segment__strategy=self.strategy)
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for row in rows.select_related("segment", "channel", "redirect_to"):
            said = {
                "choice": None if row.redirect_to else row.choice,
                "to": row.redirect_to.name if row.redirect_to else None,
                "reason": row.reason,
            }
            by_kind = found.setdefault(row.segment.name, {})
            by_channel = by_kind.setdefault(self.contact_types[row.contact_type_id], {})
            by_channel[row.channel.name] = _shortly(said)
        return _sorted(found, 3)

    def _offers(self) -> dict[str, Any]:
        rows = SelfServiceOffer.objects.filter(channel__strategy=self.strategy)
        found: dict[str, dict[str, Any]] = {}
        for row in rows.select_related("channel"):
            by_channel = found.setdefault(self.contact_types[row.contact_type_id], {})
            by_channel[row.channel.name] = _shortly({"extent": row.extent, "reason": row.reason})
        return _sorted(found, 2)


def _shortly(said: dict[str, Any]) -> Any:
    """Return a choice alone when nothing else is said."""
    said = stated(**said)
    return said if len(said) > 1 or "to" in said else next(iter(said.values()))


def _sorted(found: dict[str, Any], depth: int) -> dict[str, Any]:
    """Return mappings within mappings, so many of them sorted by name."""
    return {
        key: _sorted(each, depth - 1) if depth > 1 else each for key, each in sorted(found.items())
    }
