"""`manage.py portal`: the one command of an installation."""

import errno
import hashlib
import http.client
import os
import socket
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from portal.jobs.supervise import Child, supervise
from teams.models import User

_FROM_HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (how this machine reaches all)


class Command(BaseCommand):
    help = "Bring the database up to date and run the portal: web, worker and dispatcher. Ctrl-C stops it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--host", default="127.0.0.1", help="Address to listen on. 0.0.0.0 is all."
        )
        parser.add_argument(
            "--port", type=int, default=settings.PORT, help="Port to listen on (default: PORT)."
        )
        parser.add_argument("--no-web", action="store_true", help="Worker and dispatcher only.")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        if options["no_web"]:
            prepare()
            supervise([worker(), dispatcher()])
            return
        refuse_busy_port(host, port)
        prepare()
        supervise(
            [web(host, port), worker(), dispatcher()],
            on_ready=lambda: self._ready(host, port),
        )

    def _ready(self, host: str, port: int) -> None:
        self._say(f"The portal answers at {address(host, port)} (Ctrl-C stops it).")
        if not User.objects.exists():
            self._say(
                "Nobody can sign in yet. Add the administrator, your own account: python manage.py createsuperuser"
                "\nThen sign in at that address with the e-mail address and password you gave it."
            )

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def refuse_busy_port(host: str, port: int) -> None:
    """Raise CommandError with a sentence when nothing can listen there."""
    try:
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        socket.create_server(place, family=family).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CommandError(
                f"Port {port} is in use on {host}. Stop what uses it, or choose another port: set PORT, "
                f"for example PORT={port + 1}."
            ) from error
        raise CommandError(
            f"Cannot listen on {host}, port {port}: {error.strerror}. Choose others with --host and --port."
        ) from error


def prepare() -> None:
    """Apply migrations, make the cache table, and collect static files if any has changed."""
    try:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
    except OperationalError as error:
        raise CommandError(
            f"The database cannot be used: {str(error).strip()}\nCheck DATABASE_URL, then start again."
        ) from error
    if settings.DEBUG:
        return
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    fingerprint = _static_fingerprint()
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != fingerprint:
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(fingerprint, encoding="utf-8")


def web(host: str, port: int) -> Child:
    """Return the web server. It is ready when it answers a request."""
    return Child(
        "web server",
        [
            *(sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", _place(host, port)),
            *("--worker-class", "gthread", "--workers", str(settings.WEB_WORKERS)),
            *("--threads", str(settings.WEB_THREADS), "--graceful-timeout", "5"),
            *("--log-level", "warning", "--no-control-socket"),
        ],
        ready=lambda: _answers(host, port),
        environment=_find_portal() | {"PORT": str(port)},  # links it writes lead here
    )


def worker() -> Child:
    """Return the Celery worker."""
    return Child(
        "worker",
        [
            *(sys.executable, "-m", "celery", "--quiet", "-A", "portal.celery", "worker"),
            *("--pool", "prefork", "--concurrency", str(settings.WORKER_PROCESSES)),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            *("--loglevel", "WARNING"),
        ],
        environment=_find_portal(),
    )


def dispatcher() -> Child:
    """Return the process that rings for the worker."""
    return Child(
        "dispatcher", [sys.executable, "-m", "django", "dispatch"], environment=_find_portal()
    )


def address(host: str, port: int) -> str:
    """Return the URL a person on this machine can open."""
    return f"http://{_place(_FROM_HERE.get(host, host), port)}/"


def _place(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _find_portal() -> dict[str, str]:
    """Return the environment in which Python finds the portal from any directory."""
    before = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join(filter(None, [str(settings.BASE_DIR), before]))}


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(_FROM_HERE.get(host, host), port, timeout=1)
    try:
        connection.request("GET", "/livez")
        connection.getresponse()
        return True
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _static_fingerprint() -> str:
    """Return a hash over the names, sizes and times of all static files."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = os.stat(storage.path(name))
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
