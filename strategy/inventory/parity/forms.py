"""The form of many cells: for one contact type, or for a page of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.history.forms import Difference
from strategy.inventory.models import Channel, SelfServiceOffer
from strategy.inventory.parity.actions import Offer
from strategy.inventory.parity.queries import LOOKS, Offers, Said
from strategy.plan.models import ContactType

NOTHING = Said()
LONGEST = SelfServiceOffer._meta.get_field("reason").max_length or 0


@dataclass
class Line:
    """One cell of the form: what the person saw, what they want, and what is wrong with it."""

    contact_type: ContactType
    channel: Channel
    seen: Said
    extent: str
    reason: str
    can_edit: bool
    error: str = ""

    @property
    def name(self) -> str:
        """Return how its fields are named."""
        return f"{self.contact_type.pk}-{self.channel.pk}"

    @property
    def heading(self) -> str:
        """Return what it is about, where no other words stand beside it."""
        return f"{self.contact_type} · {self.channel}"

    @property
    def is_changed(self) -> bool:
        """Does the person want something else than they saw?"""
        return (self.extent, self.reason) != (self.seen.extent, self.seen.reason)

    @property
    def seen_as_text(self) -> str:
        """Return what was seen, as the page sends it back."""
        return f"{self.seen.version}:{self.seen.extent}:{self.seen.reason}"

    @property
    def offer(self) -> Offer:
        """Return what shall be saved."""
        return Offer(self.contact_type, self.channel, self.extent, self.reason, self.seen.version)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Return what can be chosen: each begins with its letter, so that typing it chooses."""
        return [
            (look.key, f"{look.letter} – {look.label}" if look.letter else str(look.label))
            for look in (LOOKS[key] for key in ("", "full", "part", "none", "declined"))
        ]


class OffersForm(forms.Form):
    """Selects and reasons for the cells of some contact types on the self-service channels."""

    def __init__(
        self,
        data: Mapping[str, str] | None,
        *,
        types: Iterable[ContactType],
        channels: Iterable[Channel],
        said: Offers,
        editable: frozenset[int],
    ) -> None:
        super().__init__(data)
        self.status = 200
        self.conflict: list[Difference] | None = None
        channels = list(channels)
        self.rows = [
            (
                each,
                [
                    self._line(each, channel, said.get((each.pk, channel.pk), NOTHING), editable)
                    for channel in channels
                ],
            )
            for each in types
        ]

    def _line(
        self, kind: ContactType, channel: Channel, now: Said, editable: frozenset[int]
    ) -> Line:
        line = Line(kind, channel, now, now.extent, now.reason, channel.pk in editable)
        name = f"extent-{line.name}"
        if not (self.is_bound and line.can_edit and name in self.data):
            return line
        version, _colon, rest = self.data.get(f"seen-{line.name}", "").partition(":")
        extent, _colon, reason = rest.partition(":")
        if version.isdecimal() and len(version) < 10:
            line.seen = Said(extent, reason, int(version))
        line.extent = self.data[name] if self.data[name] in LOOKS else ""
        line.reason = " ".join(self.data.get(f"reason-{line.name}", "").split())
        if not line.extent:
            line.reason = ""
        return line

    @property
    def lines(self) -> list[Line]:
        """Return all cells."""
        return [line for _kind, lines in self.rows for line in lines]

    @property
    def offers(self) -> list[Offer]:
        """Return what the person changed."""
        return [line.offer for line in self.lines if line.can_edit and line.is_changed]

    def clean(self) -> dict[str, Any]:
        """Deliberately none needs a reason; no reason is longer than its field."""
        for line in self.lines:
            if line.extent == SelfServiceOffer.Extent.DECLINED and not line.reason:
                line.error = _("Say in a sentence why there is deliberately none.")
            elif len(line.reason) > LONGEST:
                line.error = _("Write at most %(n)d characters.") % {"n": LONGEST}
        wrong = [line for line in self.lines if line.error]
        for line in wrong[:3]:
            self.add_error(None, f"{line.heading}: {line.error}")
        return super().clean() or {}

    def show_conflict(self, now: Offers) -> None:
        """Keep what was typed, list what was saved meanwhile, and let the next save knowingly replace it.

        Cells that only somebody else changed show what is saved now.
        """
        self.conflict = []
        for line in self.lines:
            saved = now.get((line.contact_type.pk, line.channel.pk), NOTHING)
            if saved.version == line.seen.version:
                continue
            mine = Said(line.extent, line.reason)
            if line.is_changed and (saved.extent, saved.reason) != (mine.extent, mine.reason):
                self.conflict.append(Difference(line.heading, _words(saved), _words(mine)))
            elif not line.is_changed:
                line.extent, line.reason = saved.extent, saved.reason
            line.seen = saved


def _words(said: Said) -> str:
    label = str(said.look.label)
    return f"{label}: {said.reason}" if said.reason else label
