from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Platform tables: history, jobs and live revisions."""

    name = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        from portal import checks  # noqa: F401, PLC0415  (registers the system checks)
