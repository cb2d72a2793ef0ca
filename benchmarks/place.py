"""A fresh installation for one benchmark: its own folder and database, filled, served, and gone afterwards."""

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

ROOT = Path(__file__).resolve().parents[1]
PG_URL = os.environ.get("PG_URL", "postgres://postgres@127.0.0.1:5432/portal")


def databases() -> dict[str, str]:
    """Return the databases that answer here: their names and DATABASE_URL (empty: SQLite)."""
    import psycopg

    found = {"SQLite": ""}
    try:
        psycopg.connect(PG_URL.rsplit("/", 1)[0] + "/postgres", connect_timeout=3).close()
    except psycopg.OperationalError:
        print("SKIPPED: PostgreSQL, because none answers at", PG_URL)
    else:
        found["PostgreSQL"] = PG_URL.rsplit("/", 1)[0] + "/portal_bench"
    return found


@contextlib.contextmanager
def installation(url: str, **more: str) -> Iterator[dict[str, str]]:
    """Yield the environment of a fresh, migrated installation."""
    import psycopg

    folder = tempfile.mkdtemp(prefix="portal-bench-")
    if url:
        base, name = url.rsplit("/", 1)
        with psycopg.connect(base + "/postgres", autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {name}")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "PORTAL_DATA_DIR": folder,
        "DATABASE_URL": url,
        "LOG_LEVEL": "ERROR",
        **more,
    }
    try:
        manage(environment, "migrate", "-v0")
        manage(environment, "createcachetable", "-v0")
        manage(environment, "collectstatic", "--noinput", "-v0")
        yield environment
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def manage(environment: dict[str, str], *words: str) -> str:
    """Run a management command and return what it printed."""
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def shell(environment: dict[str, str], code: str) -> str:
    """Run Python inside the installation and return what it printed."""
    setup = "import django; django.setup()\n"
    done = subprocess.run(
        [sys.executable, "-c", setup + code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.strip()


@contextlib.contextmanager
def serving(environment: dict[str, str], *, workers: int = 1, threads: int = 4) -> Iterator[int]:
    """Serve the installation with gunicorn and yield its port."""
    port = free_port()
    web = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread",
            "--workers", str(workers), "--threads", str(threads), "--log-level", "error",
        ],
        cwd=ROOT,
        env=environment,
    )  # fmt: skip
    try:
        wait_for(lambda: fetch(port, "/livez")[0] == 200, "the web server")
        yield port
    finally:
        web.terminate()
        web.wait(15)


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def fetch(
    port: int, path: str, *, cookie: str = "", method: str = "GET", body: str = ""
) -> tuple[int, bytes]:
    """Ask once and return status and body; (0, b"") when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": cookie}
    if body or method == "POST":
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        headers["X-CSRFToken"] = CSRF
    try:
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except OSError:
        return 0, b""
    finally:
        connection.close()


CSRF = "a" * 32


def cookie_of(environment: dict[str, str], email: str) -> str:
    """Sign the person in and return the cookie header, CSRF cookie included."""
    key = shell(
        environment,
        f"""
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from teams.models import User
user = User.objects.get(email={email!r})
store = SessionStore()
store[SESSION_KEY] = str(user.pk)
store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
store[HASH_SESSION_KEY] = user.get_session_auth_hash()
store.save()
print(store.session_key)
""",
    )
    return f"sessionid={key}; csrftoken={CSRF}"


def wait_for(is_so, what: str, seconds: float = 60) -> None:
    """Wait until something is so, or say what did not happen."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not come within {seconds} s")
        time.sleep(0.05)


def percentile(values: list[float], percent: int) -> float:
    """Return a percentile of some measured values."""
    return quantiles(values, n=100)[percent - 1] if len(values) > 1 else values[0]
