"""Forms of the organization's pages."""

from typing import Any

from allauth.account import forms as account
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from portal.history.forms import TrackedForm, begin_in, never_cut
from teams.models import Membership, StrategyRole, Team, User


class SignInForm(account.LoginForm):
    """E-mail address and password, to sign in. `is_first`: nobody has an account yet, so nobody can."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_first = not User.objects.filter(is_active=True).exists()
        self.fields[
            "password"
        ].help_text = ""  # its link would stand between the two fields: see login.html
        begin_in(self)


class ResetPasswordForm(account.ResetPasswordForm):
    """The e-mail address to which a link for a new password is sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begin_in(self)


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


class FunctionForm(TeamForm):
    """A function that does not exist yet, and its role in a strategy."""

    role = forms.ChoiceField(
        label=_("Role"), choices=StrategyRole.Role.choices, initial="contributor"
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="function_%s")
        self.fields["function"].label = _("Kind of function")
        self.fields["slug"].widget = forms.HiddenInput()
        self.fields["name"].widget.attrs.pop("autofocus", None)  # one of several forms on the page
        never_cut(self)

    def clean_name(self) -> str:
        """Refuse a function that is there: it may have people, and gets a role instead."""
        name = self.cleaned_data["name"]
        if Team.objects.filter(name__iexact=name).exists():
            raise forms.ValidationError(
                _("This function exists already. Give it a role below instead.")
            )
        return name

    def clean_slug(self) -> str:
        """Ask for another name when no short name can be made of it: nobody sees that field here."""
        slug = super().clean_slug()
        if not slug and self.cleaned_data.get("name"):
            self.add_error("name", _("The name has no plain letters. Choose another name."))
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
        label=_("Person"),
        queryset=User.objects.filter(is_active=True),
        to_field_name="uid",
        empty_label=_("Choose…"),
    )
    is_lead = forms.BooleanField(label=_("Team lead"), required=False)

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


class InviteForm(forms.Form):
    """Whom to invite by e-mail, into which team, with which role."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    team = forms.ModelChoiceField(
        label=_("Function"),
        queryset=Team.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=_("None: reader, or strategy lead"),
        help_text=_("They become a member, and keep what it owns up to date."),
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=StrategyRole.Role.choices, initial="contributor"
    )

    def __init__(self, data: Any = None, *, strategy: Any) -> None:
        super().__init__(data, auto_id="invite_%s")
        takes_part = Team.objects.filter(roles__strategy=strategy).order_by("name")
        self.fields["team"].queryset = takes_part  # type: ignore[attr-defined]
        never_cut(self)


class AcceptForm(forms.Form):
    """The name and password of somebody who was invited. Who has an account already is asked for nothing."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 12 characters. A sentence that you remember is good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, data: Any = None, *, email: str, person: User | None) -> None:
        super().__init__(data, initial={"name": person.name if person else ""})
        self.email = email
        if person is not None and person.has_usable_password():
            self.fields.clear()
        never_cut(self)

    @property
    def values(self) -> dict[str, str]:
        """Return the name and password, where they were asked for."""
        typed = self.cleaned_data
        return {"name": typed["name"], "password": typed["password1"]} if typed else {}

    def clean(self) -> dict[str, Any]:
        """Check that both passwords are the same, and good enough."""
        typed = self.cleaned_data
        password = typed.get("password1")
        if password is not None:
            if typed.get("password2", password) != password:
                self.add_error("password2", _("These are two different passwords. Type it again."))
            try:
                validate_password(password, User(email=self.email, name=typed.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return typed


class ShareForm(forms.Form):
    """With whom one object is shared, and how far."""

    holder = HolderField()
    level = forms.ChoiceField(
        label=_("May"), choices=[("view", _("view it")), ("edit", _("edit it"))], initial="view"
    )
