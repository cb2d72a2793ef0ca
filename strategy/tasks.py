"""Map of the product's background work: importing this registers every job handler."""

from strategy.exchange.sheets import tasks as sheets
from strategy.reports import tasks as reports
from teams import tasks as teams

__all__ = ["reports", "sheets", "teams"]
