from django.apps import AppConfig


class StrategyConfig(AppConfig):
    """Strategies, channels, journeys, gaps, checklists and reports."""

    name = "strategy"
    verbose_name = "Strategy"
