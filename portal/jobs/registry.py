"""Who does which kind of work. Slices register here; the engine looks here."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .control import Control
    from .models import Job

Handler = Callable[["Job", "Control"], None]

handlers: dict[str, Handler] = {}
warm_ups: list[Callable[[], None]] = []
"""Called once in each new worker process: slow imports, so that render children have them already."""


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the decorated function for a kind of job.

    It may run again after a crash, so a second run must leave the same behind as one;
    `Control.finish` stores a result exactly once.
    """

    def register(function: Handler) -> Handler:
        if handlers.setdefault(kind, function) is not function:
            raise RuntimeError(f"Two handlers for jobs of kind {kind!r}.")
        return function

    return register


def warm_up(function: Callable[[], None]) -> Callable[[], None]:
    """Have the decorated function called once in each new worker process. It must not raise."""
    warm_ups.append(function)
    return function
