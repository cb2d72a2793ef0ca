"""What a process knows of its own end: whether it is being stopped, and that it dies with its parent."""

import ctypes
import mmap
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None

# Shared with every process forked after this import: Celery's main process writes it, pool processes read.
_worker_stops = mmap.mmap(-1, 1)
_terminated = False


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when `parent`, which just forked it, dies (Linux only)."""
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)


def stop_worker(**_: object) -> None:
    """Tell all pool processes of this worker to give back what they hold. Safe in a signal handler."""
    _worker_stops[0] = 1


def stopping() -> bool:
    """Return whether this process should end its work: its worker stops, or it got SIGTERM itself."""
    return _terminated or _worker_stops[0] == 1


@contextmanager
def sigterm_noted() -> Iterator[None]:
    """Within, SIGTERM only makes `stopping()` true; it takes its usual effect on the way out."""
    global _terminated
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def note(*_: object) -> None:
        global _terminated
        _terminated = True

    before = signal.signal(signal.SIGTERM, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        if _terminated:
            _terminated = False
            os.kill(os.getpid(), signal.SIGTERM)
