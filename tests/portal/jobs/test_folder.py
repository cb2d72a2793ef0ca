"""The broker in a folder: what is half written is never read, and what cannot be read stops nobody."""

import multiprocessing
import os
import time
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from portal.jobs.folder import Channel

BIG = {"body": "x" * 5_000_000, "properties": {"delivery_info": {}}}
TIMES = 30


def open_channel(folder: Path) -> Any:
    options = {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(folder / "control"),
        "store_processed": False,
    }
    transport = "portal.jobs.folder:Transport"
    return Connection("filesystem://", transport=transport, transport_options=options).channel()


@pytest.fixture
def channel(tmp_path: Path) -> Channel:
    (tmp_path / "control").mkdir()
    found = open_channel(tmp_path)
    assert type(found) is Channel
    return found


def ring(folder: Path) -> None:
    bell = open_channel(folder)
    for _time in range(TIMES):
        bell._put("celery", BIG)


def test_a_message_is_read_whole_while_another_process_writes_the_next(channel, tmp_path):
    writer = multiprocessing.get_context("spawn").Process(target=ring, args=(tmp_path,))
    writer.start()
    read = 0
    while read < TIMES:
        was_writing = writer.is_alive()
        try:
            assert len(channel._get("celery")["body"]) == len(BIG["body"])
            read += 1
        except Empty:
            assert was_writing, f"only {read} of {TIMES} came whole"
    writer.join()
    assert [path.name for path in tmp_path.iterdir()] == ["control"], "nothing is left behind"


def test_a_message_that_cannot_be_read_is_passed_over(channel, tmp_path, caplog):
    (tmp_path / "0_half.celery.msg").write_text('{"body": "ha')
    channel._put("celery", {"body": "whole"})
    assert channel._get("celery") == {"body": "whole"}
    assert "could not be read" in caplog.text
    with pytest.raises(Empty):
        channel._get("celery")


def test_a_table_that_was_left_empty_is_written_anew(channel, tmp_path):
    (tmp_path / "control" / "celery.exchange").write_text("")
    channel._queue_bind("celery", "celery", "", "celery")
    channel._queue_bind("celery", "celery", "", "celery")
    channel._queue_bind("celery", "other", "", "other")
    assert [bound.queue for bound in channel.get_table("celery")] == ["other", "celery"]


def test_parts_that_a_killed_process_left_are_cleared_and_those_being_written_are_not(tmp_path):
    control = tmp_path / "control"
    control.mkdir()
    old = [tmp_path / ".one.part", control / ".two.part"]
    kept = [tmp_path / ".new.part", tmp_path / "1_message.celery.msg", tmp_path / ".hidden"]
    for file in (*old, *kept):
        file.write_text("{")
    long_ago = time.time() - 2 * 24 * 3600
    for file in (*old, *kept[1:]):
        os.utime(file, (long_ago, long_ago))
    open_channel(tmp_path)
    assert [file.exists() for file in (*old, *kept)] == [False, False, True, True, True]
