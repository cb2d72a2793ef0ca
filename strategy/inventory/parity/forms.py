"""The form of many cells: for one contact type, or for a page of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.history.forms import Difference
from strategy.inventory.models import Channel, SelfServiceOffer
from strategy.inventory.parity.actions import Offer
from strategy.inventory.parity.queries import LOOKS, NOTHING, Offers, Said
from strategy.plan.models import ContactType

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
            (look.key, f"{look.letter} – {look.label if look.key else _('Not said')}")
            for look in (LOOKS[key] for key in ("", "full", "part", "none", "declined"))
        ]


def sent_cells(data: Mapping[str, str]) -> set[tuple[int, int]]:
    """Return which cells a form sends back: the keys of contact type and channel."""
    cells = set()
    for name in data:
        what, *keys = name.split("-")
        if what == "extent" and len(keys) == 2 and all(_is_key(key) for key in keys):
            cells.add((int(keys[0]), int(keys[1])))
    return cells


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


class OffersForm(forms.Form):
    """Selects and reasons for the cells of some contact types on the self-service channels.

    `lost`: what was chosen in cells that are gone, or not the person's any more.
    """

    def __init__(
        self,
        data: Mapping[str, str] | None,
        *,
        types: Sequence[ContactType],
        channels: Sequence[Channel],
        said: Offers,
        editable: frozenset[int],
    ) -> None:
        super().__init__(data)
        self.status = 200
        self.conflict: list[Difference] | None = None
        self.channels = channels
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
        self.lost = self._lost()

    def _line(
        self, kind: ContactType, channel: Channel, now: Said, editable: frozenset[int]
    ) -> Line:
        line = Line(kind, channel, now, now.extent, now.reason, channel.pk in editable)
        if self.is_bound and line.can_edit and f"extent-{line.name}" in self.data:
            line.seen, line.extent, line.reason = self._sent(line.name, now)
        return line

    def _sent(self, name: str, now: Said) -> tuple[Said, str, str]:
        """Return what was seen in a cell, and the extent and the reason that were sent."""
        version, _colon, rest = self.data.get(f"seen-{name}", "").partition(":")
        seen, _colon, why = rest.partition(":")
        known = version.isdecimal() and len(version) < 10
        extent = self.data[f"extent-{name}"]
        extent = extent if extent in LOOKS else ""
        reason = " ".join(self.data.get(f"reason-{name}", "").split())
        return Said(seen, why, int(version)) if known else now, extent, reason if extent else ""

    def _lost(self) -> list[str]:
        open_cells = {
            (line.contact_type.pk, line.channel.pk): line for line in self.lines if line.can_edit
        }
        kinds = {kind.pk: kind for kind, _lines in self.rows}
        channels = {channel.pk: channel for channel in self.channels}
        lost = []
        for kind, channel in sorted(sent_cells(self.data) - open_cells.keys()):
            seen, extent, reason = self._sent(f"{kind}-{channel}", NOTHING)
            if (extent, reason) != (seen.extent, seen.reason):
                what = kinds.get(kind, _("A contact type")), channels.get(channel, _("a channel"))
                words = {
                    "cell": " · ".join(str(one) for one in what),
                    "typed": _words(Said(extent, reason)),
                }
                lost.append(
                    _(
                        "%(cell)s was deleted meanwhile, or is not yours to change any more. Nothing is saved. "
                        "You chose “%(typed)s”. Save again for the other cells."
                    )
                    % words
                )
        return lost

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
        for sentence in self.lost:
            self.add_error(None, sentence)
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
