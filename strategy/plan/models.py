"""Tables of the strategy and its components."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.history.models import Tracked
from strategy.plan.rules import (
    ANY_DEVICE,
    DRAFT,
    MOBILE,
    MOBILE_DEVICES,
    MOBILE_FAMILIES,
    next_review,
)
from teams.access import AccessQuerySet, OfTeam
from teams.fields import person, team
from teams.models import Team


class Lens(models.TextChoices):
    """What a strategy can be narrowed to."""

    MOBILE = MOBILE, _("Mobile lens")


def mobile_channel(path: str = "") -> Q:
    """Return the condition that a channel touches mobile; `path` leads to it: "channel__"."""
    return Q(**{f"{path}device__in": MOBILE_DEVICES}) | Q(
        **{f"{path}family__in": MOBILE_FAMILIES, f"{path}device": ANY_DEVICE}
    )


class LensQuerySet(AccessQuerySet):
    """Rows that a lens can narrow."""

    def touching_mobile(self) -> Self:
        """Return the rows that touch mobile. Each kind says what that means."""
        raise NotImplementedError

    def through(self, lens: str) -> Self:
        """Return what is seen through the lens; without one, everything."""
        return self.touching_mobile() if lens == Lens.MOBILE else self


class StrategyQuerySet(AccessQuerySet):
    """Strategies; a person sees those in which they have a role."""

    strategy_path = "pk"


class Strategy(Tracked):
    """One customer access strategy of the organization."""

    class Classification(models.TextChoices):
        PUBLIC = "public", _("Public")
        INTERNAL = "internal", _("Internal")
        CONFIDENTIAL = "confidential", _("Confidential")

    slug = models.SlugField(_("short name in addresses"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=150)
    organization = models.CharField(_("organization"), max_length=150, blank=True)
    period = models.CharField(
        _("period"), max_length=60, blank=True, help_text=_("For example: 2027, or Q1 2027.")
    )
    vision = models.TextField(_("vision"), max_length=2000, blank=True)
    classification = models.CharField(
        _("classification"),
        max_length=12,
        choices=Classification.choices,
        default=Classification.INTERNAL,
        help_text=_("Printed on every page of a report."),
    )
    edition = models.PositiveIntegerField(_("edition"), default=1)
    notice_days = models.PositiveSmallIntegerField(
        _("notice before a launch (days)"),
        default=28,
        help_text=_("How long before a launch the contact center must know of it."),
    )
    shows_next_steps = models.BooleanField(
        _("show “What next” on the home"),
        default=True,
        help_text=_("What is left to do, until all of it is done."),
    )

    objects = StrategyQuerySet.as_manager()

    class Meta:
        verbose_name = _("strategy")
        verbose_name_plural = _("strategies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("strategy:home", args=[self.slug])


class Component(Tracked):
    """One of the ten components of a customer access strategy."""

    class Code(models.TextChoices):
        SEGMENTS = "segments", _("Customer segments")
        CONTACT_TYPES = "contact_types", _("Contact types")
        CHANNELS = "channels", _("Access channels")
        HOURS = "hours", _("Hours of operation")
        OBJECTIVES = "objectives", _("Service level and response time objectives")
        ROUTING = "routing", _("Routing")
        RESOURCES = "resources", _("People and technology resources")
        INFORMATION = "information", _("Information required")
        ANALYSIS = "analysis", _("Analysis and improvement")
        DEPLOYMENT = "deployment", _("Guidelines for deploying new services")

    BELONGS: ClassVar[dict[str, Any]] = {
        Code.SEGMENTS: _("Which groups of customers we serve, how many they are, and what each needs of us."),
        Code.CONTACT_TYPES: _("Why customers get in touch: the reasons, how often, and which we want to prevent."),
        Code.CHANNELS: _("Which ways in we offer to whom, which one we prefer for what, and which we leave out."),
        Code.HOURS: _("When each way in is open, where a person answers, and what happens outside those hours."),
        Code.OBJECTIVES: _("How soon we answer on each channel: the share, the time, and how it is counted."),
        Code.ROUTING: _("How a contact finds the right person or system: priorities, skills, overflow."),
        Code.RESOURCES: _("Who and what it takes: teams, skills, partners, and the systems they work with."),
        Code.INFORMATION: _("What has to be known to serve a contact, where it comes from, what is handed on."),
        Code.ANALYSIS: _("How we learn from contacts: what is measured, who looks at it, what follows."),
        Code.DEPLOYMENT: _("What has to be so before a new service opens, and how long ahead who is told."),
    }  # fmt: skip
    """What to write into each component."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="components")
    code = models.CharField(_("component"), max_length=16, choices=Code.choices)
    owner_team = team(_("owning team"))
    owner = person(_("owner"))
    text = models.TextField(
        _("text"),
        max_length=20000,
        blank=True,
        help_text=_("Markdown: **bold**, - list, [link](https://…)."),
    )
    updated_on = models.DateField(_("updated on"), null=True, blank=True)
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    review_every_days = models.PositiveSmallIntegerField(_("review every (days)"), default=90)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("component")
        verbose_name_plural = _("components")
        ordering = ["strategy", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["strategy", "code"], name="component_once_per_strategy"
            ),
            models.CheckConstraint(
                condition=models.Q(review_every_days__gte=1),
                name="component_review_interval_positive",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_code_display())

    def get_absolute_url(self) -> str:
        return reverse("strategy:component", args=[self.strategy.slug, self.code])

    @property
    def belongs(self) -> str:
        """Return what belongs into it, in a sentence."""
        return str(self.BELONGS[Component.Code(self.code)])

    @property
    def number(self) -> int:
        """Return its place among the ten, from 1."""
        return list(Component.Code.values).index(self.code) + 1

    @property
    def next_review_on(self) -> dt.date | None:
        """Return the day by which it should be reviewed again; None when it never was."""
        return next_review(self.reviewed_on, self.review_every_days)


