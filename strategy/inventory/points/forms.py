"""Forms of access points and calendars, and the filters of the list."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.history.forms import TrackedForm, begin_in
from strategy.inventory.hours import Unread, parse_week, read_week, write
from strategy.inventory.models import AccessPoint, Calendar, Channel
from strategy.inventory.opening import BadLine, exceptions, holidays
from strategy.inventory.points import facts, languages, week
from strategy.inventory.points.queries import WEEKDAYS
from strategy.inventory.points.rules import RISKS
from strategy.inventory.rules import contradictions
from strategy.plan.forms import DayInput, offer_people
from strategy.plan.models import ContactType, Strategy
from strategy.plan.queries import today
from teams.models import Team


class PointForm(TrackedForm):
    """The facts of an access point. Its hours are a text and a grid of the week, which writes that text."""

    links = ("contact_types",)

    contact_types: Any = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Contact types it serves"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    accessibility = forms.MultipleChoiceField(
        label=gettext_lazy("Accessibility"),
        choices=list(AccessPoint.ACCESSIBILITY.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = AccessPoint
        fields = (
            "name", "kind", "address", "published", "life_cycle", "launched_on", "retires_on",
            "owner_team", "owner", "deputy", "review_every_days",
            "hours", "time_zone", "calendar", "exceptions", "after_hours", "after_hours_note",
            "languages", "accessibility", "accessibility_note", "audited_on", "authentication",
            "platform", "vendor", "contract_ends_on", "exit_terms", "maturity", "note",
        )  # fmt: skip
        widgets = {
            **dict.fromkeys(
                ("launched_on", "retires_on", "audited_on", "contract_ends_on"), DayInput()
            ),
            "exceptions": forms.Textarea(attrs={"rows": 3}),
            "note": forms.Textarea(attrs={"rows": 2}),
            "time_zone": forms.TextInput(attrs={"list": "zones"}),
        }

    GROUPS: ClassVar[tuple[tuple[str, Any, tuple[str, ...], tuple[str, ...]], ...]] = (
        ("what", gettext_lazy("What it is"), ("name", "address", "published"),
         ("kind", "life_cycle", "launched_on", "retires_on")),
        ("owners", gettext_lazy("Who answers for it"), (),
         ("owner_team", "owner", "deputy", "review_every_days")),
        ("hours", gettext_lazy("Hours"), (), ("time_zone", "calendar", "after_hours", "after_hours_note")),
        ("access", gettext_lazy("Languages and accessibility"),
         ("languages", "accessibility", "accessibility_note"), ("audited_on", "authentication")),
        ("vendor", gettext_lazy("Vendor and contract"), ("exit_terms",),
         ("vendor", "platform", "contract_ends_on", "maturity")),
        ("serves", gettext_lazy("Contact types"), ("contact_types", "note"), ()),
    )  # fmt: skip
    """Key and title of each part of the form, its long fields, and those that stand side by side."""

    def __init__(self, *args: Any, strategy: Strategy, **kwargs: Any) -> None:
        thing = kwargs.get("thing")
        if thing is None:
            here = timezone.get_current_timezone_name()
            initial: dict[str, Any] = {"time_zone": here if here != "UTC" else ""}
        else:
            initial = {
                "accessibility": languages.split(thing.accessibility),
                "contact_types": list(thing.serves.values_list("contact_type", flat=True)),
            }
        kwargs["initial"] = {**initial, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.strategy = strategy
        kinds: Any = self.fields["contact_types"]
        kinds.queryset = ContactType.objects.filter(strategy=strategy).order_by(Lower("name"))
        calendars: Any = self.fields["calendar"]
        calendars.queryset = Calendar.objects.filter(strategy=strategy).order_by(Lower("name"))
        for name in ("owner", "deputy"):
            offer_people(self, name, strategy)
        teams: Any = self.fields["owner_team"]
        teams.empty_label = _("The channel's")
        self.fields["owner"].empty_label = _("The channel's, if no team is named either")  # type: ignore[attr-defined]
        zone: Any = self.fields["time_zone"]
        zone.help_text = _("Like America/Chicago, or just its city: Chicago.")

    def _context(self) -> dict[str, Any]:
        return {"strategy": self.strategy}

    # --- the week --------------------------------------------------------------------------------

    @property
    def hours_text(self) -> str:
        """Return the text of the hours as it stands in the form."""
        return str(self["hours"].value() or "")

    @property
    def seen(self) -> str:
        """Return the text from which the grid was drawn."""
        return self.data.get("hours_seen", "") if self.is_bound else self.hours_text

    @property
    def grid(self) -> list[week.Row]:
        """Return the grid: as it was sent, else drawn from the text."""
        if self.is_bound and self.hours_text.strip() == self.seen.strip():
            return week.typed(self.data)
        return week.rows(read_week(self.hours_text))

    @property
    def bad(self) -> list["BadSpan"]:
        """Return the spans of the grid that cannot be read, as it was sent; none where the text holds."""
        if not self.is_bound or self.hours_text.strip() != self.seen.strip():
            return []
        return [BadSpan(one) for one in week.read(week.typed(self.data))[1]]

    @property
    def unread(self) -> Unread | None:
        """Return the part of the text that cannot be read, as it was typed; None when all can."""
        text = " ".join(self.hours_text.split())
        said = parse_week(text)
        if not text or not isinstance(said, Unread):
            return None
        at = text.casefold().find(said.part)
        return replace(said, part=text[at : at + len(said.part)]) if at >= 0 else said

    def days(self) -> list[dict[str, Any]]:
        """Return the grid as it is drawn: each day with its cells, and what is wrong in them."""
        bad = {(one.bad.day, one.bad.span): one for one in self.bad}

        def span(row: week.Row, number: int) -> dict[str, Any]:
            wrong = bad.get((row.number, number))
            cells = zip(("from", "to"), row.cells[number], strict=True)
            return {
                "number": number,
                "is_used": number < row.used,
                "bad": wrong,
                **{
                    end: {"value": value, "is_bad": bool(wrong and end in wrong.bad.ends)}
                    for end, value in cells
                },
            }

        return [
            {
                "name": name,
                "number": row.number,
                "spans": [span(row, number) for number in range(len(row.cells))],
            }
            for name, row in zip(WEEKDAYS, self.grid, strict=True)
        ]

    def press(self, button: str) -> None:
        """Do what a button of the week says, on what was sent, where it can be read; nothing is saved.

        "text": draw the grid from the text; "grid": write the text from the grid; else see `week.pressed`.
        """
        said, bad = self.hours_text, False
        if button != "text":
            grid, unread = week.read(week.typed(self.data))
            grid, written = week.pressed(button, grid)
            bad = any(one.day not in written for one in unread)
            if not bad and grid != (read_week(self.seen) or week.EMPTY):
                said = write(grid)
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["hours"] = said
        if not bad:
            data["hours_seen"] = said
            for name in [name for name in data if name.startswith("day-")]:
                del data[name]  # a span that is gone must not come back
            for row in week.rows(read_week(said)):
                for number, ends in enumerate(row.cells):
                    for end, value in zip(("from", "to"), ends, strict=True):
                        data[week.field(row.number, number, end)] = value
        self.data = data
        self._errors = ErrorDict()  # it was not sent to be saved

    def clean_hours(self) -> str:
        """Take the text that was typed, or what the grid says when that was changed."""
        text, bad = week.settled(
            self.cleaned_data["hours"], self.data.get("hours_seen", ""), week.typed(self.data)
        )
        if bad:
            spans = [BadSpan(one) for one in bad]
            raise ValidationError(
                [
                    ValidationError("%(says)s", params={"says": one.sentence, "at": one.fields[0]})
                    for one in spans
                ]
            )
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["hours"] = data["hours_seen"] = text  # so that a conflict shows what holds
        self.data = data
        return text

    # --- the rest ----------------------------------------------------------------------------------

    def clean_time_zone(self) -> str:
        """Take a zone, or the name of its city; refuse what is neither, and name what it may be."""
        return facts.zone(self.cleaned_data["time_zone"])

    def clean_exceptions(self) -> str:
        """Refuse lines that cannot be read, each by its number."""
        _days, bad = exceptions(self.cleaned_data["exceptions"])
        refuse(bad)
        return self.cleaned_data["exceptions"]

    def clean_languages(self) -> str:
        """Keep each language once, by its code; refuse what names none, unless it stood there before."""
        text: str = self.cleaned_data["languages"]
        before = self.thing.languages if isinstance(self.thing, AccessPoint) else ""
        return text if text == before else facts.spoken(text)

    def clean_accessibility(self) -> str:
        """Keep the words in their usual order."""
        chosen = self.cleaned_data["accessibility"]
        return ", ".join(word for word in AccessPoint.ACCESSIBILITY if word in chosen)

    def clean(self) -> dict[str, Any]:
        """Days must not contradict each other, or the life cycle."""
        data = super().clean() or {}
        said = {name: data.get(name) for name in ("life_cycle", "launched_on", "retires_on")}
        for name, sentence in contradictions(**said, today=today()).items():
            self.add_error(name, _(sentence))
        return data

    def groups(self) -> list[dict[str, Any]]:
        """Return the parts of the form with their fields."""
        return [
            {
                "key": key,
                "title": title,
                "long": [self[name] for name in long],
                "short": [self[name] for name in short],
            }
            for key, title, long, short in self.GROUPS
        ]


class NewPointForm(PointForm):
    """An access point to be added, and the channel it belongs to."""

    channel: Any = forms.ModelChoiceField(label=gettext_lazy("Channel"), queryset=None)

    field_order = ("channel",)
    GROUPS = (
        (*PointForm.GROUPS[0][:3], ("channel", *PointForm.GROUPS[0][3])),
        *PointForm.GROUPS[1:],
    )

    def __init__(self, *args: Any, channels: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].queryset = channels  # type: ignore[attr-defined]
        if self.initial.get("channel"):
            self.fields["name"].widget.attrs["data-first"] = True
            begin_in(self)


class CalendarForm(TrackedForm):
    """A holiday calendar: a name, and one day a line."""

    class Meta:
        model = Calendar
        fields = ("name", "days")
        widgets = {"days": forms.Textarea(attrs={"rows": 12})}

    def clean_days(self) -> str:
        """Refuse lines that cannot be read, each by its number."""
        _days, bad = holidays(self.cleaned_data["days"])
        refuse(bad)
        return self.cleaned_data["days"]


def refuse(bad: list[BadLine]) -> None:
    """Raise a ValidationError that names every line that cannot be read."""
    if bad:
        raise ValidationError([_(one.sentence) % one.values for one in bad])


@dataclass(frozen=True)
class BadSpan:
    """A span of the grid that cannot be read, as it is told."""

    bad: week.Bad

    @property
    def id(self) -> str:
        """Return the id of the sentence."""
        return f"day-{self.bad.day}-{self.bad.span}-error"

    @property
    def fields(self) -> list[str]:
        """Return the ids of its cells, which are their names as well."""
        return self.bad.fields

    @property
    def sentence(self) -> str:
        """Say which day, which part, and what to write instead."""
        unread = self.bad.unread
        sentence = week.TWO_WAYS if unread.meant else week.BAD_SPAN
        told = {"day": WEEKDAYS[self.bad.day], "part": unread.part, "meant": unread.meant}
        return _(sentence) % told


class PointFilter(forms.Form):
    """What the list can be narrowed to."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    team = forms.ChoiceField(label=gettext_lazy("Owning team"), required=False)
    open = forms.ChoiceField(
        label=gettext_lazy("Open now"),
        required=False,
        choices=[
            ("", gettext_lazy("Open or not")),
            ("open", gettext_lazy("Open now")),
            ("closed", gettext_lazy("Closed now")),
            ("unknown", gettext_lazy("Not known")),
        ],
    )

    risk = forms.ChoiceField(
        label=gettext_lazy("Vendor risk"),
        required=False,
        choices=[
            ("", gettext_lazy("At risk or not")),
            *zip(
                RISKS,
                (
                    gettext_lazy("Any vendor risk"),
                    gettext_lazy("Contract has ended"),
                    gettext_lazy("Contract ends within 30 days"),
                    gettext_lazy("Contract ends within 90 days"),
                    gettext_lazy("Contract ends within 180 days"),
                    gettext_lazy("No exit terms"),
                    gettext_lazy("Market is declining"),
                    gettext_lazy("Market is emerging"),
                ),
                strict=True,
            ),
        ],
    )

    def __init__(self, *args: Any, strategy: Strategy, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        channels = Channel.objects.filter(strategy=strategy).order_by(Lower("name"))
        teams = Team.objects.order_by("name")
        choices: dict[str, list[tuple[str, Any]]] = {
            "channel": [
                ("", _("Any channel")),
                *((str(uid), name) for uid, name in channels.values_list("uid", "name")),
            ],
            "kind": [("", _("Any kind")), *AccessPoint.Kind.choices],
            "team": [
                ("", _("Any team")),
                ("none", _("Nobody")),
                *teams.values_list("slug", "name"),
            ],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, str]:
        """Return what is asked for; what makes no sense is left out, as if it were not asked."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
