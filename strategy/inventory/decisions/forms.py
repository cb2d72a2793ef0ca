"""Forms of segments and of the matrix, and what the page of the matrix sends."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.history.forms import TrackedForm
from portal.history.record import Stale
from portal.lib.refusals import Refusal, RuleBroken
from strategy.inventory.decisions.actions import Chosen
from strategy.inventory.decisions.queries import UNDECIDED, in_scope, named
from strategy.inventory.models import AccessDecision, Channel
from strategy.plan.forms import DayInput
from strategy.plan.models import ContactType, Segment
from strategy.plan.queries import today


class SegmentForm(TrackedForm):
    """A group of customers."""

    beside = (("name", "code"), ("size", "size_on"), ("languages", "devices"))

    class Meta:
        model = Segment
        fields = (
            "name",
            "code",
            "criteria",
            "size",
            "size_on",
            "languages",
            "devices",
            "needs",
            "prefers",
            "is_vulnerable",
        )
        widgets = {
            "criteria": forms.Textarea(attrs={"rows": 2}),
            "needs": forms.Textarea(attrs={"rows": 2}),
            "size_on": DayInput(),
        }

    def clean(self) -> dict[str, Any]:
        """A number of customers needs the day on which they were counted."""
        data = super().clean() or {}
        if (
            data.get("size") is not None
            and not data.get("size_on")
            and "size_on" not in self.errors
        ):
            self.add_error("size_on", _("Say on which day they were counted."))
        if data.get("size") is None and data.get("size_on") and "size" not in self.errors:
            self.add_error("size", _("Write how many they were on that day, or take the day out."))
        if data.get("size_on") and data["size_on"] > today():
            self.add_error("size_on", _("Choose a day up to today: a count that has been."))
        return data


class CellForm(TrackedForm):
    """The decision of one cell. Nothing chosen: undecided."""

    choice = forms.ChoiceField(
        label=gettext_lazy("Decision"), required=False, widget=forms.RadioSelect
    )

    class Meta:
        model = AccessDecision
        fields = ("choice", "redirect_to", "reason")
        widgets = {"reason": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "redirect_to": gettext_lazy("Only for what is redirected."),
            "reason": gettext_lazy("Needed when it is deliberately not offered."),
        }

    def __init__(
        self,
        *args: Any,
        segment: Segment,
        contact_type: ContactType,
        channel: Channel,
        **kwargs: Any,
    ) -> None:
        if kwargs.get("thing") is None:
            kwargs["initial"] = {"version": 0, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.segment, self.contact_type, self.channel = segment, contact_type, channel
        choice: Any = self.fields["choice"]
        choice.choices = [*AccessDecision.Choice.choices, ("", UNDECIDED)]
        others = in_scope(channel.strategy).exclude(pk=channel.pk).order_by(Lower("name"))
        self.fields["redirect_to"].queryset = others  # type: ignore[attr-defined]

    def _context(self) -> dict[str, Any]:
        return {
            "segment": self.segment,
            "contact_type": self.contact_type,
            "channel": self.channel,
        }

    @property
    def chosen(self) -> Chosen:
        """Return what was chosen, for the action."""
        return self._chosen(self.cleaned_data, self.expected or 0)

    def _chosen(self, data: dict[str, Any], version: int) -> Chosen:
        return Chosen(self.contact_type, self.channel, version, data.get("choice") or "",
                      data.get("redirect_to"), data.get("reason") or "")  # fmt: skip

    def see_undecided(self) -> None:
        """When somebody made the cell undecided meanwhile, let the next save knowingly decide it."""
        if self.status == Stale.status and self.conflict is None:
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            data[self.add_prefix("version")] = "0"
            self.data = data

    def clean(self) -> dict[str, Any]:
        """The parts must fit together, as for any cell; what does not belong to the decision is dropped."""
        data = super().clean() or {}
        if data.get("choice") != AccessDecision.Choice.REDIRECTED:
            data["redirect_to"] = None
        if not data.get("choice"):
            data["reason"] = ""
        try:
            self._chosen(data, 0).check()
        except ValidationError as refused:
            for field, errors in refused.message_dict.items():
                if field not in self.errors:
                    self.add_error(field, errors)
        return data


class CopyForm(forms.Form):
    """To which other segment the decisions of one are copied."""

    target = forms.ModelChoiceField(
        label=gettext_lazy("Copy to"),
        queryset=Segment.objects.none(),
        to_field_name="uid",
        empty_label=gettext_lazy("Choose…"),
        help_text=gettext_lazy("Only its undecided cells are filled; what is decided there stays."),
    )

    def __init__(self, *args: Any, segment: Segment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Segment.objects.filter(strategy=segment.strategy_id).exclude(pk=segment.pk)
        self.fields["target"].queryset = others.order_by(Lower("name"))  # type: ignore[attr-defined]


class Gone(Refusal):
    """What was chosen for is not there any more. Carries the names under which the page knows these cells."""

    status = 409

    def __init__(self, keys: list[str]) -> None:
        self.keys = keys
        super().__init__(_("Contact types or channels that you chose for were deleted meanwhile."))


MOST_CELLS = 5000
"""So many cells are saved at once at most: more than the largest page of the matrix has."""


def chosen_cells(segment: Segment, raw: str) -> list[Chosen]:
    """Read what the page of the matrix sends: a JSON list of [contact type, channel, version, choice, to, reason].

    Raises RuleBroken for what is no such list and for a cell that cannot say this, Gone when it names what is not
    there any more.
    """
    try:
        rows = [
            (
                str(one),
                str(two),
                int(version),
                str(choice),
                str(to or ""),
                " ".join(str(why or "").split()),
            )
            for one, two, version, choice, to, why in json.loads(raw)
        ]
        if not all(_is_storable(part) for row in rows for part in row if isinstance(part, str)):
            raise ValueError
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise RuleBroken(_("The page sent something that cannot be read. Reload it.")) from None
    if len(rows) > MOST_CELLS:
        raise RuleBroken(_("Save at most %(n)d cells at once.") % {"n": MOST_CELLS})
    strategy = segment.strategy_id
    types = named(ContactType.objects.filter(strategy=strategy), {row[0] for row in rows})
    channels = named(
        Channel.objects.filter(strategy=strategy).select_related("owner_team"),
        {uid for row in rows for uid in (row[1], row[4]) if uid},
    )
    gone = [
        f"{one}.{two}"
        for one, two, _version, _choice, to, _why in rows
        if one not in types or two not in channels or (to and to not in channels)
    ]
    if gone:
        raise Gone(gone)
    cells = [
        Chosen(types[one], channels[two], version, choice, channels.get(to), why)
        for one, two, version, choice, to, why in rows
    ]
    for cell in cells:
        _check(cell)
    return list({cell.key: cell for cell in cells}.values())


def _check(cell: Chosen) -> None:
    """Raise RuleBroken, with the names of the cell, unless it may say this."""
    try:
        cell.check()
    except ValidationError as refused:
        said = {"row": cell.contact_type, "column": cell.channel, "why": " ".join(refused.messages)}
        raise RuleBroken(_("%(row)s · %(column)s: %(why)s") % said) from None


def _is_storable(text: str) -> bool:
    """Can the text be stored? Half a character cannot, and PostgreSQL takes no NUL."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


