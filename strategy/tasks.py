"""Map of the product's background work: importing this registers every slice's job handlers."""

from strategy.reports import tasks as reports

__all__ = ["reports"]
