"""Map of the platform's tables."""

from portal.history.models import Change, ChangeSet
from portal.jobs.models import Heartbeat, Job
from portal.live.models import Revision

__all__ = ["Change", "ChangeSet", "Heartbeat", "Job", "Revision"]