class Segment(Tracked):
    """A group of customers who are served differently from others."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="segments")
    name = models.CharField(_("name"), max_length=120)
    code = models.CharField(_("code"), max_length=40, blank=True)
    criteria = models.TextField(
        _("who belongs to it"),
        max_length=1000,
        blank=True,
        help_text=_("So that two people would count the same customers."),
    )
    size = models.PositiveBigIntegerField(_("number of customers"), null=True, blank=True)
    size_on = models.DateField(_("counted on"), null=True, blank=True)
    languages = models.CharField(
        _("languages"), max_length=200, blank=True, help_text=_("For example: en, es, zh-Hant.")
    )
    devices = models.CharField(
        _("devices they use"),
        max_length=200,
        blank=True,
        help_text=_("For example: phone, mostly."),
    )
    needs = models.TextField(
        _("what they need"),
        max_length=1000,
        blank=True,
        help_text=_("Also what makes a way in hard for them."),
    )
    prefers = models.CharField(_("how they like to reach us"), max_length=200, blank=True)
    is_vulnerable = models.BooleanField(_("needs special care"), default=False)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "strategy",
                name="segment_name_unique",
                violation_error_message=_(
                    "A segment with this name exists already. Choose another name."
                ),
            ),
            models.UniqueConstraint(
                Lower("code"),
                "strategy",
                condition=~Q(code=""),
                name="segment_code_unique",
                violation_error_message=_(
                    "A segment with this code exists already. Choose another code."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ContactTypeQuerySet(LensQuerySet):
    """Contact types."""

    def touching_mobile(self) -> Self:
        """Return those that a channel which touches mobile answers differently from another."""
        differs = mobile_channel("differences__channel__") | mobile_channel("differences__other__")
        return self.filter(pk__in=self.model._default_manager.filter(differs).values("pk"))


class ContactType(Tracked):
    """A reason for which customers get in touch, in their words; it may be part of a wider reason."""

    class Kind(models.TextChoices):
        UNKNOWN = "unknown", _("Not said")
        INFORMATION = "information", _("Information")
        TRANSACTION = "transaction", _("Transaction")
        COMPLAINT = "complaint", _("Complaint")
        OTHER = "other", _("Other")

    class SelfService(models.TextChoices):
        UNKNOWN = "unknown", _("Not decided")
        SUITED = "suited", _("Suited")
        PARTLY = "partly", _("Suited in part")
        UNSUITED = "unsuited", _("Not suited")

    class Authentication(models.TextChoices):
        UNKNOWN = "unknown", _("Not said")
        NONE = "none", _("None needed")
        IDENTIFIED = "identified", _("We must know who it is")
        PROVED = "proved", _("They must prove who they are")

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="contact_types")
    parent = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    name = models.CharField(
        _("name"), max_length=250, help_text=_("In the customer's words: has my claim been paid?")
    )
    code = models.CharField(_("reason code"), max_length=40, blank=True)
    description = models.TextField(_("description"), max_length=4000, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.UNKNOWN)
    self_service = models.CharField(
        _("self-service"),
        max_length=8,
        choices=SelfService.choices,
        default=SelfService.UNKNOWN,
        help_text=_("Can customers settle it without a person?"),
    )
    authentication = models.CharField(
        _("sign-in"),
        max_length=10,
        choices=Authentication.choices,
        default=Authentication.UNKNOWN,
    )
    deadline = models.CharField(
        _("deadline by law"),
        max_length=200,
        blank=True,
        help_text=_("For example: complaints are answered within 15 days."),
    )

    objects = ContactTypeQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact type")
        verbose_name_plural = _("contact types")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                Lower("code"),
                "strategy",
                name="contact_type_name_unique",
                violation_error_message=_(
                    "A contact type with this name exists already. Choose another name."
                ),
            ),
            models.UniqueConstraint(
                Lower("code"),
                "strategy",
                condition=~Q(code=""),
                name="contact_type_code_unique",
                violation_error_message=_(
                    "A contact type with this code exists already. Choose another code."
                ),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                name="contact_type_not_its_own_parent",
                violation_error_message=_("A contact type cannot be part of itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Objective(Tracked):
    """Something all functions want to reach together. What it says counts its wordings from 1."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="objectives")
    position = models.PositiveSmallIntegerField(_("position"), default=0, editable=False)
    statement = models.CharField(
        _("what we want to reach"),
        max_length=200,
        help_text=_("One sentence that every function can say yes or no to."),
    )
    wording = models.PositiveSmallIntegerField(_("wording"), default=1, editable=False)
    measure = models.CharField(
        _("how it is measured"),
        max_length=200,
        blank=True,
        help_text=_("For example: claims questions resolved at the first contact."),
    )
    unit = models.CharField(
        _("unit"), max_length=20, blank=True, help_text=_("For example: %, days, minutes.")
    )
    baseline = models.DecimalField(
        _("baseline"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    current = models.DecimalField(
        _("current"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    target = models.DecimalField(
        _("target"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    due_on = models.DateField(_("by when"), null=True, blank=True)
    owner_team = team(_("team that measures it"))

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        ordering = ["strategy", "position", "id"]

    def __str__(self) -> str:
        return self.statement

    def get_absolute_url(self) -> str:
        return f"{reverse('strategy:objectives', args=[self.strategy.slug])}#objective-{self.uid}"

    @property
    def is_draft(self) -> bool:
        """Is it still being worded, so that nobody is asked yet?"""
        return self.statement.lower().startswith(DRAFT.lower())

    @property
    def progress(self) -> int | None:
        """Return how much of the way from baseline to target is gone, in percent.

        Below zero: it went the other way. None while a figure is missing, or there is no way to go.
        """
        if self.baseline is None or self.current is None or self.target is None:
            return None
        way = self.target - self.baseline
        return int((self.current - self.baseline) * 100 / way) if way else None


class Commitment(OfTeam, Tracked):
    """What one function says to an objective, and the words it said it to."""

    class Stance(models.TextChoices):
        COMMITS = "commits", _("Commits")
        CONDITION = "condition", _("Commits with a condition")
        OBJECTS = "objects", _("Objects")

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="commitments")
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="+", verbose_name=_("function")
    )
    stance = models.CharField(_("answer"), max_length=9, choices=Stance.choices)
    sentence = models.CharField(
        _("in a sentence"),
        max_length=500,
        blank=True,
        help_text=_("What you will do; with a condition or an objection: which, and why."),
    )
    wording = models.PositiveSmallIntegerField(_("wording"), editable=False)
    agreed_to = models.CharField(_("words it was given to"), max_length=200, editable=False)
    given_by = person(_("given by"))
    given_on = models.DateField(_("given on"))

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        constraints = [
            models.UniqueConstraint(fields=["objective", "team"], name="commitment_once_per_team"),
            models.CheckConstraint(
                condition=models.Q(stance="commits") | ~models.Q(sentence=""),
                name="commitment_reservation_has_sentence",
                violation_error_message=_("Say in a sentence what the condition or objection is."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team}: {self.get_stance_display()}"

    @property
    def strategy_id(self) -> int:
        """Return the strategy in which the access policy looks for a role."""
        return self.objective.strategy_id

    @property
    def is_current(self) -> bool:
        """Was it given to the words that stand there now?"""
        return self.wording == self.objective.wording


class Decision(Tracked):
    """A question that somebody has to decide, and what waiting costs."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="decisions")
    question = models.CharField(
        _("question"), max_length=200, help_text=_("For example: who owns replies to texts?")
    )
    options = models.TextField(
        _("options"), max_length=2000, blank=True, help_text=_("One on each line.")
    )
    recommendation = models.CharField(_("recommendation"), max_length=500, blank=True)
    cost_of_waiting = models.CharField(
        _("cost of waiting"),
        max_length=300,
        blank=True,
        help_text=_("What happens while nobody decides."),
    )
    decider = person(_("who decides"))
    decide_by = models.DateField(_("decide by"), null=True, blank=True)
    outcome = models.TextField(_("what was decided"), max_length=2000, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["strategy", models.F("decide_by").asc(nulls_last=True), "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_on__isnull=True, outcome="")
                | models.Q(decided_on__isnull=False) & ~models.Q(outcome=""),
                name="decision_outcome_has_day",
                violation_error_message=_("What was decided and the day belong together."),
            )
        ]

    def __str__(self) -> str:
        return self.question

    def get_absolute_url(self) -> str:
        return f"{reverse('strategy:decisions', args=[self.strategy.slug])}#decision-{self.uid}"

    def late_days(self, today: dt.date) -> int:
        """Return by how many days the decision is late; 0 when it is not, or is made."""
        if self.decided_on or self.decide_by is None:
            return 0
        return max(0, (today - self.decide_by).days)


class InitiativeQuerySet(LensQuerySet):
    """Initiatives."""

    def touching_mobile(self) -> Self:
        """Return those that touch a channel which touches mobile."""
        touches = InitiativeChannel.objects.filter(
            mobile_channel("channel__"), initiative=OuterRef("pk")
        )
        return self.filter(Exists(touches))


class Initiative(Tracked):
    """Something new that touches channels: a launch everybody must know of in time."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="initiatives")
    name = models.CharField(_("name"), max_length=150)
    purpose = models.TextField(_("what it brings"), max_length=1000, blank=True)
    owner_team = team(_("owning team"))
    owner = person(_("owner"))
    launch_on = models.DateField(_("launch"), null=True, blank=True)
    told_on = models.DateField(
        _("contact center told on"),
        null=True,
        blank=True,
        help_text=_("The day on which the contact center learned of it."),
    )

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        ordering = ["strategy", models.F("launch_on").asc(nulls_last=True), "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["strategy", "name"],
                name="initiative_name_unique",
                violation_error_message=_("An initiative with this name exists already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('strategy:initiatives', args=[self.strategy.slug])}#initiative-{self.uid}"


class InitiativeChannel(Tracked):
    """A channel that an initiative touches."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="touches")
    channel = models.ForeignKey(
        "strategy.Channel",
        on_delete=models.CASCADE,
        related_name="initiatives",
        verbose_name=_("channel"),
    )

    class Meta:
        verbose_name = _("channel of an initiative")
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "channel"], name="initiative_channel_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.initiative} · {self.channel}"


class InitiativeTeam(Tracked):
    """A team that takes part in an initiative."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="takes_part")
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, related_name="+", verbose_name=_("team")
    )

    class Meta:
        verbose_name = _("team of an initiative")
        constraints = [
            models.UniqueConstraint(fields=["initiative", "team"], name="initiative_team_once")
        ]

    def __str__(self) -> str:
        return f"{self.initiative} · {self.team}"
