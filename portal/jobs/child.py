"""Run one function in a forked process that cannot hurt the worker.

The worker's pool processes are daemonic, so multiprocessing refuses to start anything in them; a
plain fork does, and the child finds every library its parent has loaded already in memory.

The child
- leads its own session, and dies with its parent (Linux), so that nothing outlives the job;
- has limits on memory, processor time and file size, and leaves no core file;
- does not collect garbage: it lives for one function and gives everything back by ending;
- cannot use the database: any use raises. The inherited connections belong to the parent, so the
  child leaves by `os._exit` and closes nothing;
- speaks to the parent in JSON lines over a pipe.

The parent's loop looks at the pipe, at the clock and, through `tick`, at whatever the caller
watches. It ends only when the child is dead and reaped, whichever way it is left.
"""

import errno
import gc
import json
import os
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

from .processes import die_with_parent
from .rules import JobFailed

Progress = Callable[..., None]
"""`progress(phase, done=None, total=None)`: how far the work is."""

_LOOK_SECONDS = 0.1
_OUT_OF_MEMORY = b'{"limit": "memory"}\n'  # prepared: there may be no memory left to make it
_LIMIT_OF_ERRNO: dict[object, str] = {
    errno.EFBIG: "file",
    errno.ENOSPC: "disk",
    errno.EDQUOT: "disk",
}
_LIMIT_OF_SIGNAL: dict[int, str] = {signal.SIGXCPU: "time", signal.SIGXFSZ: "file"}


@dataclass(frozen=True)
class Limits:
    """What a child may use: wall-clock and processor seconds, and megabytes of memory and of one file."""

    seconds: int
    memory_mb: int
    file_mb: int


@dataclass(frozen=True)
class Result:
    """What a child that ended well returned, and what it took."""

    value: dict
    seconds: float
    peak_memory_kb: int


class ChildError(Exception):
    """The function raised something unexpected. The text is its traceback."""


def run_in_child(
    function: Callable[[Progress], dict | None],
    *,
    limits: Limits,
    progress: Progress,
    tick: Callable[[], None],
) -> Result:
    """Call `function(progress)` in a child and return what it returned (a dict that JSON can carry).

    `tick` is called about ten times a second; what it raises ends the child and is raised here.
    Otherwise raises JobFailed with code out_of_memory, too_long, file_too_large, disk_full or
    child_died, or whatever JobFailed the function raised, or ChildError.
    """
    started = time.monotonic()
    parent = os.getpid()
    inherited_kb = _memory()[1] // 1024
    inbox, outbox = os.pipe()
    pid = os.fork()
    if pid == 0:
        _live_as_child(function, limits, parent, outbox)
    os.close(outbox)
    os.set_blocking(inbox, False)
    ended: tuple[int, int] | None = None
    verdict, rest = None, b""
    try:
        while not ended:
            tick()
            if time.monotonic() - started > limits.seconds:
                raise _limit_reached("time", limits)
            select.select([inbox], [], [], _LOOK_SECONDS)
            ended = _reap(pid, os.WNOHANG)
            lines, rest, closed = _read(inbox, rest)
            for message in map(json.loads, lines):
                if "progress" in message:
                    progress(*message["progress"])
                else:
                    verdict = message
            if closed and not ended:
                time.sleep(_LOOK_SECONDS / 10)  # a closed pipe is always readable: do not spin
    finally:
        with suppress(ProcessLookupError):  # the child, and whatever it started
            os.killpg(pid, signal.SIGKILL)
        if not ended:
            with suppress(ProcessLookupError):  # it may not have had the time to lead its own group
                os.kill(pid, signal.SIGKILL)
            _reap(pid, 0)
        os.close(inbox)
    status, peak_kb = ended
    verdict = verdict or _cause_of_death(status, peak_kb - inherited_kb, limits)
    value = _value(verdict, limits)
    return Result(value, time.monotonic() - started, peak_kb)


def _reap(pid: int, options: int) -> tuple[int, int] | None:
    """Return the child's wait status and peak memory in KB (what it inherited included) once it is dead."""
    found, status, usage = os.wait4(pid, options)
    return (status, usage.ru_maxrss) if found else None


def _read(inbox: int, rest: bytes) -> tuple[list[bytes], bytes, bool]:
    """Return the complete lines that have come, what is left of the last one, and whether that was all."""
    closed = False
    with suppress(BlockingIOError):
        while chunk := os.read(inbox, 65536):
            rest += chunk
        closed = True
    *lines, rest = rest.split(b"\n")
    return lines, rest, closed


