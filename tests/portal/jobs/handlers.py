"""Kinds of work for the tests. A worker of the tests imports this module by its -I option."""

import os
import signal
import time
from pathlib import Path

from django.db import transaction

from portal.jobs.actions import enqueue
from portal.jobs.control import Control
from portal.jobs.models import Job
from portal.jobs.registry import handler
from portal.jobs.rules import JobFailed
from tests.portal.jobs.waiting import wait_until

LIMITS = {"seconds": 60, "memory_mb": 200, "file_mb": 10}


def note(path: str, line: str) -> None:
    """Append one line. Small appends are not torn."""
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(line + "\n")


@handler("tests.note")
def write_note(job: Job, control: Control) -> None:
    note(job.payload["notes"], str(job.uid))


@handler("tests.gate")
def wait_at_gate(job: Job, control: Control) -> None:
    """Say in the notes that it has begun, draw in a child until the gate opens, then leave a result."""

    def draw(progress):
        progress("waiting", 1, 2)
        note(job.payload["notes"], f"begun {os.getpid()}")
        while not Path(job.payload["gate"]).exists():
            time.sleep(0.02)
        progress("drawn", 2, 2)
        return {"pages": 2}

    result = control.run_child(draw, **LIMITS)
    assert result.value == {"pages": 2}
    note(job.payload["notes"], "result")


@handler("tests.kill")
def kill_worker(job: Job, control: Control) -> None:
    note(job.payload["notes"], "begun")
    os.kill(os.getpid(), signal.SIGKILL)


@handler("tests.fail")
def fail(job: Job, control: Control) -> None:
    raise JobFailed("no_paper", "There is no paper. Fill the tray, then try again.")


@handler("tests.raise")
def break_down(job: Job, control: Control) -> None:
    raise ZeroDivisionError("a fault of ours")


@handler("tests.check")
def check_until_stopped(job: Job, control: Control) -> None:
    wait_until(lambda: control.check())


@handler("tests.stop")
def be_told_to_stop(job: Job, control: Control) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    control.check()


@handler("tests.finish")
def finish_with_result(job: Job, control: Control) -> None:
    """Finish the job in the transaction of its result, which is another job."""
    with transaction.atomic():
        control.finish()
        enqueue(kind="tests.note", payload=job.payload)
        if job.payload.get("fail"):
            raise ZeroDivisionError
