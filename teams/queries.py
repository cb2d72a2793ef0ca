"""Reading the organization."""

from django.db.models import Count, Prefetch, QuerySet

from teams.models import Membership, Team, User


def teams_page() -> QuerySet:
    """Return all teams with the number of their members."""
    return Team.objects.annotate(people=Count("memberships")).order_by("name")


def people_page() -> QuerySet:
    """Return everybody with their teams."""
    mine = Prefetch("memberships", Membership.objects.select_related("team").order_by("team__name"))
    return User.objects.prefetch_related(mine).order_by("name", "email")
