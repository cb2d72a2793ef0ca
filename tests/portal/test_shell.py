"""The shell: environment, health, headers, errors, doctor, deploy files."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.lib import env

ROOT = Path(__file__).resolve().parents[2]
MANAGE = [sys.executable, str(ROOT / "manage.py")]


def manage(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a management command in a process of its own, with these settings."""
    kept = {
        name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"
    }
    return subprocess.run(
        [*MANAGE, *words], env={**kept, **settings}, capture_output=True, text=True, check=False
    )


# --- settings ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("DEBUG", "maybe", "DEBUG=maybe is not understood. Write true or false."),
        ("WEB_WORKERS", "many", "WEB_WORKERS=many is not a whole number."),
        ("WEB_WORKERS", "0", "must be at least 1"),
        ("DATABASE_URL", "nonsense://x", "DATABASE_URL is not understood"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(setting, value, sentence):
    done = manage("check", **{setting: value})
    assert done.returncode != 0
    assert sentence in done.stderr


def test_a_secret_can_come_from_a_file(tmp_path, monkeypatch):
    (tmp_path / "secret").write_text("from a file\n")
    monkeypatch.setenv("PROBE_FILE", str(tmp_path / "secret"))
    assert env.text("PROBE") == "from a file"
    monkeypatch.setenv("PROBE_FILE", str(tmp_path / "missing"))
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        env.text("PROBE")


def test_the_secret_key_is_made_once_and_kept_private(tmp_path):
    path = tmp_path / "deep" / "secret_key"
    key = env.generated_secret(path)
    assert env.generated_secret(path) == key
    assert len(key) >= 50
    assert path.stat().st_mode & 0o077 == 0


def test_a_truncated_secret_key_is_told(tmp_path):
    (tmp_path / "secret_key").write_text("short")
    with pytest.raises(ImproperlyConfigured, match="Delete the file"):
        env.generated_secret(tmp_path / "secret_key")


def test_every_setting_is_explained_in_the_example():
    used = set(
        re.findall(
            r'env\.(?:text|boolean|integer|words)\(\s*"(\w+)"',
            (ROOT / "portal/settings.py").read_text(),
        )
    )
    told = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))
    assert used - told == set()
    assert told - used == {"POSTGRES_PASSWORD"}


def test_deployment_settings_are_clean(tmp_path):
    done = manage(
        "check", "--deploy", "--fail-level", "WARNING",
        DEBUG="false", PORTAL_URL="https://portal.example", ALLOWED_HOSTS="portal.example", PORTAL_DATA_DIR=str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


# --- health, headers, errors -----------------------------------------------------------------------
def test_health_pages_tell_the_truth(client, db):
    assert client.get("/livez").json() == {"alive": True}
    assert client.get("/readyz").json() == {"ready": True, "problems": []}


def test_every_answer_carries_the_content_security_policy(cast):
    for address in ("/account/login/", "/livez", cast.url(), "/no/such/page"):
        policy = cast.client(cast.lea).get(address).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_a_missing_page_is_a_page(cast):
    answer = cast.client(cast.lea).get("/no/such/page/")
    assert answer.status_code == 404
    assert "<h1" in answer.content.decode()


def test_an_error_is_a_page_without_internals(cast, monkeypatch):
    from strategy.home import queries

    monkeypatch.setattr(queries, "summary", lambda *_: 1 / 0)
    client = cast.client(cast.lea)
    client.raise_request_exception = False
    answer = client.get(cast.url())
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.content.decode()


def test_signing_in_never_leads_to_another_host(cast, client):
    for target in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
    ):
        answer = client.post(
            f"/account/login/?next={target}",
            {"login": "lea@larkfield.example", "password": "correct horse battery", "next": target},
        )
        assert "evil" not in answer.headers.get("Location", "")
        client.logout()


def test_the_live_poll_answers_before_sign_in_and_only_to_a_signed_token(cast, client):
    import uuid

    from portal.live import revisions

    scope = uuid.uuid4()
    revisions.bump(scope)
    signed = revisions.token(scope)
    assert client.get(f"/live/{signed}/?r=1").status_code == 204
    assert client.get(f"/live/{signed}/?r=0").json() == {"revision": 1}
    assert client.get("/live/forged/?r=0").status_code == 410


# --- doctor and deploy files -----------------------------------------------------------------------
def test_the_doctor_says_what_is_wrong_and_what_to_do(tmp_path):
    done = manage(
        "doctor", PORTAL_DATA_DIR=str(tmp_path), DATABASE_URL="", DEBUG="true", ALLOWED_HOSTS="*"
    )
    assert done.returncode == 1
    for sentence in (
        "migrations are missing. Run: python manage.py migrate",
        "DEBUG is on",
        "allows every host",
    ):
        assert sentence in done.stdout, done.stdout + done.stderr


def test_the_doctor_names_a_database_and_a_broker_that_do_not_answer(tmp_path):
    done = manage(
        "doctor", PORTAL_DATA_DIR=str(tmp_path), DATABASE_URL="postgres://nobody@127.0.0.1:1/none",
        BROKER_URL="redis://127.0.0.1:1/0",
    )  # fmt: skip
    assert "The database does not answer" in done.stdout, done.stderr
    assert "Redis does not answer" in done.stdout


def test_the_doctor_names_the_command_when_pango_is_missing(tmp_path):
    (tmp_path / "weasyprint.py").write_text(
        "raise OSError(\"cannot load library 'libpango-1.0-0'\")"
    )
    done = manage("doctor", PORTAL_DATA_DIR=str(tmp_path / "var"), PYTHONPATH=str(tmp_path))
    assert "apt-get install --no-install-recommends libpango" in done.stdout, done.stderr


def test_compose_file_is_valid(tmp_path):
    tool = shutil.which("docker-compose")
    if tool is None:
        if os.environ.get("REQUIRE_ALL"):
            pytest.fail("docker-compose is missing, and everything is required")
        pytest.skip("docker-compose is not installed, so compose.yaml is not checked")
    shutil.copy(ROOT / "compose.yaml", tmp_path)
    (tmp_path / ".env").write_text("POSTGRES_PASSWORD=x\n")
    done = subprocess.run(
        [tool, "config"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for service in ("web", "worker", "dispatcher", "postgres", "redis"):
        assert f"{service}:" in done.stdout


def test_the_tree_in_the_readme_is_the_tree():
    text = (ROOT / "README.md").read_text().split("## Map of the tree")[1].split("```")[1]
    parent = ""
    for line in text.strip().splitlines():
        name = line.split()[0].rstrip("/")
        parent, path = (parent, f"{parent}/{name}") if line.startswith("  ") else (name, name)
        assert (ROOT / path).is_dir(), f"{path} is in the README's map, but not in the tree"
    slices = {
        path.name for path in (ROOT / "strategy").iterdir() if (path / "__init__.py").exists()
    }
    assert all(f"  {name}/" in text for name in slices - {"migrations"}), slices


def test_static_files_collect_with_the_manifest_of_a_deployment(tmp_path):
    done = manage("collectstatic", "--noinput", DEBUG="false", PORTAL_DATA_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "static" / "staticfiles.json").exists()
