"""Forms of many channels: the same values for all of them, and rows as a grid."""

import hashlib
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.history.forms import never_cut, shown
from portal.lib.text import cut
from strategy.inventory.lists import bulk
from strategy.inventory.lists import fields as what
from strategy.inventory.lists.fields import Field, Kind
from strategy.inventory.lists.queries import value_in_words
from strategy.inventory.models import Channel
from strategy.inventory.rules import MOST_TAPS
from strategy.plan.forms import DayInput
from strategy.plan.models import Strategy
from teams.access import people_of
from teams.directory import Directory, may_be, plain
from teams.models import Team, User

MOST_COLUMNS = 12
"""So many columns of the grid are edited at once: with 50 rows that is what a request may carry."""


LONGEST_REASON = 500
"""So many characters say why many channels are changed."""

NAMED: dict[Kind, type[User] | type[Channel]] = {Kind.PERSON: User, Kind.CHANNEL: Channel}
"""What is named in a cell by typing, and the rows that it names."""


class Named(forms.CharField):
    """A person or a channel, by name (a person also by address): chosen from a list that all rows share, or typed.

    `was`: what the person saw here. Its name is known, even when others have the same one by now.
    """

    was: Any = None

    def __init__(self, rows: Sequence[Any], *, list_id: str, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"list": list_id}), **kwargs)
        self.names = dict(zip((row.pk for row in rows), names_of(rows), strict=True))
        self.rows = {plain(self.names[row.pk]): row for row in rows}
        self.people = Directory(row for row in rows if isinstance(row, User))

    def prepare_value(self, value: Any) -> Any:
        """Show the name of what is stored."""
        return self.names.get(value, "") if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """Return the row of this name."""
        name = super().clean(value)
        if not name:
            return None
        row = self.rows.get(plain(name))
        if row is None and self.was is not None and plain(str(self.was)) == plain(name):
            return self.was
        if row is None:
            people = self.people.called(name)
            if len(people) > 1:
                raise forms.ValidationError(may_be(cut(name, 60), people))
            row = people[0] if people else None
        if row is None:
            raise forms.ValidationError(
                _("Nothing here is called “%(name)s”. Choose a name from the list.")
                % {"name": name[:60]}
            )
        return row


def names_of(rows: Sequence[Any]) -> list[str]:
    """Return what rows are called; people of the same name are told apart by their address."""
    names = [str(row) for row in rows]
    alike = Counter(plain(name) for name in names)
    return [
        f"{name} ({row.email})" if alike[plain(name)] > 1 and isinstance(row, User) else name
        for row, name in zip(rows, names, strict=True)
    ]


class OneOf(forms.TypedChoiceField):
    """One of some rows; no query for each form that has it. "" stands for none."""

    def __init__(self, rows: Sequence[Any], *, nothing: Any, **kwargs: Any) -> None:
        known = {str(row.pk): row for row in rows}
        super().__init__(
            choices=[("", nothing), *((key, str(row)) for key, row in known.items())],
            coerce=known.__getitem__,
            empty_value=None,
            required=False,
            **kwargs,
        )


class Offered:
    """What fields of channels can name in a strategy, read once for all rows of a form. Three queries."""

    def __init__(self, strategy: Strategy, fields: Sequence[Field]) -> None:
        kinds = {field.kind for field in fields}
        self.teams = list(Team.objects.order_by("name")) if Kind.TEAM in kinds else []
        self.people: list[User] = []
        self.channels: list[Channel] = []
        if Kind.PERSON in kinds:
            here = User.objects.filter(people_of(strategy))
            self.people = list(here.order_by("name", "email"))
        if Kind.CHANNEL in kinds:
            self.channels = list(Channel.objects.filter(strategy=strategy).order_by(Lower("name")))

    def rows(self, kind: Kind) -> Sequence[Any]:
        """Return what a field of this kind can name."""
        offered: Mapping[Kind, Sequence[Any]] = {
            Kind.TEAM: self.teams,
            Kind.PERSON: self.people,
            Kind.CHANNEL: self.channels,
        }
        return offered[kind]


def _plain_field(field: Field, **more: Any) -> forms.Field:
    """Return the form field of what is no choice and no link, as the model has it."""
    of: Any = Channel._meta.get_field(field.key)
    widgets: dict[Kind, forms.Widget] = {
        Kind.DAY: DayInput(),
        Kind.NUMBER: forms.NumberInput(attrs={"min": 0}),
    }
    if field.key == "purpose":
        widgets[Kind.TEXT] = forms.Textarea(attrs={"rows": 2})
    if field.key == "agent_taps":
        more["max_value"] = MOST_TAPS
    if field.key == "review_every_days":
        more["min_value"] = 1
    return of.formfield(widget=widgets.get(field.kind, forms.TextInput()), **more)


