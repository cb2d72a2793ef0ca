"""A child process that misbehaves in every way we know, and a parent that stays well."""

import gc
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType

from portal.jobs import actions, engine
from portal.jobs.child import ChildError, Limits, run_in_child
from portal.jobs.control import Control
from portal.jobs.models import Job
from portal.jobs.rules import Canceled, JobFailed
from tests.portal.jobs.waiting import wait_until

LIMITS = Limits(seconds=30, memory_mb=100, file_mb=1)


def run(function, *, limits=LIMITS, progress=lambda *_: None, tick=lambda: None):
    return run_in_child(function, limits=limits, progress=progress, tick=tick)


def failure_of(function, **options):
    """Return the JobFailed that running the function ends in."""
    with pytest.raises(JobFailed) as caught:
        run(function, **options)
    return caught.value


def is_gone(pid):
    """Is the process gone, or only waiting for somebody to take note of its end?"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_the_value_and_the_progress_come_back():
    seen = []

    def work(progress):
        progress("layout", 1, 3)
        progress("draw")
        return {"pages": 3, "pid": os.getpid()}

    result = run(work, progress=lambda *told: seen.append(told))

    assert result.value["pages"] == 3
    assert result.value["pid"] != os.getpid()
    assert seen == [("layout", 1, 3), ("draw", None, None)]


def test_a_large_value_comes_back_whole():
    assert run(lambda progress: {"text": "ä" * 1_000_000}).value == {"text": "ä" * 1_000_000}


def test_peak_memory_is_measured():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    result = run(lambda progress: {"size": len(bytearray(60 * 2**20))})

    assert 60 * 1024 < result.peak_memory_kb < before + 100 * 1024


def test_the_child_leads_its_own_session_without_garbage_collection_or_core_files():
    def work(progress):
        return {
            "leads": os.getsid(0) == os.getpid() == os.getpgid(0),
            "collects": gc.isenabled(),
            "core": resource.getrlimit(resource.RLIMIT_CORE),
        }

    assert run(work).value == {"leads": True, "collects": False, "core": [0, 0]}


def test_a_told_failure_passes_through():
    def work(progress):
        raise JobFailed("no_paper", "There is no paper.", retry=True)

    failure = failure_of(work)
    assert (failure.code, failure.sentence, failure.retry) == (
        "no_paper",
        "There is no paper.",
        True,
    )


def test_an_unexpected_error_arrives_with_its_traceback():
    def work(progress):
        raise ZeroDivisionError("a fault of ours")

    with pytest.raises(ChildError, match=r"(?s)in work.*a fault of ours"):
        run(work)


def test_sys_exit_does_not_pass_for_success():
    with pytest.raises(ChildError, match="SystemExit"):
        run(lambda progress: sys.exit(0))


@pytest.mark.parametrize(
    ("end", "how"),
    [
        (lambda progress: os._exit(3), "(3)"),
        (lambda progress: os.kill(os.getpid(), signal.SIGSEGV), "(SIGSEGV)"),
        (lambda progress: os.kill(os.getpid(), signal.SIGKILL), "(SIGKILL)"),
    ],
)
def test_a_child_that_dies_says_how_and_may_be_tried_again(end, how):
    failure = failure_of(end)

    assert (failure.code, failure.retry) == ("child_died", True)
    assert how in failure.sentence


def test_memory_beyond_the_limit_is_refused():
    failure = failure_of(lambda progress: {"size": len(bytearray(200 * 2**20))})

    assert (failure.code, failure.retry) == ("out_of_memory", False)
    assert "100 MB" in failure.sentence


def test_a_library_that_aborts_at_the_memory_limit_counts_as_out_of_memory():
    def work(progress):
        hoard = bytearray(380 * 2**20)
        os.abort()
        return {"size": len(hoard)}

    assert failure_of(work, limits=Limits(30, 400, 1)).code == "out_of_memory"


def test_a_hang_ends_with_the_clock():
    pids = []

    def work(progress):
        progress(str(os.getpid()))
        time.sleep(60)

    failure = failure_of(
        work, limits=Limits(1, 100, 1), progress=lambda pid, *_: pids.append(int(pid))
    )

    assert failure.code == "too_long"
    assert is_gone(pids[0])


def test_the_processor_limit_ends_the_child_even_while_the_parent_is_held_up(tmp_path):
    note = tmp_path / "pid"

    def burn(progress):
        note.write_text(str(os.getpid()))
        note.rename(tmp_path / "written")
        while True:
            pass

    def held_up():
        pid = wait_until((tmp_path / "written").exists) and (tmp_path / "written").read_text()
        wait_until(lambda: is_gone(pid))

    assert failure_of(burn, limits=Limits(1, 100, 1), tick=held_up).code == "too_long"


def test_a_file_beyond_the_limit_is_refused(tmp_path):
    failure = failure_of(lambda progress: (tmp_path / "big").write_bytes(b"x" * 2**21))

    assert failure.code == "file_too_large"
    assert (tmp_path / "big").stat().st_size <= 2**20


def test_a_full_disk_is_told_apart():
    assert failure_of(lambda progress: Path("/dev/full").write_bytes(b"x")).code == "disk_full"


@pytest.mark.django_db
def test_the_child_has_no_database_and_leaves_the_parent_its_own():
    ContentType.objects.count()  # the connection is open before the fork

    with pytest.raises(ChildError, match="has no database"):
        run(lambda progress: {"count": ContentType.objects.count()})

    assert ContentType.objects.count() >= 0


def test_what_the_child_started_ends_with_it():
    def work(progress):
        return {"pid": subprocess.Popen(["sleep", "600"]).pid}

    pid = run(work).value["pid"]

    wait_until(lambda: is_gone(pid))


def test_a_tick_that_raises_ends_the_child():
    pids = []

    def work(progress):
        progress(str(os.getpid()))
        time.sleep(60)

    def tick():
        if pids:
            raise Canceled

    with pytest.raises(Canceled):
        run(work, tick=tick, progress=lambda pid, *_: pids.append(int(pid)))

    assert is_gone(pids[0])


def hang_in_a_child(note):
    def work(progress):
        note.write_text(str(os.getpid()))
        note.rename(note.with_name("written"))
        time.sleep(600)

    run(work)


def test_a_child_dies_with_a_killed_parent(tmp_path):
    parent = multiprocessing.get_context("fork").Process(
        target=hang_in_a_child, args=(tmp_path / "pid",)
    )
    parent.start()
    wait_until((tmp_path / "written").exists)

    parent.kill()

    parent.join()
    pid = (tmp_path / "written").read_text()
    wait_until(lambda: is_gone(pid))


@pytest.mark.django_db
def test_the_file_of_a_failed_child_is_removed_and_that_of_a_good_one_stays(tmp_path):
    actions.enqueue(kind="tests.note")
    control = Control(engine.claim_next("worker"))
    out = tmp_path / "report.pdf"

    def write(progress):
        out.write_bytes(b"half")
        return {}

    def write_and_fail(progress):
        write(progress)
        os.abort()

    limits = {"seconds": 30, "memory_mb": 100, "file_mb": 1, "out_path": out}
    control.run_child(write, **limits)
    assert out.read_bytes() == b"half"
    with pytest.raises(JobFailed):
        control.run_child(write_and_fail, **limits)
    assert not out.exists()


@pytest.mark.django_db(transaction=True)
def test_progress_of_the_child_and_the_lease_reach_the_row_while_it_works(tmp_path):
    actions.enqueue(kind="tests.note")
    job = engine.claim_next("worker")

    def work(progress):
        progress("layout", 4, 9)
        wait_until((tmp_path / "seen").exists)

    def watch():
        row = wait_until(lambda: Job.objects.filter(phase="layout").first())
        assert (row.progress_done, row.progress_total) == (4, 9)
        assert row.lease_until > job.lease_until
        (tmp_path / "seen").touch()

    watcher = threading.Thread(target=watch)
    watcher.start()
    Control(job).run_child(work, seconds=60, memory_mb=100, file_mb=1)
    watcher.join()