def _value(verdict: dict, limits: Limits) -> dict:
    """Return the value of the verdict, or raise what it says."""
    if "value" in verdict:
        return verdict["value"]
    if "failed" in verdict:
        code, sentence, retry = verdict["failed"]
        raise JobFailed(code, sentence, retry=retry)
    if "limit" in verdict:
        raise _limit_reached(verdict["limit"], limits)
    raise ChildError(verdict["error"])


def _cause_of_death(status: int, used_kb: int, limits: Limits) -> dict:
    """Return the verdict on a child that ended without a word, having used so much memory."""
    code = os.waitstatus_to_exitcode(status)
    if limit := _LIMIT_OF_SIGNAL.get(-code):
        return {"limit": limit}
    if code < 0 and used_kb > limits.memory_mb * 1024 * 0.8:
        return {"limit": "memory"}  # C libraries abort where Python raises MemoryError
    how = signal.Signals(-code).name if code < 0 else str(code)
    sentence = _("The process that did this work ended unexpectedly (%(how)s). Try again.")
    return {"failed": ["child_died", sentence % {"how": how}, True]}


def _limit_reached(limit: str, limits: Limits) -> JobFailed:
    """Return the failure for a limit, with what a person can do about it."""
    code, sentence = {
        "memory": (
            "out_of_memory",
            _(
                "This needed more than %(memory_mb)s MB of memory. Leave something out and try again,"
                " or ask your administrator to allow more."
            ),
        ),
        "time": (
            "too_long",
            _(
                "This took longer than %(seconds)s seconds. Leave something out and try again,"
                " or ask your administrator to allow more."
            ),
        ),
        "file": (
            "file_too_large",
            _(
                "The file grew larger than %(file_mb)s MB. Leave something out and try again,"
                " or ask your administrator to allow more."
            ),
        ),
        "disk": (
            "disk_full",
            _(
                "There is no room left on the server's disk. Tell your administrator, then try again."
            ),
        ),
    }[limit]
    return JobFailed(code, sentence % vars(limits))


def _memory() -> tuple[int, int]:
    """Return the bytes of address space and of memory in use (Linux; zeros elsewhere).

    The memory limit counts address space: a fresh fork owns little memory, but all the libraries and heaps it
    shares with its parent are in its address space. So the limit goes on top of that.
    """
    if sys.platform != "linux":
        return 0, 0
    with open("/proc/self/statm", encoding="ascii") as file:
        size, resident, *_rest = file.read().split()
    return int(size) * resource.getpagesize(), int(resident) * resource.getpagesize()


# --- in the child ----------------------------------------------------------------------------------


def _live_as_child(
    function: Callable[[Progress], dict | None], limits: Limits, parent: int, outbox: int
) -> NoReturn:
    """Set this process up as the child, call the function, tell the verdict, and end."""

    def tell(message: dict) -> None:
        _write(outbox, json.dumps(message).encode() + b"\n")

    def progress(phase: str, done: int | None = None, total: int | None = None) -> None:
        tell({"progress": [phase, done, total]})

    try:
        die_with_parent(parent)
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        gc.disable()
        for door in ("ensure_connection", "_cursor"):
            setattr(BaseDatabaseWrapper, door, _no_database)
        _apply(limits)
        tell({"value": function(progress) or {}})
    except MemoryError:
        _write(outbox, _OUT_OF_MEMORY)
    except JobFailed as failure:
        tell({"failed": [failure.code, failure.sentence, failure.retry]})
    except BaseException as error:  # noqa: BLE001  (SystemExit too: the parent must hear of it)
        limit = _LIMIT_OF_ERRNO.get(getattr(error, "errno", None))
        tell({"limit": limit} if limit else {"error": traceback.format_exc()})
    finally:
        os._exit(0)


def _apply(limits: Limits) -> None:
    """Take the limits on. Passing the processor limit is SIGXCPU; too large a file is EFBIG."""
    address_space, _resident = _memory()
    if address_space:
        memory = address_space + limits.memory_mb * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.file_mb * 2**20, limits.file_mb * 2**20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def _no_database(*_: object, **__: object) -> None:
    raise RuntimeError("A child process has no database. Read what you need before run_child.")


def _write(outbox: int, data: bytes) -> None:
    while data:
        data = data[os.write(outbox, data) :]
