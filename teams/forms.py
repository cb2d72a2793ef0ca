"""Forms of the organization's pages."""

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from portal.history.forms import TrackedForm
from teams.models import Membership, StrategyRole, Team, User


class TeamForm(TrackedForm):
    """A team: its name and function. The short name follows the name when it is left empty."""

    class Meta:
        model = Team
        fields = ("name", "function", "slug")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["slug"].help_text = _(
            "Used in strategy files. Left empty, it follows the name."
        )

    def clean_slug(self) -> str:
        """Derive the short name from the name when it was left empty; then a double is one of the name."""
        if self.cleaned_data["slug"]:
            return self.cleaned_data["slug"]
        slug = slugify(self.cleaned_data.get("name", ""))[:60]
        others = Team.objects.filter(slug=slug)
        if self.thing is not None:
            others = others.exclude(pk=self.thing.pk)
        if slug and others.exists():
            self.add_error("name", _("A team with this name exists already. Choose another name."))
        return slug


class PersonForm(TrackedForm):
    """A person: name, e-mail, and whether they may sign in and administer."""

    class Meta:
        model = User
        fields = ("name", "email", "job_title", "is_active", "is_superuser")
        labels = {
            "is_active": _("May sign in"),
            "is_superuser": _("Administers the whole installation"),
        }
        help_texts = {"is_active": "", "is_superuser": _("Sees and changes everything.")}

    def clean_email(self) -> str:
        """Keep addresses in lower case, so that nobody exists twice."""
        return self.cleaned_data["email"].strip().lower()


class MemberForm(forms.Form):
    """Who joins a team."""

    person = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.filter(is_active=True), to_field_name="uid"
    )
    is_lead = forms.BooleanField(label=_("Leads the team"), required=False)

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = Membership.objects.filter(team=team).values("user")
        self.fields["person"].queryset = User.objects.filter(is_active=True).exclude(pk__in=inside)  # type: ignore[attr-defined]


class HolderField(forms.ChoiceField):
    """A person or a team, in one list. Cleans to the User or Team."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Person or team"))
        super().__init__(choices=self._choices_now, **kwargs)

    @staticmethod
    def _choices_now() -> list[Any]:
        teams = [(f"team:{team.uid}", team.name) for team in Team.objects.all()]
        people = [
            (f"person:{user.uid}", f"{user.name} · {user.email}")
            for user in User.objects.filter(is_active=True)
        ]
        return [("", _("Choose…")), (_("Teams"), teams), (_("People"), people)]

    def clean(self, value: Any) -> User | Team:
        """Return the person or team that the choice names."""
        chosen = super().clean(value)
        kind, _colon, uid = chosen.partition(":")
        model: type[User | Team] = Team if kind == "team" else User
        return model._default_manager.get(uid=uid)


class RoleForm(forms.Form):
    """Who gets which role in a strategy."""

    holder = HolderField()
    role = forms.ChoiceField(
        label=_("Role"), choices=StrategyRole.Role.choices, initial="contributor"
    )


class ShareForm(forms.Form):
    """With whom one object is shared, and how far."""

    holder = HolderField()
    level = forms.ChoiceField(
        label=_("May"), choices=[("view", _("view it")), ("edit", _("edit it"))], initial="view"
    )
