"""What was worked out, kept in memory under a key that holds everything it was worked out from."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")

SECONDS = 60
"""Nothing is kept for longer, so that what a key forgot is right again after a minute."""

_LIMIT = 200
_kept: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
_lock = Lock()


def remembered(key: Hashable, make: Callable[[], T]) -> T:
    """Return what `make` returned for this key within the last minute, else what it returns now.

    What is returned is shared by all threads: nobody may change it. One process keeps the 200 used last.
    """
    now = time.monotonic()
    with _lock:
        made_at, value = _kept.get(key, (float("-inf"), None))
        if now - made_at < SECONDS:
            _kept.move_to_end(key)
            return value  # type: ignore[return-value]
    value = make()
    with _lock:
        _kept[key] = (now, value)
        _kept.move_to_end(key)
        if len(_kept) > _LIMIT:
            _kept.popitem(last=False)
    return value
