"""The form in which somebody says why a finding is left as it is, or which gap it is already."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.history.forms import never_cut
from strategy.findings.rules import NEEDS_REASON, RULES
from strategy.gaps.models import Gap
from strategy.plan.models import Strategy


class GapField(forms.ModelChoiceField):
    """A gap, named by its number first."""

    def label_from_instance(self, gap: Any) -> str:
        """Return “G-12 Nobody answers”."""
        return f"{gap.code} {gap}"


class LeaveForm(forms.Form):
    """The reason or the gap, and the digest of the facts that stood on the page."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = forms.CharField(
        label=_("Why is this left as it is?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays away as long as the facts stay. Everybody can read the reason."),
    )
    gap = GapField(
        label=_("Or is it a gap already?"),
        queryset=Gap.objects.none(),
        required=False,
        empty_label=_("No, not yet"),
    )

    def __init__(self, *args: Any, strategy: Strategy, rule: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if rule not in RULES:  # what data quality says becomes no gap
            del self.fields["gap"]
            never_cut(self)
            return
        never_cut(self)
        gaps: Any = self.fields["gap"]
        gaps.queryset = Gap.objects.filter(strategy=strategy).unsettled().order_by("number")

    def clean(self) -> dict[str, Any]:
        """One of the two is needed."""
        data = super().clean() or {}
        if not data.get("gap") and not str(data.get("reason", "")).strip():
            self.add_error("reason", _(NEEDS_REASON))
        return data

    def read_again(self, digest: str) -> None:
        """Keep what was typed, with the facts that the page shows now."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["seen"] = digest
        self.data = data
