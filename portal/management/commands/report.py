"""`manage.py report`: an alignment report from a strategy file, without a server and without its database."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.utils import timezone

from portal.jobs.child import Limits, Result, run_in_child
from portal.jobs.rules import JobFailed
from portal.lib.refusals import Refusal
from strategy.exchange.actions import import_strategy
from strategy.exchange.problems import FileRefused, said
from strategy.exchange.queries import preview
from strategy.exchange.reading import read_file
from strategy.exchange.shape import read_day
from strategy.plan.models import Lens
from strategy.reports.snapshot import take
from strategy.reports.tasks import renderer


class Command(BaseCommand):
    help = (
        "Make an alignment report from a strategy file. Works on a throwaway database in memory: "
        "the installation's own is neither needed nor touched."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="The strategy file (YAML).")
        parser.add_argument("--out", default="report.pdf", help="The PDF to write (report.pdf).")
        parser.add_argument(
            "--lens", choices=Lens.values, default="", help="Narrow it to what touches mobile."
        )
        parser.add_argument(
            "--as-of",
            type=dt.date.fromisoformat,
            help="The day up to which ages count, as YYYY-MM-DD (the file's as_of, else today).",
        )

    def handle(self, *args: object, **options: Any) -> None:
        out = Path(options["out"])
        try:
            text = read_file(options["file"])
            with throwaway_database():
                snapshot = self._snapshot(text, options["as_of"], options["lens"])
            drawn = draw(snapshot, out)
        except FileRefused as refusal:
            raise CommandError(said(refusal.problems)) from None
        except (Refusal, JobFailed) as refusal:
            raise CommandError(refusal.sentence) from None
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.") from error
        self.stdout.write(
            f"{out}: {drawn.value['pages']} pages, {drawn.seconds:.1f} s. {snapshot['front']['verdict']}"
        )

    def _snapshot(self, text: str, as_of: dt.date | None, lens: str) -> dict[str, Any]:
        strategy = import_strategy(text=text)
        day = as_of or read_day(preview(text).document.data.get("as_of"))
        if day is None:
            return take(strategy, timezone.now(), lens=lens)
        midnight = timezone.make_aware(dt.datetime.combine(day, dt.time()))
        return take(strategy, midnight, lens=lens)


@contextmanager
def throwaway_database() -> Iterator[None]:
    """Within, the default database is an empty one in memory, whatever the settings say.

    Its tables come straight from the models: an empty database needs no walk through all migrations.
    """
    settings_before, connection_before = connections.settings["default"], connections["default"]
    memory = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "OPTIONS": {}}
    connections.settings["default"] = {**settings_before, **memory}
    connections["default"] = connections.create_connection("default")
    try:
        with connections["default"].schema_editor() as editor:
            for model in apps.get_models():
                editor.create_model(model)
        yield
    finally:
        connections["default"].close()
        connections.settings["default"], connections["default"] = settings_before, connection_before


def draw(snapshot: dict[str, Any], out: Path) -> Result:
    """Draw the PDF in a child process with the limits of a worker, and put it in place when it is whole."""
    part = out.with_name(f".{out.name}.part")
    part.touch()  # a place that cannot be written to is told before the work
    try:
        with TemporaryDirectory(prefix="portal-report-") as scratch:
            drawn = run_in_child(
                partial(renderer().draw, snapshot, part, Path(scratch)),
                limits=Limits(
                    settings.REPORT_SECONDS, settings.REPORT_MEMORY_MB, settings.REPORT_FILE_MB
                ),
                progress=lambda *_: None,
                tick=lambda: None,
            )
        part.replace(out)
        return drawn
    finally:
        part.unlink(missing_ok=True)
