"""What may become of a job: the numbers, and the ways a handler's work can end."""

CLAIMS_BEFORE_SET_ASIDE = 3
"""A job whose worker died this often is not tried again: it may be what kills the worker."""

PAUSES = (1, 5, 25)
"""Seconds before another attempt after an unexpected error; after the last one the job fails."""

RENEWALS_PER_LEASE = 3
"""A worker renews its lease this often before it would run out."""


class JobFailed(Exception):
    """The work failed for a reason that can be told.

    `code` is short and stable, `sentence` says what happened and what to do. With `retry` it is
    tried again after each of `PAUSES`, for reasons that may pass; without, the job fails at once.
    """

    def __init__(self, code: str, sentence: str, *, retry: bool = False) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.retry = retry


class Canceled(Exception):
    """Somebody asked for this job to stop."""


class LeaseLost(Exception):
    """Another worker holds the job, or it has ended: nothing may be written for it any more."""


class Stopping(Exception):
    """This process is being stopped: the job goes back to the queue."""


def pause_after(attempt: int) -> int | None:
    """Return the seconds to wait after an error in this attempt (1 is the first), or None to give up."""
    return PAUSES[attempt - 1] if attempt <= len(PAUSES) else None
