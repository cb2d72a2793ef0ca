"""`manage.py check_strategy`: what is wrong in a strategy file, without a database."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.lib.refusals import Refusal
from strategy.exchange.problems import said
from strategy.exchange.queries import check
from strategy.exchange.reading import read_file


class Command(BaseCommand):
    help = (
        "Check a strategy file and list everything that is wrong in it, by line. Needs no database."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="The strategy file (YAML).")

    def handle(self, *args: object, **options: str) -> None:
        try:
            problems = check(read_file(options["file"]))
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from None
        if problems:
            raise CommandError(said(problems))
        self.stdout.write(f"{options['file']} has no problems.")
