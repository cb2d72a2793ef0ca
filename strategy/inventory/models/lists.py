"""Tables of the list: its saved views, and who keeps which at hand."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from portal.history.models import Tracked
from strategy.plan.models import Strategy
from teams.models import User


class SavedViewQuerySet(models.QuerySet):
    """Saved views."""

    def seen_by(self, user: User) -> Self:
        """Return those that are shared, and the person's own. Nobody else sees a private one, whoever they are."""
        return self.filter(Q(is_shared=True) | Q(owner=user))


class SavedView(Tracked):
    """The filters, columns and order of the channel list under a name: private, or shared with the strategy.

    What was done to a private one stands in the history of its owner alone; so nobody undoes it elsewhere.
    """

    can_be_undone = False

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="saved_views")
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("short name in addresses"), max_length=90)
    query = models.TextField(_("what it shows"), max_length=4000, blank=True)
    is_shared = models.BooleanField(
        _("shared"),
        default=False,
        help_text=_("Everybody in this strategy sees it. Its owner and editors change it."),
    )

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "strategy",
                "owner",
                Lower("name"),
                name="saved_view_name_unique",
                violation_error_message=_(
                    "You have a view with this name already. Choose another name."
                ),
            ),
            models.UniqueConstraint(
                fields=["strategy", "owner", "slug"], name="saved_view_slug_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ViewMark(models.Model):
    """A saved view that a person keeps at hand; at most one of a strategy is what the list opens with for them."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="marks")
    opens_list = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "view"], name="view_mark_once_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.view}"
