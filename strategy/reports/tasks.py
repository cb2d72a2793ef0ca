"""Making a report: the work of the worker."""

from portal.jobs.control import Control
from portal.jobs.models import Job
from portal.jobs.registry import handler
from portal.jobs.rules import JobFailed
from strategy.reports.rules import KIND


@handler(KIND)
def make(job: Job, control: Control) -> None:
    """Freeze, draw, store."""
    raise JobFailed("unfinished", "Reports are not drawn yet.")
