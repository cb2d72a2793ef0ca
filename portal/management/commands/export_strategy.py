"""`manage.py export_strategy`: a strategy as a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from strategy.exchange.problems import did_you_mean
from strategy.exchange.queries import export_strategy
from strategy.plan.models import Strategy


class Command(BaseCommand):
    help = "Write a strategy as a strategy file. Grants, passwords and history are not in it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="The short name of the strategy, as in /s/<slug>/.")
        parser.add_argument(
            "--out", metavar="FILE", help="Where to write. Left out: to the screen."
        )

    def handle(self, *args: object, **options: Any) -> None:
        strategy = Strategy.objects.filter(slug=options["slug"]).first()
        if strategy is None:
            known = list(Strategy.objects.order_by("slug").values_list("slug", flat=True))
            hint = did_you_mean(options["slug"], known) or (
                f" Known are: {', '.join(known)}." if known else " There is none yet."
            )
            raise CommandError(f"There is no strategy “{options['slug']}” here.{hint}")
        text = export_strategy(strategy)
        if not options["out"]:
            self.stdout.write(text, ending="")
            return
        try:
            Path(options["out"]).write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise CommandError(
                f"{options['out']} cannot be written: {error.strerror}. Choose another place with --out."
            ) from None
        self.stdout.write(f"Wrote “{strategy}” to {options['out']}.")
