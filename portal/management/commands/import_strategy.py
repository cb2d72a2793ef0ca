"""`manage.py import_strategy`: bring a strategy file in, or say what that would do."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.lib.refusals import Refusal
from strategy.exchange.actions import import_strategy
from strategy.exchange.problems import FileRefused, said
from strategy.exchange.queries import preview
from strategy.exchange.reading import read_file


class Command(BaseCommand):
    help = "Import a strategy file: all of it, or nothing when anything is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="The strategy file (YAML).")
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would happen; write nothing."
        )
        parser.add_argument(
            "--as",
            dest="slug",
            metavar="SLUG",
            help="Import as a copy, under this short name and with new uids.",
        )

    def handle(self, *args: object, **options: Any) -> None:
        try:
            self._import(read_file(options["file"]), options["slug"], dry=options["dry_run"])
        except FileRefused as refusal:
            raise CommandError(said(refusal.problems)) from None
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from None

    def _import(self, text: str, slug: str | None, *, dry: bool) -> None:
        if not dry:
            strategy = import_strategy(text=text, slug=slug)
            self.stdout.write(f"Imported “{strategy}”. Its address is /s/{strategy.slug}/.")
            return
        found = preview(text, slug=slug)
        if found.problems:
            raise FileRefused(found.problems)
        self.stdout.write(
            f"Nothing is wrong. An import would create the strategy “{found.name()}” with"
        )
        for label, count in found.counts():
            self.stdout.write(f"  {label}: {count:,}")
        self.stdout.write("Nothing was written. Run it again without --dry-run to import.")
