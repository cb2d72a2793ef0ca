"""Say in sentences what is wrong with this installation, and what to do."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from portal.checks import pdf_problem
from portal.jobs.models import Heartbeat

FONTS = ("regular", "italic", "semibold", "bold")
ALIVE_SECONDS = 60
LOW_DISK = 500 * 1024 * 1024

Finding = tuple[bool, str]


class Command(BaseCommand):
    """`manage.py doctor`: one line per thing looked at; exit code 1 when something is wrong."""

    help = "Checks libraries, fonts, database, migrations, worker, broker, storage, secret key and debug."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at everything, print it, and fail when anything is wrong."""
        wrong = 0
        for look in (libraries, fonts, database, heartbeats, broker, storage, security):
            for fine, sentence in look():
                wrong += not fine
                self.stdout.write(f"{'ok   ' if fine else 'WRONG'}  {sentence}")
        if wrong:
            things = "One thing is" if wrong == 1 else f"{wrong} things are"
            self.stdout.write(f"\n{things} wrong. Each line above says what to do.")
            raise SystemExit(1)
        self.stdout.write("\nNothing is wrong.")


def libraries() -> Iterator[Finding]:
    """Does the PDF library load?"""
    problem = pdf_problem()
    yield not problem, problem or "The PDF library and Pango load."


def fonts() -> Iterator[Finding]:
    """Are our fonts where pages and PDFs look for them?"""
    missing = [name for name in FONTS if not finders.find(f"portal/fonts/portal-sans-{name}.woff2")]
    if missing:
        yield (
            False,
            f"Fonts are missing: {', '.join(missing)}. Restore portal/static/portal/fonts/ from the release.",
        )
    else:
        yield True, "The fonts are in place."


def database() -> Iterator[Finding]:
    """Does the database answer, and are its tables up to date?"""
    kind = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Exception as error:  # noqa: BLE001  (any driver's error means the same here)
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        yield False, f"The database does not answer: {first}. Check DATABASE_URL."
        return
    yield True, f"The database answers ({kind})."
    if missing:
        yield False, f"{len(missing)} migrations are missing. Run: python manage.py migrate"
    else:
        yield True, "All migrations are applied."


def heartbeats() -> Iterator[Finding]:
    """Have the worker and the dispatcher been seen lately?"""
    try:
        seen = dict(Heartbeat.objects.values_list("name", "seen_at"))
    except Exception:  # noqa: BLE001  (said already by the database check)
        return
    for name in ("worker", "dispatcher"):
        at = seen.get(name)
        age = (timezone.now() - at).total_seconds() if at else None
        if age is None:
            yield (
                False,
                f"No {name} has ever run here. Start everything with: python manage.py portal",
            )
        elif age > ALIVE_SECONDS:
            yield (
                False,
                f"The {name} was last seen {int(age // 60)} minutes ago. Start it with: python manage.py portal",
            )
        else:
            yield True, f"The {name} is alive."


def broker() -> Iterator[Finding]:
    """Can the doorbell ring?"""
    url = settings.BROKER_URL
    if url.startswith("filesystem://"):
        yield True, "The broker is the embedded one (files); it needs no server."
        return
    import redis  # noqa: PLC0415  (only deployments with Redis need it)

    try:
        redis.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3).ping()
    except redis.RedisError as error:
        yield (
            False,
            f"Redis does not answer: {error}. Check BROKER_URL; reports wait until it is back.",
        )
    else:
        yield True, "Redis answers."


def storage() -> Iterator[Finding]:
    """Can we write where files are kept, and is there room?"""
    folder = settings.PORTAL_DATA_DIR
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(b"x")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        yield (
            False,
            f"{folder} cannot be written: {error.strerror}. Set PORTAL_DATA_DIR to a folder of this user.",
        )
        return
    free = shutil.disk_usage(folder).free
    if free < LOW_DISK:
        yield False, f"Only {free // 2**20} MB are free at {folder}. Make room: reports need it."
    else:
        yield True, f"{folder} can be written; {free // 2**30} GB are free."


def security() -> Iterator[Finding]:
    """Are secret key, debug and hosts fit for others to use this installation?"""
    if len(settings.SECRET_KEY) < 50:
        yield (
            False,
            "The secret key is too short. Unset SECRET_KEY: the portal makes a good one itself.",
        )
    else:
        yield True, "The secret key is long enough."
    if settings.DEBUG:
        yield False, "DEBUG is on: errors show internals to everybody. Unset DEBUG."
    else:
        yield True, "Debug is off."
    if "*" in settings.ALLOWED_HOSTS:
        yield False, "ALLOWED_HOSTS allows every host. Name the hosts people use."
    if (
        not settings.PORTAL_HTTPS
        and "localhost" not in settings.PORTAL_URL
        and "127.0.0.1" not in settings.PORTAL_URL
    ):
        yield (
            False,
            "PORTAL_URL is not https. Put a proxy with a certificate in front and set PORTAL_URL to https://…",
        )
