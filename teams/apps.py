from django.apps import AppConfig


class TeamsConfig(AppConfig):
    """People, teams, roles and the access policy."""

    name = "teams"
    verbose_name = "Teams"
