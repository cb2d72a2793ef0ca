"""Tables of people, teams, roles and invitations."""

import datetime as dt
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager, Group
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from portal.history.models import Tracked
from teams.fields import person


class People(BaseUserManager["User"]):
    """Makes users; an e-mail address is kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **values: Any) -> "User":
        """Create a person who signs in with this e-mail address."""
        user = self.model(email=email.strip().lower(), **values)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **values: Any) -> "User":
        """Create an administrator of the whole installation."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **values)


class User(Tracked, AbstractUser):
    """A person who signs in by e-mail. A site administrator is a superuser."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    job_title = models.CharField(_("job title"), max_length=150, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    untracked = frozenset({"password", "last_login", "date_joined"})
    objects = People()  # type: ignore[misc,assignment]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("Somebody with this e-mail address exists already."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Return the name people call them by."""
        return str(self)

    def get_short_name(self) -> str:
        """Return the first word of the name."""
        return str(self).split()[0]

    @property
    def has_left(self) -> bool:
        """Could this person sign in once, and not any more? Who only came with a file never could."""
        return not self.is_active and self.has_usable_password()


class Team(Tracked):
    """A function of the company that owns ways in or takes part in the strategy."""

    class Function(models.TextChoices):
        EXECUTIVE = "executive", _("Executive sponsor")
        CONTACT_CENTER = "contact_center", _("Contact center")
        IT = "it", _("IT and telephony")
        WEB = "web", _("Web")
        MOBILE = "mobile", _("Mobile")
        MARKETING = "marketing", _("Marketing")
        SOCIAL_MEDIA = "social_media", _("Social media")
        IVR = "ivr", _("IVR")
        BUSINESS = "business", _("Line of business")
        KNOWLEDGE = "knowledge", _("Knowledge and content")
        COMPLIANCE = "compliance", _("Legal, privacy and accessibility")
        FINANCE = "finance", _("Finance and analytics")
        FIELD = "field", _("Branches and field")
        OTHER = "other", _("Other")

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=100, unique=True)
    function = models.CharField(_("function"), max_length=20, choices=Function.choices)
    group = models.OneToOneField(
        Group, on_delete=models.PROTECT, related_name="team", editable=False
    )

    untracked = frozenset({"group"})

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(Tracked):
    """A person in a team."""

    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("team")
    )
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    is_lead = models.BooleanField(_("team lead"), default=False)

    class Meta:
        verbose_name = _("membership")
        constraints = [
            models.UniqueConstraint(
                fields=["team", "user"],
                name="membership_once",
                violation_error_message=_("This person is in the team already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.team}"


class StrategyRole(Tracked):
    """What one person or one whole team may do in a strategy."""

    class Role(models.TextChoices):
        READER = "reader", _("Reader")
        CONTRIBUTOR = "contributor", _("Contributor")
        EDITOR = "editor", _("Editor")
        LEAD = "lead", _("Strategy lead")

    strategy = models.ForeignKey(
        "strategy.Strategy",
        on_delete=models.CASCADE,
        related_name="roles",
        verbose_name=_("strategy"),
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="roles",
        verbose_name=_("team"),
    )
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="roles",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.CheckConstraint(
                condition=Q(team__isnull=True, user__isnull=False)
                | Q(team__isnull=False, user__isnull=True),
                name="role_has_one_holder",
                violation_error_message=_("Choose either a person or a team."),
            ),
            models.UniqueConstraint(
                fields=["strategy", "team"],
                condition=Q(team__isnull=False),
                name="role_once_per_team",
                violation_error_message=_("This team has a role here already. Change that one."),
            ),
            models.UniqueConstraint(
                fields=["strategy", "user"],
                condition=Q(user__isnull=False),
                name="role_once_per_person",
                violation_error_message=_("This person has a role here already. Change that one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.team} · {self.get_role_display()}"


class Invitation(Tracked):
    """A link that brings one person into a strategy, once. Only a hash of its secret is stored."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        EXPIRED = "expired", _("Expired")
        ACCEPTED = "accepted", _("Accepted")
        REVOKED = "revoked", _("Revoked")

    strategy = models.ForeignKey(
        "strategy.Strategy",
        on_delete=models.CASCADE,
        related_name="invitations",
        verbose_name=_("strategy"),
    )
    email = models.EmailField(_("e-mail address"))
    team = models.ForeignKey(
        Team,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("team"),
    )
    role = models.CharField(_("role"), max_length=12, choices=StrategyRole.Role.choices)
    invited_by = person(_("invited by"))
    created_at = models.DateTimeField(_("invited on"))
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted on"), null=True, blank=True)
    accepted_by = person(_("accepted by"))
    revoked_at = models.DateTimeField(_("revoked on"), null=True, blank=True)
    links = models.PositiveSmallIntegerField(_("links made"), default=1, editable=False)
    token_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)

    untracked = frozenset({"token_hash"})
    can_be_undone = False

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["email", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="invitation_ends_once",
            ),
            models.UniqueConstraint(
                fields=["strategy", "email", "team"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_once_per_team",
            ),
            models.UniqueConstraint(
                fields=["strategy", "email"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True, team__isnull=True),
                name="invitation_once_without_team",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.team or self.get_role_display()}"

    def state(self, now: dt.datetime) -> State:
        """Return where the invitation stands."""
        if self.accepted_at is not None:
            return Invitation.State.ACCEPTED
        if self.revoked_at is not None:
            return Invitation.State.REVOKED
        return Invitation.State.EXPIRED if self.expires_at <= now else Invitation.State.OPEN
