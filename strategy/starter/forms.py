"""The form of the start page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.history.forms import TrackedForm, never_cut
from strategy.plan.models import Strategy
from strategy.starter.actions import Part
from strategy.starter.queries import EMPTY, KITS, Function, Kit, functions, owned_in
from teams.models import StrategyRole, User

_NEW_KEYS = ("+1", "+2")
"""Functions that are added by name; more are added under Organization. No team is called so."""


def _field(key: str, name: str) -> str:
    return f"{name}-{key}"


@dataclass(frozen=True)
class Row:
    """The fields of one function, as the page shows them. `first` is a box to tick, or a name to type."""

    owns: list[str]
    first: BoundField
    email: BoundField
    role: BoundField

    @property
    def is_new(self) -> bool:
        """Is its name typed?"""
        return isinstance(self.first.field, forms.CharField)


class StartForm(TrackedForm):
    """A new strategy: its name, its kit, its lead, and which functions take part."""

    kit = forms.ChoiceField(
        label=gettext_lazy("Start with"),
        choices=[(kit.code, kit.name) for kit in KITS.values()],
        widget=forms.RadioSelect,
        initial="mobile",
    )
    lead = forms.ModelChoiceField(
        label=gettext_lazy("Strategy lead"),
        queryset=User.objects.filter(is_active=True),
        to_field_name="uid",
        help_text=gettext_lazy(
            "Gives roles and invites people. Others can become strategy leads later."
        ),
    )

    lead_function = forms.ChoiceField(
        label=gettext_lazy("Function of the strategy lead"),
        required=False,
        help_text=gettext_lazy(
            "The function the strategy lead works in: they answer checklists and agree to objectives for it."
        ),
    )

    class Meta:
        model = Strategy
        fields = ("name", "organization", "period")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.functions = functions()
        self.fields["lead_function"].choices = [  # type: ignore[attr-defined]
            ("", _("None: answers for no function")),
            *((one.key, one.name) for one in self.functions),
            (_NEW_KEYS[0], _("Another function: the first one you name below")),
            (_NEW_KEYS[1], _("Another function: the second one you name below")),
        ]
        for function in self.functions:
            self.fields[_field(function.key, "picked")] = forms.BooleanField(
                label=function.name, required=False, initial=bool(function.kit_slug)
            )
            self._add(function.key, function.name)
        for key in _NEW_KEYS:
            self.fields[_field(key, "name")] = forms.CharField(
                label=_("Another function"),
                max_length=100,
                required=False,
                widget=forms.TextInput(attrs={"placeholder": _("Another function")}),
            )
            self._add(key, _("another function"))
        never_cut(self)

    def _add(self, key: str, name: str) -> None:
        self.fields[_field(key, "email")] = forms.EmailField(
            label=_("E-mail of the owner in %(name)s") % {"name": name},
            max_length=254,
            required=False,
            widget=forms.EmailInput(
                attrs={"autocomplete": "off", "placeholder": _("Owner’s e-mail")}
            ),
        )
        self.fields[_field(key, "role")] = forms.ChoiceField(
            label=_("Role of %(name)s") % {"name": name},
            choices=StrategyRole.Role.choices,
            initial="contributor",
        )

    @property
    def owning_kit(self) -> str:
        """Return the name of the kit in which functions own something: “Empty” has nothing to own."""
        return str(KITS["mobile"].name)

    @property
    def rows(self) -> Iterator[Row]:
        """Yield the functions as the page shows them."""
        owned = owned_in(KITS["mobile"])
        for function in self.functions:
            yield self._row(function.key, "picked", owned.get(function.kit_slug, []))
        for key in _NEW_KEYS:
            yield self._row(key, "name", [])

    def _row(self, key: str, first: str, owns: list[str]) -> Row:
        return Row(owns, *(self[_field(key, name)] for name in (first, "email", "role")))

    @property
    def chosen_kit(self) -> Kit:
        """Return the kit."""
        return KITS[self.cleaned_data["kit"]]

    @property
    def parts(self) -> list[Part]:
        """Return the functions that take part."""
        every = [(one, self._typed(one.key, "picked")) for one in self.functions]
        typed = [(key, self._typed(key, "name")) for key in _NEW_KEYS]
        every += [(Function(key, name, "", None), name) for key, name in typed]
        return [
            Part(one, self._typed(one.key, "role"), self._typed(one.key, "email"))
            for one, takes_part in every
            if takes_part
        ]

    @property
    def lead_in(self) -> Function | None:
        """Return the function that the lead joins; None when they join none, or it does not take part."""
        key = self.cleaned_data.get("lead_function")
        return next((one.function for one in self.parts if one.function.key == key), None)

    def _typed(self, key: str, name: str) -> Any:
        return self.cleaned_data.get(_field(key, name), "")

    @property
    def strategy_values(self) -> dict[str, Any]:
        """Return the strategy's own facts, with a short name that follows the name."""
        return {**self.values, "slug": self._slug(self.cleaned_data["name"])}

    def clean_name(self) -> str:
        """Refuse a name whose short name is taken: a second click starts nothing twice."""
        name = self.cleaned_data["name"]
        if Strategy.objects.filter(slug=self._slug(name)).exists():
            raise forms.ValidationError(
                _("A strategy with this name is here already. Choose another name.")
            )
        return name

    def clean(self) -> dict[str, Any]:
        """Check the functions: an address needs its function, and a new one needs a name of its own."""
        typed = super().clean() or self.cleaned_data
        for one in self.functions:
            if self._typed(one.key, "email") and not self._typed(one.key, "picked"):
                sentence = _("%(name)s does not take part. Tick it, or delete the address.")
                self.add_error(_field(one.key, "email"), sentence % {"name": one.name})
        taken = {slugify(one.name) for one in self.functions} | {one.key for one in self.functions}
        for key in _NEW_KEYS:
            name = self._typed(key, "name")
            slug = slugify(name)[:60]
            if self._typed(key, "email") and not name:
                self.add_error(_field(key, "name"), _("Say which function the address is for."))
            elif name and (not slug or slug in taken):
                sentence = _(
                    "There is such a function already, or the name has no letters. Choose another name."
                )
                self.add_error(_field(key, "name"), sentence)
            taken.add(slug)
        if typed.get("lead_function") and self.lead_in is None:
            sentence = _(
                "This function does not take part. Tick or add it below, or choose another one."
            )
            self.add_error("lead_function", sentence)
        if typed.get("kit") != EMPTY and not self.errors and not self.parts:
            self.add_error(
                "kit", _("Tick at least one function below: a kit needs somebody to own it.")
            )
        return typed

    @staticmethod
    def _slug(name: str) -> str:
        return slugify(name)[:60] or "strategy"