class TypeFilter(forms.Form):
    """What the tree of contact types can be narrowed to."""

    q = forms.CharField(
        label=gettext_lazy("Search"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    self_service = forms.ChoiceField(label=gettext_lazy("Self-service"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix, self.auto_id = (
            "",
            "filter_%s",
        )  # a dialog over the page has names of its own
        for name, any_, choices in (
            ("kind", _("Any kind"), ContactType.Kind.choices),
            ("self_service", _("Any"), ContactType.SelfService.choices),
        ):
            self.fields[name].choices = [("", any_), *choices]  # type: ignore[attr-defined]


class MatrixFilter(forms.Form):
    """What the matrix can be narrowed to: its rows, then its columns."""

    q = forms.CharField(
        label=gettext_lazy("Search"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    of = forms.ChoiceField(label=gettext_lazy("Within"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    family = forms.ChoiceField(label=gettext_lazy("Channel family"), required=False)
    team = forms.ChoiceField(label=gettext_lazy("Owning team"), required=False)
    undecided = forms.BooleanField(label=gettext_lazy("Only undecided"), required=False)

    def __init__(
        self, *args: Any, of: list[Any], families: list[Any], teams: list[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix, self.auto_id = (
            "",
            "filter_%s",
        )  # a dialog over the page has names of its own
        for name, any_, choices in (
            ("of", _("All contact types"), of),
            ("kind", _("Any kind"), ContactType.Kind.choices),
            ("family", _("Any family"), families),
            ("team", _("Any team"), [*teams, ("none", _("Nobody"))]),
        ):
            self.fields[name].choices = [("", any_), *choices]  # type: ignore[attr-defined]
