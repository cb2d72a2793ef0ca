"""`manage.py report`: a report from a file, with no server and without touching the database."""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pypdf import PdfReader

from strategy.plan.models import Strategy
from teams.models import User

pytestmark = pytest.mark.once
ROOT = Path(__file__).parents[3]
LARKFIELD = ROOT / "strategy" / "exchange" / "demo" / "larkfield.yaml"

SMALL = """
format: 1
kind: customer-access-strategy
as_of: 2026-10-01
strategy:
  slug: small
  name: A small strategy
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a file with next to nothing in it."""
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return path


def test_it_needs_no_database_at_all(small, tmp_path):
    out = tmp_path / "small.pdf"
    ran = subprocess.run(
        [sys.executable, ROOT / "manage.py", "report", small, "--out", out],
        env={
            **os.environ,
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
            "PORTAL_DATA_DIR": str(tmp_path / "data"),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert "There is nothing to judge yet" in ran.stdout
    assert PdfReader(out).metadata.title == "A small strategy: alignment report"


def test_the_data_is_as_of_the_day_of_the_file_or_of_the_day_one_says(db, small, tmp_path):
    for options, day in (({}, "Oct. 1, 2026"), ({"as_of": dt.date(2026, 12, 24)}, "Dec. 24, 2026")):
        out = tmp_path / "small.pdf"
        call_command("report", small, out=str(out), **options)
        assert f"Data as of {day}" in PdfReader(out).pages[0].extract_text()


def test_the_database_of_the_installation_is_left_alone(db, tmp_path):
    before = connection.settings_dict["NAME"]
    User.objects.create(email="here@example.org", name="Here")
    call_command("report", LARKFIELD, out=str(tmp_path / "larkfield.pdf"))
    assert connection.settings_dict["NAME"] == before
    assert [person.email for person in User.objects.all()] == ["here@example.org"]
    assert not Strategy.objects.exists()


def test_the_same_file_gives_the_same_bytes(db, small, tmp_path):
    for name in ("one", "two"):
        call_command("report", small, out=str(tmp_path / name))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_bad_file_is_refused_with_its_lines_and_nothing_is_written(db, tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(SMALL.replace("slug: small", "slag: small"))
    with pytest.raises(CommandError, match="Line 6"):
        call_command("report", path, out=str(tmp_path / "bad.pdf"))
    assert [one.name for one in tmp_path.iterdir()] == ["bad.yaml"]


def test_a_place_that_cannot_be_written_to_is_named(db, small, tmp_path):
    with pytest.raises(CommandError, match=r"nowhere.*cannot be written"):
        call_command("report", small, out=str(tmp_path / "nowhere" / "small.pdf"))


def test_a_file_that_is_there_already_stays_whole_when_drawing_fails(db, small, tmp_path, settings):
    out = tmp_path / "small.pdf"
    out.write_bytes(b"the last one")
    settings.REPORT_FILE_MB = 0
    with pytest.raises(CommandError, match="larger than 0 MB"):
        call_command("report", small, out=str(out))
    assert out.read_bytes() == b"the last one"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["small.pdf", "small.yaml"]


def test_it_can_be_narrowed_to_what_touches_mobile(db, small, tmp_path):
    out = tmp_path / "small.pdf"
    call_command("report", small, out=str(out), lens="mobile")
    assert PdfReader(out).metadata.title == "A small strategy: alignment report, mobile lens"
