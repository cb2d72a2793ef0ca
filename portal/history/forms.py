"""Forms over tracked rows: they carry the version they were opened with and keep what was typed.

`TrackedForm` never touches the row; it only turns text into values. `attempt` runs the action and puts every
refusal back on the form, so that the page can be shown again with status 422 or 409.
"""

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.forms.models import model_to_dict
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.history.models import Tracked
from portal.history.record import Stale
from portal.lib.refusals import RuleBroken

T = TypeVar("T")


@dataclass(frozen=True)
class Difference:
    """One field of a conflict: what is stored now, and what this person typed."""

    label: str
    theirs: str
    mine: str


class TrackedForm(forms.ModelForm):
    """Fields of a tracked row plus the version the person saw. `thing` is the row, or None for a new one.

    It checks a copy; the row itself is changed by the action alone.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    links: ClassVar[tuple[str, ...]] = ()
    """Names of fields that choose other rows which the thing is linked with."""

    beside: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Names of fields that stand side by side in a short form; the first of them says where."""

    def __init__(self, *args: Any, thing: Tracked | None = None, **kwargs: Any) -> None:
        if thing is not None:
            loaded = model_to_dict(thing, fields=self._names())
            kwargs["initial"] = {
                **loaded,
                "version": thing.version,
                **(kwargs.get("initial") or {}),
            }
            kwargs["instance"] = copy(thing)  # so that it is not taken for its own double
        super().__init__(*args, **kwargs)
        self.thing = thing
        for field in self.fields.values():
            _name_the_blank(field)
        never_cut(self)
        if thing is None:
            begin_in(self)
        self.status = 200
        self.conflict: list[Difference] | None = None

    def validate_unique(self) -> None:
        """Leave it to the action: only there is the row itself known."""

    @property
    def expected(self) -> int | None:
        """Return the version the person saw; -1 (never right) when the page sent none for an existing row."""
        version = self.cleaned_data.get("version")
        return version if version is not None or self.thing is None else -1

    @property
    def values(self) -> dict[str, Any]:
        """Return the cleaned values of the model's own fields."""
        return {
            name: self.cleaned_data[name] for name in self._names() if name in self.cleaned_data
        }

    @property
    def linked(self) -> dict[str, Any]:
        """Return the other rows that were chosen, under the names of their fields."""
        return {name: self.cleaned_data[name] for name in self.links}

    @property
    def laid_out(self) -> list[list[forms.BoundField]]:
        """Return the visible fields as a short form shows them: each list is one line."""
        lines = {names[0]: names for names in self.beside}
        later = {name for names in self.beside for name in names[1:]}
        return [
            [self[name] for name in lines.get(field.name, (field.name,))]
            for field in self.visible_fields()
            if field.name not in later
        ]

    def show_conflict(self, theirs: Tracked) -> None:
        """Keep what was typed, list what differs, and let the next save knowingly replace theirs."""
        stored = self.__class__(thing=theirs, **self._context())
        self.conflict = differences(self, stored, [*self._names(), *self.links])
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("version")] = str(theirs.version)
        self.data = data

    def _names(self) -> list[str]:
        return list(self._meta.fields or ())

    def _context(self) -> dict[str, Any]:
        """Return the keyword arguments a subclass's constructor needs besides `thing`."""
        return {}


def sent_version(request: HttpRequest, name: str = "version") -> int:
    """Return the version of the row that a button was shown with; -1, never right, for none or nonsense."""
    raw = request.POST.get(name, "")
    return int(raw) if raw.isdecimal() and len(raw) < 10 else -1


def never_cut(form: forms.BaseForm) -> None:
    """Let the server say what is too long: a browser cuts what is pasted, without a word."""
    for field in form.fields.values():
        field.widget.attrs.pop("maxlength", None)


def begin_in(form: forms.BaseForm) -> None:
    """Let the first field of a new form have the focus at once; a refused one begins with what is wrong.

    Where it is not the first one that is to be filled in, that one carries `data-first` and goes before it.
    """
    shown = [field for field in form.fields.values() if not field.widget.is_hidden]
    first = next((field for field in shown if "data-first" in field.widget.attrs), None)
    for field in shown:
        field.widget.attrs.pop("autofocus", None)
    if shown and not form.is_bound:
        (first or shown[0]).widget.attrs["autofocus"] = True


def _name_the_blank(field: forms.Field) -> None:
    """Say what leaving a choice empty means, instead of a row of dashes."""
    words = _("Choose…") if field.required else _("None")
    if isinstance(field, forms.ModelMultipleChoiceField):
        return  # to choose nothing is to tick nothing
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = words
    elif isinstance(field, forms.TypedChoiceField) and field.choices:
        choices: Any = field.choices
        field.choices = [("", words) if code == "" else (code, label) for code, label in choices]


def differences(
    typed: forms.BaseForm, stored: forms.BaseForm, names: Iterable[str]
) -> list[Difference]:
    """Return where what somebody typed is not what is stored now."""
    found = []
    for name in names:
        mine, now = shown(typed[name]), shown(stored[name])
        if mine != now:
            found.append(Difference(capfirst(str(typed[name].label)), now, mine))
    return found


def shown(bound: forms.BoundField) -> str:
    """Return a field's value as a person reads it: the labels of choices, not their codes."""
    value = bound.value()
    choices: Any = getattr(bound.field, "choices", None)
    if isinstance(value, list | tuple):
        chosen = {str(one) for one in value}
        return ", ".join(
            str(label) for code, label in choices if str(getattr(code, "value", code)) in chosen
        )
    if choices is not None:
        for code, label in choices:
            if str(getattr(code, "value", code)) == str(value if value is not None else ""):
                return str(label)
    return "" if value is None else str(value).replace("\r\n", "\n")


def attempt(
    form: forms.BaseForm, action: Callable[..., T], *, keep_on_refusal: bool = False, **values: Any
) -> T | None:
    """Run the action when the form is valid; put what it refuses back on the form.

    Returns what the action returned, or None when the form must be shown again with `form.status`
    (422 invalid, 409 somebody was quicker). Nothing typed is lost. With `keep_on_refusal` the form also
    says what a rule refuses; otherwise that becomes a page or a toast.
    """
    form.status = 422  # type: ignore[attr-defined]
    if not form.is_valid():
        return None
    try:
        result = action(**values)
    except ValidationError as error:
        _put_back(form, error)
        return None
    except RuleBroken as broken:
        if not keep_on_refusal:
            raise
        form.add_error(None, broken.sentence)
        return None
    except IntegrityError:
        form.add_error(
            None, _("Somebody saved something like this at the same moment. Send it again.")
        )
        return None
    except Stale as stale:
        form.status = stale.status  # type: ignore[attr-defined]
        form.is_own, form.saved = stale.is_own, stale.saved  # type: ignore[attr-defined]
        form.add_error(None, stale.sentence)
        if stale.theirs is not None and isinstance(form, TrackedForm):
            form.show_conflict(stale.theirs)
        return None
    form.status = 200  # type: ignore[attr-defined]
    return result


def _put_back(form: forms.BaseForm, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for field, errors in error.error_dict.items():
        known = field in form.fields and field != NON_FIELD_ERRORS
        for one in errors:
            form.add_error(field if known else None, one)
