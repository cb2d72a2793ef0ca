"""The commands of the strategy file say what they did, and what is wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from strategy.exchange.queries import export_strategy
from strategy.plan.models import Strategy
from tests.strategy.exchange.conftest import line_of

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def file(tmp_path, small):
    path = tmp_path / "small.yaml"
    path.write_text(small, encoding="utf-8")
    return path


def test_check_says_that_a_good_file_is_good(file, capsys):
    call_command("check_strategy", file)
    assert capsys.readouterr().out == f"{file} has no problems.\n"


def test_check_lists_every_problem_with_its_line(file, small):
    wrong = small.replace("family: voice", "family: voices").replace("slips: 2", "slips: two")
    file.write_text(wrong, encoding="utf-8")
    with pytest.raises(CommandError) as error:
        call_command("check_strategy", file)
    first, second, third = str(error.value).splitlines()
    assert first == "The file has 2 problems:"
    assert second == (
        f"Line {line_of(wrong, 'family: voices')}: channels[1].family: "
        "“voices” is not a choice here. Did you mean “voice”?"
    )
    assert third.startswith(f"Line {line_of(wrong, 'slips: two')}: gaps[0].slips: ")


def test_check_ends_with_1_and_needs_no_database(tmp_path, small):
    file = tmp_path / "wrong.yaml"
    file.write_text(small.replace("slips: 2", "slips: two"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "manage.py", "check_strategy", str(file)],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nowhere",
            "PORTAL_DATA_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "gaps[0].slips: “two” is not a whole number." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.django_db
def test_a_dry_run_says_what_would_come_and_writes_nothing(file, capsys):
    call_command("import_strategy", file, "--dry-run")
    said = capsys.readouterr().out
    assert "would create the strategy “Small strategy”" in said
    assert "channels: 2" in said
    assert "Nothing was written." in said
    assert not Strategy.objects.exists()


@pytest.mark.django_db
def test_import_and_export_are_one_round(file, tmp_path, capsys):
    call_command("import_strategy", file)
    assert capsys.readouterr().out == "Imported “Small strategy”. Its address is /s/small/.\n"
    out = tmp_path / "out.yaml"
    call_command("export_strategy", "small", "--out", out)
    assert out.read_text(encoding="utf-8") == export_strategy(Strategy.objects.get())
    capsys.readouterr()
    call_command("export_strategy", "small")
    assert capsys.readouterr().out == out.read_text(encoding="utf-8")


@pytest.mark.django_db
@pytest.mark.parametrize("extra", [[], ["--dry-run"]])
def test_a_second_import_is_refused_and_a_copy_is_not(file, extra):
    call_command("import_strategy", file)
    with pytest.raises(CommandError, match="is here already: Small strategy"):
        call_command("import_strategy", file, *extra)
    call_command("import_strategy", file, "--as", "copy")
    assert set(Strategy.objects.values_list("slug", flat=True)) == {"small", "copy"}


@pytest.mark.django_db
def test_a_copy_needs_a_short_name_that_can_stand_in_an_address(file):
    with pytest.raises(CommandError, match=r"strategy\.slug"):
        call_command("import_strategy", file, "--as", "My copy!")


@pytest.mark.django_db
def test_an_unknown_strategy_is_named_with_the_one_that_was_meant(file):
    with pytest.raises(CommandError, match="There is none yet"):
        call_command("export_strategy", "smal")
    call_command("import_strategy", file)
    with pytest.raises(CommandError, match=r"Did you mean “small”\?"):
        call_command("export_strategy", "smal")


@pytest.mark.django_db
def test_a_place_that_cannot_be_written_is_named(file, tmp_path):
    call_command("import_strategy", file)
    with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
        call_command("export_strategy", "small", "--out", tmp_path / "no" / "out.yaml")


@pytest.mark.parametrize("command", ["check_strategy", "import_strategy"])
def test_a_file_that_cannot_be_read_is_named(command, tmp_path):
    with pytest.raises(
        CommandError, match=r"missing\.yaml cannot be read: No such file or directory\."
    ):
        call_command(command, tmp_path / "missing.yaml")
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("format: 1\nname: Lucía\n".encode("latin-1"))
    with pytest.raises(CommandError, match=r"is not UTF-8 text \(line 2\)"):
        call_command(command, latin)


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path, small):
    large = tmp_path / "large.yaml"
    large.write_bytes(small.encode() + "ü".encode() * 6_000_000)
    with pytest.raises(CommandError, match="larger than 10 MB"):
        call_command("check_strategy", large)
