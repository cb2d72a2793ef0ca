"""Forms of an import: the file, and which column is what."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.history.forms import never_cut
from strategy.exchange.models import ImportRun
from strategy.exchange.sheets import whole
from strategy.exchange.sheets.files import MOST_BYTES, Sheet, too_large
from strategy.exchange.sheets.kinds import KINDS
from strategy.exchange.sheets.queries import (
    FIGURES_OF,
    NEW,
    channels_here,
    columns_of,
    corrected,
    unread_figures,
)
from strategy.inventory.models import Channel, Measurement
from strategy.plan.forms import DayInput
from strategy.plan.models import Strategy


class UploadForm(forms.Form):
    """A file, what its rows are, and where it comes from."""

    kind = forms.ChoiceField(label=gettext_lazy("What is in the file"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV or XLSX, up to 10 MB, whose first row names the columns; or a strategy file (YAML)."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.yaml,.yml"}),
    )
    source = forms.CharField(
        label=gettext_lazy("Where it comes from"),
        required=False,
        max_length=100,
        help_text=gettext_lazy(
            "How its columns are named is remembered under this name. Blank: the name of the file."
        ),
        widget=forms.TextInput(attrs={"list": "sources"}),
    )

    def __init__(self, *args: Any, strategy: Strategy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.strategy = strategy
        kinds = (*KINDS.values(), whole.KIND)
        self.fields["kind"].choices = [(kind.key, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        never_cut(self)

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(too_large().sentence)
        return file

    def clean(self) -> dict[str, Any]:
        """Name the source when nobody does: rejected rows come from where their import came, others from the file.

        YAML is a strategy file, whatever was chosen.
        """
        data = super().clean() or {}
        if data.get("file") and data["file"].name.lower().endswith((".yaml", ".yml")):
            data["kind"] = whole.KEY
        if not data.get("source") and data.get("file"):
            name = data["file"].name
            former = corrected(self.strategy, data.get("kind", ""), name)
            own = name.rpartition(".")[0] or name
            data["source"] = former.source if former else own[:100]
        return data


class ColumnsForm(forms.Form):
    """Which column is what. For contact types a column may hold the contacts of a channel, in one period."""

    grain = forms.ChoiceField(
        label=gettext_lazy("Each figure is for a"),
        choices=Measurement.Grain.choices,
        required=False,
    )
    starts_on = forms.DateField(
        label=gettext_lazy("Period begins on"), required=False, widget=DayInput()
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the channel"), required=False, max_length=120
    )
    family = forms.ChoiceField(label=gettext_lazy("Family"), required=False)
    mode = forms.ChoiceField(label=gettext_lazy("Mode"), required=False)

    def __init__(
        self, *args: Any, run: ImportRun, sheet: Sheet, strategy: Strategy, **kwargs: Any
    ) -> None:
        self.run, self.sheet = run, sheet
        self.kind = KINDS[run.kind]
        stored = run.mapping
        kwargs["initial"] = {
            "grain": stored.get("grain", Measurement.Grain.MONTH),
            "starts_on": stored.get("starts_on"),
        }
        super().__init__(*args, **kwargs)
        self.added: list[dict[str, str]] = list(stored.get("channels", ()))
        self.columns = columns_of(run, sheet)
        here = channels_here(strategy) if self.kind.has_figures else []
        self.channel_names = {channel.name.lower() for channel in here}
        choices = self._choices(here)
        for column in self.columns:
            self.fields[column.name] = forms.ChoiceField(
                label=column.head, choices=choices, required=False, initial=column.target
            )
        for name, kinds in (("family", Channel.Family), ("mode", Channel.Mode)):
            self.fields[name].choices = [("", _("Choose…")), *kinds.choices]  # type: ignore[attr-defined]
        never_cut(self)

    def _choices(self, here: list[Channel]) -> list[Any]:
        fields = [(one.key, one.label) for one in self.kind.fields]
        own = [("id", _("Id of the row in this portal")), ("version", _("Version of the row"))]
        choices: list[Any] = [
            ("", _("Leave out")),
            (_("Field"), fields),
            (_("From an export"), own),
        ]
        if self.kind.computed:
            made = [(one.target, one.label) for one in self.kind.computed.values()]
            choices.append((_("Worked out here, so not imported"), made))
        if self.kind.has_figures:
            new = [
                (f"{FIGURES_OF}{NEW}{number}", _("%(name)s (new)") % {"name": facts["name"]})
                for number, facts in enumerate(self.added)
            ]
            old = [(f"{FIGURES_OF}{channel.uid}", channel.name) for channel in here]
            of = [*new, *old]
            choices.append((_("Contacts of the channel"), of))
            for metric, head in (
                (Measurement.Metric.ENQUIRIES, _("Only enquiries of the channel")),
                (Measurement.Metric.TRANSACTIONS, _("Only transactions of the channel")),
            ):
                choices.append((head, [(f"{target}:{metric}", name) for target, name in of]))
        return choices

    @property
    def is_adding(self) -> bool:
        """Was the button pressed that adds a channel to choose from?"""
        return self.data.get("do") == "add"

    def rows(self) -> list[tuple[Any, forms.BoundField]]:
        """Return the columns of the file with the field that says what each is."""
        return [(column, self[column.name]) for column in self.columns]

    @property
    def unread_figures(self) -> list[str]:
        """Return the columns of nothing but figures that are left out, as it is chosen now."""
        if not self.kind.has_figures:
            return []
        return unread_figures(
            self.columns, {one.name for one in self.columns if self[one.name].value()}
        )

    def clean(self) -> dict[str, Any]:
        """No two columns are the same thing, and figures have a period."""
        data = super().clean() or {}
        if self.is_adding:
            self._check_channel(data)
            return data
        seen: dict[str, str] = {}
        for column in self.columns:
            target = data.get(column.name)
            if target and target in seen:
                self.add_error(
                    column.name,
                    _("“%(head)s” is this already. Choose something else for one of them.")
                    % {"head": seen[target]},
                )
            elif target:
                seen[target] = column.head
        if not any(target in self.kind.by_key for target in seen):
            self.add_error(None, _("Choose a field for at least one column."))
        if any(target.startswith(FIGURES_OF) for target in seen):
            self._check_period(data)
        return data

    def _check_period(self, data: dict[str, Any]) -> None:
        starts_on: dt.date | None = data.get("starts_on")
        if "starts_on" in self.errors:
            return
        if starts_on is None:
            self.add_error("starts_on", _("Say for which period the figures are."))
        elif data.get("grain") not in ("day", "week") and starts_on.day != 1:
            self.add_error(
                "starts_on", _("A month, a quarter and a year begin on the first of a month.")
            )

    def _check_channel(self, data: dict[str, Any]) -> None:
        for name in ("name", "family", "mode"):
            if not data.get(name):
                self.add_error(name, _("A new channel needs this."))
        known = self.channel_names | {facts["name"].lower() for facts in self.added}
        if (data.get("name") or "").lower() in known:
            self.add_error("name", _("This channel can be chosen already."))

    def mapping(self) -> dict[str, Any]:
        """Return what was chosen, as a run keeps it; with the new channel when one was added."""
        data = self.cleaned_data
        added = self.added
        if self.is_adding and self.is_valid():
            added = [*added, {name: data[name] for name in ("name", "family", "mode")}]
        columns = {
            str(column.at): data[column.name] for column in self.columns if data.get(column.name)
        }
        starts_on = data.get("starts_on")
        return {
            "columns": columns,
            "guesses": [],
            "channels": added,
            "grain": data.get("grain") or Measurement.Grain.MONTH.value,
            "starts_on": starts_on.isoformat() if starts_on else None,
        }