class BulkForm(forms.Form):
    """The same values for many channels. What is left alone stays as it is; a tick empties what may be empty."""

    reason = forms.CharField(
        label=gettext_lazy("Why (optional)"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("It stands in the history beside the change."),
    )
    empty = forms.MultipleChoiceField(required=False)

    def __init__(self, data: Any, *, strategy: Strategy) -> None:
        super().__init__(data)
        self.about = [field for field in what.edited() if field.key != "name"]
        self.fields["empty"].choices = [  # type: ignore[attr-defined]
            (field.key, field.label) for field in self.about if field.can_be_empty
        ]
        offered = Offered(strategy, self.about)
        for field in self.about:
            self.fields[field.key] = self._field(field, offered)
        never_cut(self)

    def _field(self, field: Field, offered: Offered) -> forms.Field:
        unchanged = gettext_lazy("No change")
        if field.kind is Kind.CHOICE:
            return forms.ChoiceField(
                label=field.label, choices=[("", unchanged), *field.choices], required=False
            )
        if field.is_link:
            return OneOf(offered.rows(field.kind), nothing=unchanged, label=field.label)
        return _plain_field(field, required=False, initial=None, help_text="")

    def clean(self) -> dict[str, Any]:
        """Something must change, and nothing both be filled and emptied."""
        data = super().clean() or {}
        for key in data.get("empty", ()):
            if data.get(key) not in (None, ""):
                self.add_error(key, _("Write a value or tick “Empty it”, not both."))
        if not self.errors and not self.values:
            self.add_error(None, _("Nothing is to change yet. Fill in at least one field."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """Return the new values: those filled in, and nothing where that was ticked."""
        data = self.cleaned_data
        filled = {
            field.key: data[field.key]
            for field in self.about
            if data.get(field.key) not in (None, "")
        }
        emptied = {
            field.key: "" if field.kind is Kind.TEXT else None
            for field in self.about
            if field.key in data.get("empty", ())
        }
        return {**filled, **emptied}

    def lines(self) -> list[tuple[str, list[tuple[forms.BoundField, bool, bool]]]]:
        """Return the fields under their headings; with each: may it be emptied, and is that ticked?"""
        ticked = self["empty"].value() or []
        return [
            (
                title,
                [
                    (self[one.key], one.can_be_empty, one.key in ticked)
                    for one in group
                    if one.key in self.fields
                ],
            )
            for title, group in what.groups()
            if any(one.key in self.fields for one in group)
        ]


# --- the grid --------------------------------------------------------------------------------------


TAKES = (("mine", gettext_lazy("Keep mine")), ("theirs", gettext_lazy("Take theirs")))
"""The two ways out of a conflict, and their words."""


@dataclass(frozen=True)
class Question:
    """A cell that both changed: the name of the choice, the cell's id, both sides, and what is chosen."""

    name: str
    cell_id: str
    side: bulk.Side
    taken: str
    theirs_as_sent: str

    @property
    def takes(self) -> tuple[tuple[str, Any], ...]:
        """Return the two ways out, and their words."""
        return TAKES


class RowForm(forms.Form):
    """One row of the grid: the chosen fields of a channel, and the version of it that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    asked = forms.CharField(widget=forms.HiddenInput, required=False)
    also = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any, *, channel: Channel, about: Sequence[Field], make: Callable[[Field], Any]
    ) -> None:
        initial = {
            field.key: getattr(channel, f"{field.key}_id" if field.is_link else field.key)
            for field in about
        }
        prefix = str(channel.uid)
        super().__init__(data, prefix=prefix, initial={**initial, "version": channel.version})
        self.channel = channel
        self.about = about
        self.conflict: list[Question] = []
        self.saved: Any = None
        self.elsewhere: list[tuple[str, str]] = []
        for field in about:
            self.fields[field.key] = make(field)
            self.fields[field.key].widget.attrs["aria-labelledby"] = f"col-{field.key} row-{prefix}"

    @property
    def in_question(self) -> list[Field]:
        """Return the columns of which the person was asked whose text stays."""
        asked = self.data.get(self.add_prefix("asked"), "").split(",")
        return [field for field in self.about if field.key in asked]

    def taken(self, key: str) -> str:
        """Return what the person chose for a cell: "mine", "theirs", or "" as long as they did not."""
        chosen = self.data.get(self.add_prefix(f"{key}-take"), "")
        return chosen if chosen in dict(TAKES) else ""

    @property
    def waits(self) -> str:
        """Return the first cell of which the person was asked and did not choose; "" when none waits."""
        return next((field.key for field in self.in_question if not self.taken(field.key)), "")

    @property
    def given_up(self) -> set[str]:
        """Return the columns in which the person gives up what they typed."""
        return {field.key for field in self.in_question if self.taken(field.key) == "theirs"}

    @property
    def values(self) -> dict[str, Any]:
        """Return what is typed."""
        kept = [field.key for field in self.about if field.key not in self.given_up]
        return {key: self.cleaned_data[key] for key in kept}

    def wrong_cells(self) -> list[forms.BoundField]:
        """Return the cells that are refused; what is given up need not be right."""
        if not self.is_bound:
            return []
        return [cell for cell in self.cells() if cell.errors and cell.name not in self.given_up]

    def refuse(self, name: str, sentences: Sequence[str]) -> None:
        """Say what is wrong: at its cell, or where the field is set when it is no column here."""
        if name in self.fields:
            self.add_error(name, list(sentences))
            return
        known = what.fields().get(name)
        label = str(known.label) if known else ""
        self.elsewhere += [(label, sentence) for sentence in sentences]

    def questions(self) -> list[Question]:
        """Return what the person is asked, cell by cell."""
        return [
            Question(
                self.add_prefix(f"{side.field.key}-take"),
                self[side.field.key].auto_id,
                side,
                self.taken(side.field.key),
                self._theirs_as_sent(side.field.key),
            )
            for side in self._sides()
        ]

    def _theirs_as_sent(self, key: str) -> str:
        return _as_sent(self.fields[key], getattr(self.channel, key))

    def also_changed(self) -> list[tuple[str, str]]:
        """Return what else the other person changed in the row: the field, and what it says now."""
        also = self.data.get(self.add_prefix("also"), "").split(",")
        return [
            (str(field.label), value_in_words(self.channel, field))
            for field in what.edited()
            if field.key in also
        ]

    def _sides(self) -> list[bulk.Side]:
        """Return what stands against what in the columns in question; what is no value stands as it was typed."""
        said = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        mine = {field.key: said[field.key] for field in self.in_question if field.key in said}
        raw = [
            bulk.Side(field, value_in_words(self.channel, field), str(self[field.key].value()))
            for field in self.in_question
            if field.key not in said
        ]
        return [*bulk.sides(self.channel, mine), *raw]

    def ask(self, names: Collection[str], also: Collection[str]) -> None:
        """Ask whose text stays in these columns; nothing is chosen. `also`: what else was changed meanwhile."""
        data: Any = self.data
        data = data.copy()
        data[self.add_prefix("asked")] = ",".join(names)
        data[self.add_prefix("also")] = ",".join(also)
        for name in names:
            data[self.add_prefix(f"{name}-take")] = ""
        self.data = data

    def cells(self) -> list[forms.BoundField]:
        """Return the inputs in the order of the columns."""
        return [self[field.key] for field in self.about]

    def sent(self) -> list[tuple[str, str]]:
        """Return what was sent of it in words: the columns that say something, and what."""
        words = [(str(cell.label), shown(cell)) for cell in self.cells()]
        return [(label, text) for label, text in words if text]

    def show(self, values: Mapping[str, Any], version: int) -> None:
        """Let the inputs say these values, of this version, instead of what was sent."""
        data: Any = self.data
        data = data.copy()
        data[self.add_prefix("version")] = str(version)
        for name, value in values.items():
            data[self.add_prefix(name)] = _as_sent(self.fields[name], value)
        self.data = data


def _as_sent(field: forms.Field, value: Any) -> str:
    if isinstance(field, Named):
        return str(value or "")
    if isinstance(field, OneOf):
        return str(value.pk) if value is not None else ""
    shown = field.widget.format_value(value)
    if isinstance(shown, list):
        shown = next(iter(shown), "")
    return "" if shown is None else str(shown)


@dataclass(frozen=True)
class Fault:
    """One thing that is refused: its row, the field's name, where that stands, and why."""

    row: RowForm
    label: str
    link: str
    sentence: str
    is_elsewhere: bool = False  # the field is no column: it is set on the channel's edit page


class GridForm:
    """The chosen rows and columns as a table of inputs. What the rows can name is read once for all of them.

    `lost`: rows that were sent and cannot be saved any more; what was typed in them is shown.
    """

    def __init__(
        self,
        data: Any,
        *,
        strategy: Strategy,
        channels: Sequence[Channel],
        about: Sequence[Field],
        lost: Sequence[Channel] = (),
    ) -> None:
        self.about = about
        self.is_bound = data is not None
        offered = Offered(strategy, about)
        made: dict[str, forms.Field] = {}
        self.lists: dict[str, list[str]] = {}
        was = self._named_then(data, channels)
        for field in about:
            if field.kind in NAMED:
                rows = [*offered.rows(field.kind)]
                here = {row.pk for row in rows}
                named = {getattr(one, field.key) for one in (*channels, *lost)}
                named |= {row for (_uid, key), row in was.items() if key == field.key}
                # who has left stays named
                rows += [row for row in named if row is not None and row.pk not in here]
                self.lists[field.kind] = sorted(names_of(offered.rows(field.kind)))
                made[field.key] = Named(
                    rows, list_id=f"names-{field.kind}", label=field.label, required=False
                )
            elif field.kind is Kind.TEAM:
                made[field.key] = OneOf(
                    offered.teams, nothing=gettext_lazy("None"), label=field.label
                )
            elif field.kind is Kind.CHOICE:
                made[field.key] = forms.ChoiceField(label=field.label, choices=list(field.choices))
            else:
                made[field.key] = _plain_field(field)

        def row_of(channel: Channel) -> RowForm:
            row = RowForm(
                data, channel=channel, about=about, make=lambda field: deepcopy(made[field.key])
            )
            for field in about:
                if field.kind in NAMED:
                    now = getattr(channel, field.key)
                    row.fields[field.key].was = was.get((channel.uid, field.key), now)  # type: ignore[attr-defined]
            never_cut(row)
            return row

        self.rows = [row_of(channel) for channel in channels]
        self.lost = [row_of(channel) for channel in lost]
        self.by_uid: dict[uuid.UUID, RowForm] = {row.channel.uid: row for row in self.rows}

    def _named_then(
        self, data: Any, channels: Sequence[Channel]
    ) -> dict[tuple[uuid.UUID, str], User | Channel]:
        """Return whom cells named when they were shown, where that was changed since. At most three queries."""
        kinds = {field.key: field.kind for field in self.about if field.kind in NAMED}
        if not data or not kinds:
            return {}
        sent = {one.uid: (one.version, data.get(f"{one.uid}-version", "")) for one in channels}
        late = {
            uid: int(seen)
            for uid, (version, seen) in sent.items()
            if seen.isdecimal() and len(seen) < 10 and int(seen) < version
        }
        then = [
            (uid, key, said[key])
            for uid, said in bulk.said_then(late).items()
            for key in kinds.keys() & said.keys()
            if said[key]
        ]
        rows: dict[str, User | Channel] = {}
        for kind, model in NAMED.items():
            if uids := {raw for _uid, key, raw in then if kinds[key] is kind}:
                rows |= {str(row.uid): row for row in model._default_manager.filter(uid__in=uids)}
        return {(uid, key): rows[raw] for uid, key, raw in then if raw in rows}

    @property
    def width(self) -> int:
        """Return how many columns the table has."""
        return len(self.about) + 1

    @property
    def key(self) -> str:
        """Return what tells these rows and columns from others, so that a draft fits."""
        text = " ".join([*(str(uid) for uid in self.by_uid), *(field.key for field in self.about)])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def is_valid(self) -> bool:
        """Is every row valid? All are looked at, so that every error is shown at once."""
        return not any([row.wrong_cells() for row in self.rows])

    def faults(self) -> list[Fault]:
        """Return what is refused, row by row, with where to mend it."""
        found = []
        for row in self.rows:
            found += [
                Fault(row, str(cell.label), f"#{cell.auto_id}", str(error))
                for cell in row.wrong_cells()
                for error in cell.errors
            ]
            found += [
                Fault(row, label, f"#row-{row.prefix}", sentence, is_elsewhere=bool(label))
                for label, sentence in row.elsewhere
            ]
        return found

    @property
    def waiting(self) -> list[RowForm]:
        """Return the rows that wait for a choice."""
        return [row for row in self.rows if row.is_bound and row.waits]
