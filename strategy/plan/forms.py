"""Forms of the plan."""

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from portal.history.forms import TrackedForm
from strategy.plan.models import Component, Strategy
from teams.models import User


class StrategyForm(TrackedForm):
    """A strategy's own facts."""

    class Meta:
        model = Strategy
        fields = ("name", "organization", "period", "vision", "classification", "slug")
        widgets = {"vision": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["slug"].help_text = _("Left empty, it follows the name.")

    def clean_slug(self) -> str:
        """Derive the short name from the name when it was left empty."""
        return self.cleaned_data["slug"] or slugify(self.cleaned_data.get("name", ""))[:60]


class StartForm(StrategyForm):
    """A new strategy and its first lead."""

    lead = forms.ModelChoiceField(
        label=_("Lead"), queryset=User.objects.filter(is_active=True), to_field_name="uid"
    )


class ComponentForm(TrackedForm):
    """A component's text, owner and review interval."""

    class Meta:
        model = Component
        fields = ("text", "owner_team", "owner", "review_every_days")
        widgets = {"text": forms.Textarea(attrs={"rows": 10})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["review_every_days"].min_value = 1  # type: ignore[attr-defined]
