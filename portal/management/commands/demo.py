"""`manage.py demo`: the demo company, loaded and running, with one command."""

import threading
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from portal.jobs.supervise import supervise
from portal.management.commands import portal
from strategy.exchange.demo.actions import ADMINISTRATOR, load_demo
from strategy.plan.models import Strategy
from strategy.reports import store
from strategy.reports.actions import request_report
from strategy.reports.models import Report
from teams.models import User

PASSWORD = "larkfield-demo"  # noqa: S105  (documented: the same for everybody, in the demo only)
ACCOUNTS = (
    (ADMINISTRATOR, "administers the whole installation"),
    ("denise.okafor@larkfield.example", "leads the strategy (Contact center)"),
    ("nadia.kessler@larkfield.example", "edits everything (Contact center)"),
    ("jonah.whitfield@larkfield.example", "contributes for Mobile"),
    ("kwame.boateng@larkfield.example", "contributes for Marketing"),
    ("ingrid.halvorsen@larkfield.example", "reads (Executive sponsor)"),
)
_LOOK_SECONDS = 0.5
_PATIENCE_SECONDS = 300


class Command(BaseCommand):
    help = (
        "Load the demo company into an empty installation and run it. Everybody in it has the same "
        "documented password, so this is for trying the portal, not for use."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="Address to listen on.")
        parser.add_argument(
            "--port", type=int, default=settings.PORT, help="Port to listen on (default: PORT)."
        )
        parser.add_argument(
            "--load-only", action="store_true", help="Load the demo company and stop."
        )

    def handle(self, *args: object, **options: Any) -> None:
        host, port = options["host"], options["port"]
        if settings.PORTAL_HTTPS and not settings.DEBUG:
            raise CommandError(
                "This installation is set up for real use (HTTPS is on), and the demo has a password that "
                "everybody knows. Run it elsewhere, with another PORTAL_DATA_DIR and without PORTAL_URL."
            )
        if options["load_only"]:
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
            self._load()
            self._say_accounts()
            return
        portal.refuse_busy_port(host, port)
        portal.prepare()
        strategy = self._load()
        report = self._report(strategy)
        supervise(
            [portal.web(host, port), portal.worker(), portal.dispatcher()],
            on_ready=lambda: self._ready(portal.address(host, port), report),
        )

    def _load(self) -> Strategy:
        strategy = Strategy.objects.filter(slug="larkfield").first()
        if strategy is not None:
            self._say(
                f"The demo is here already; nothing was loaded. Data: {settings.PORTAL_DATA_DIR}"
            )
            return strategy
        if User.objects.exists():
            raise CommandError(
                "This installation has people of its own. The demo would add accounts with a password that "
                "everybody knows. Run it with another PORTAL_DATA_DIR (and DATABASE_URL, if you set one)."
            )
        strategy = load_demo(today=timezone.localdate(), password=PASSWORD)
        self._say(
            f"Loaded the demo company, {strategy.organization}. Data: {settings.PORTAL_DATA_DIR}"
        )
        return strategy

    def _report(self, strategy: Strategy) -> Report:
        """Return the alignment report of today's demo; ask for it the first time."""
        known = Report.objects.filter(strategy=strategy).order_by("-number")
        if known.count() >= 2:  # the quarter before, and this one
            return known[0]
        return request_report(strategy=strategy, by=User.objects.get(email=ACCOUNTS[1][0]))

    def _ready(self, address: str, report: Report) -> None:
        self._say(f"\nThe portal answers at {address} (Ctrl-C stops it).")
        self._say_accounts()
        if report.ready_at is None:
            self._say("\nMaking the alignment report …")
        threading.Thread(target=self._tell_of, args=[report, address], daemon=True).start()

    def _tell_of(self, report: Report, address: str) -> None:
        """Wait for the report beside the supervisor, which must not wait, and say where it lies."""
        give_up_at = time.monotonic() + _PATIENCE_SECONDS
        while report.ready_at is None and time.monotonic() < give_up_at:
            time.sleep(_LOOK_SECONDS)
            close_old_connections()
            report.refresh_from_db()
        page = f"{address.rstrip('/')}{report.get_absolute_url()}"
        if report.ready_at is None:
            self._say(f"The alignment report is not ready yet. Its page says why: {page}")
        else:
            self._say(
                f"The alignment report is ready: {page}\nIts PDF: {store.folder() / report.file}"
            )

    def _say_accounts(self) -> None:
        self._say(f"\nSign in with one of these and the password {PASSWORD}")
        for email, what in ACCOUNTS:
            self._say(f"  {email:<36} {what}")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
