"""Keep a few child processes running until told to stop.

Each child leads its own session: a Ctrl-C at the terminal reaches the supervisor alone, which
stops them all. On Linux a child dies with its supervisor, even one that is killed.
"""

import logging
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from .processes import die_with_parent

log = logging.getLogger(__name__)

_RESTART_PAUSES = (1, 2, 3)
_STEADY_SECONDS = 60  # a child that ran this long starts its pauses anew
_READY_LOOK_SECONDS = 0.1
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass
class Child:
    """A process to keep running. `ready`, if given, says whether it has come up."""

    name: str
    command: Sequence[str]
    ready: Callable[[], bool] | None = None
    environment: dict[str, str] = field(default_factory=dict)

    process: subprocess.Popen | None = field(default=None, init=False)
    started_at: float = field(default=0.0, init=False)
    start_at: float | None = field(default=0.0, init=False)
    deaths: int = field(default=0, init=False)

    def start(self) -> None:
        """Start the process."""
        supervisor = os.getpid()
        self.process = subprocess.Popen(  # noqa: S603  (our own command lines)
            list(self.command),
            env=os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: die_with_parent(supervisor),
        )
        self.started_at, self.start_at = time.monotonic(), None

    def running(self) -> bool:
        """Return whether the process has been started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def note_death(self) -> str:
        """Plan the next start and return one line about it; empty while there is nothing to say."""
        if self.process is None or self.running():
            return ""
        code, self.process = self.process.returncode, None
        now = time.monotonic()
        self.deaths = 1 if now - self.started_at > _STEADY_SECONDS else self.deaths + 1
        pause = _RESTART_PAUSES[min(self.deaths, len(_RESTART_PAUSES)) - 1]
        self.start_at = now + pause
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return f"The {self.name} ended ({how}). Starting it again in {pause} s."

    def stop(self) -> None:
        """Ask the process to stop, if it runs."""
        if self.process is not None:
            self.process.terminate()

    def kill(self) -> None:
        """Kill the process and what it has started."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def supervise(
    children: Sequence[Child],
    *,
    on_ready: Callable[[], None] | None = None,
    stop_seconds: float = 10,
) -> None:
    """Start the children and restart what dies, until SIGTERM, SIGINT or SIGHUP; then stop them.

    `on_ready` is called once, when every child that can tell is ready. All children get SIGTERM at
    once, for none waits for another: what the web accepts while the worker stops stays in the
    table. What is left after `stop_seconds` is killed.
    """
    with _Wakeup() as wakeup:
        try:
            _run(children, wakeup, on_ready)
        finally:
            _stop(children, wakeup, stop_seconds)


def _run(children: Sequence[Child], wakeup: "_Wakeup", on_ready: Callable[[], None] | None) -> None:
    not_ready = [child for child in children if child.ready]
    while not wakeup.stopped:
        now = time.monotonic()
        for child in children:
            if line := child.note_death():
                log.warning(line)
            if child.start_at is not None and child.start_at <= now:
                child.start()
        pauses = [child.start_at - now for child in children if child.start_at is not None]
        if on_ready:
            not_ready = [child for child in not_ready if child.ready and not child.ready()]
            pauses.append(_READY_LOOK_SECONDS)
            if not not_ready:
                on_ready()
                on_ready = None
        wakeup.wait(min(pauses, default=None))


def _stop(children: Sequence[Child], wakeup: "_Wakeup", seconds: float) -> None:
    deadline = time.monotonic() + seconds
    for child in children:
        child.stop()
    while any(child.running() for child in children) and time.monotonic() < deadline:
        wakeup.wait(deadline - time.monotonic())
    for child in children:
        if child.running():
            log.warning("The %s did not stop in %g s. Killing it.", child.name, seconds)
            child.kill()


class _Wakeup:
    """Sleeps until a child dies, a stop signal comes or the time is up: idle, it costs nothing."""

    def __enter__(self) -> "_Wakeup":
        self.stopped = False
        self._out, self._in = os.pipe()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)
        self._handlers = {number: signal.signal(number, self._stop) for number in _STOP_SIGNALS}
        self._handlers[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        self._before = signal.set_wakeup_fd(self._in, warn_on_full_buffer=False)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(self._before)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        os.close(self._in)
        os.close(self._out)

    def wait(self, seconds: float | None) -> None:
        select.select([self._out], [], [], None if seconds is None else max(0, seconds))
        with suppress(BlockingIOError):
            os.read(self._out, 4096)

    def _stop(self, *_: object) -> None:
        self.stopped = True
