"""Saying how much of a contact type customers settle alone, many cells at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.history.record import Recorder, Stale, change_set
from strategy.inventory.models import Channel, SelfServiceOffer
from strategy.plan.models import ContactType, Strategy
from strategy.plan.queries import lock
from teams import access
from teams.models import User
from teams.roles import Act


@dataclass(frozen=True)
class Offer:
    """What one cell shall say. `extent` "": nothing any more. `version` is the one seen, 0: there was nothing."""

    contact_type: ContactType
    channel: Channel
    extent: str
    reason: str
    version: int


def save_offers(*, strategy: Strategy, offers: Sequence[Offer], by: User) -> list[SelfServiceOffer]:
    """Save the cells as one act, and return those that changed.

    Raises Stale, and saves nothing, when a cell is not any more as it was seen and says something else.
    """
    reach = access.reach(by)
    for channel in {offer.channel for offer in offers}:
        where = reach.standing(channel.strategy_id)
        access.check(by, Act.EDIT, SelfServiceOffer(channel=channel), as_=where)
    with change_set(by=by, scope=strategy.uid) as record:
        lock(strategy)
        rows = {
            (row.contact_type_id, row.channel_id): row
            for row in SelfServiceOffer.objects.filter(
                channel__strategy=strategy,
                channel__in=[offer.channel.pk for offer in offers],
                contact_type__in=[offer.contact_type.pk for offer in offers],
            ).select_related("contact_type", "channel__owner_team")
        }
        now = [(offer, rows.get((offer.contact_type.pk, offer.channel.pk))) for offer in offers]
        wanted = [(offer, row) for offer, row in now if _says(row) != (offer.extent, offer.reason)]
        for offer, row in wanted:
            if offer.version != (row.version if row else 0):
                values = {"extent": offer.extent, "reason": offer.reason}
                raise Stale(row, values, by=by.uid)
        return [_save(record, offer, row) for offer, row in wanted]


def _says(row: SelfServiceOffer | None) -> tuple[str, str]:
    return (row.extent, row.reason) if row else ("", "")


def _save(record: Recorder, offer: Offer, row: SelfServiceOffer | None) -> SelfServiceOffer:
    if row is None:
        row = SelfServiceOffer(
            contact_type=offer.contact_type,
            channel=offer.channel,
            extent=offer.extent,
            reason=offer.reason,
        )
        record.create(row)
    elif offer.extent:
        record.update(row, extent=offer.extent, reason=offer.reason)
    else:
        record.delete(row)
    return row
