"""Look for due jobs and ring for the workers.

The only process besides a starting worker that publishes to the broker. While it is away nothing is
lost, jobs only wait.
"""

import logging
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

from django.db import connection

from . import actions, queries
from .control import DATABASE_AWAY
from .tasks import ring

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.1
_BEAT_SECONDS = 10
_SIGHT = 50  # due jobs looked at in one turn
_RING_AGAIN_SECONDS = 2
_RING_IDLE_SECONDS = 10
_RING_LATEST_SECONDS = 60
_OUTAGE_PAUSES = (0.5, 1, 2, 5)


class Dispatcher:
    """Rings once for each job that becomes due, then for the backlog as a whole until it is gone.

    It also rings now and then when nothing is due: an idle worker answers with a heartbeat, so its
    health is known, and a lost ring is made good. While nobody answers it rings ever less, so that
    messages do not pile up for a worker that is away; a worker that starts looks for itself.
    """

    def __init__(
        self, ring: Callable[[], None] = ring, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ring = ring
        self._clock = clock
        self._in_sight: set[tuple] = set()
        self._ring_again_at = 0.0
        self._beat_at = 0.0
        self._answer: datetime | None = None
        self._unanswered = -1  # the first ring has not had the time to be answered
        self._outages = 0

    def run(self) -> NoReturn:
        """Look ten times a second until SIGTERM or SIGINT, which may end it anywhere: it holds nothing."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: sys.exit(0))
        log.info("The dispatcher looks for due jobs.")
        while True:
            time.sleep(self.turn())

    def turn(self) -> float:
        """Look once, ring where needed, and return the seconds to wait. Outlives any outage."""
        try:
            self._look()
        except DATABASE_AWAY as error:
            connection.close()
            return self._outage("database", error)
        except _BrokerAway as error:
            return self._outage("broker", error)
        if self._outages:
            log.info("Database and broker answer again.")
        self._outages = 0
        return _LOOK_SECONDS

    def _look(self) -> None:
        now = self._clock()
        if now >= self._beat_at:
            actions.beat(name="dispatcher")
            self._beat_at = now + _BEAT_SECONDS
        due = queries.due_claims(_SIGHT)
        new = len(due - self._in_sight)
        if new or now >= self._ring_again_at:
            for _ in range(new or 1):
                self._ring_or_raise()
            self._ring_again_at = now + self._pause(new=bool(new), due=bool(due))
        self._in_sight = due

    def _ring_or_raise(self) -> None:
        try:
            self._ring()
        except Exception as error:  # each transport has its own
            raise _BrokerAway(error) from error

    def _pause(self, *, new: bool, due: bool) -> float:
        """Return the seconds until the next ring if nothing new happens; see the class."""
        answer = queries.last_seen("worker")
        self._unanswered = 0 if new or answer != self._answer else self._unanswered + 1
        self._answer = answer
        pause = _RING_AGAIN_SECONDS if due else _RING_IDLE_SECONDS
        return min(pause * 2**self._unanswered, _RING_LATEST_SECONDS)

    def _outage(self, what: str, error: Exception) -> float:
        if not self._outages:
            log.error("The %s does not answer, jobs wait: %s", what, error)
        self._outages += 1
        return _OUTAGE_PAUSES[min(self._outages, len(_OUTAGE_PAUSES)) - 1]


class _BrokerAway(Exception):
    """The broker did not take a ring."""
