"""House rules that a program can check."""

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from portal.history.models import Tracked
from portal.history.record import relations_to

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sorted(
    path
    for package in ("portal", "teams", "strategy")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
ACTIONS = [path for path in PYTHON if path.name == "actions.py"]

WRITES = {
    "save",
    "create",
    "update",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
}
WRITERS = {  # who besides actions.py may write rows, and why
    "portal/history/record.py": "the one writer behind all actions",
    "portal/history/undo.py": "marks what is undone",
    "portal/live/revisions.py": "grows the revision for an action",
    "portal/jobs": "the engine owns its rows",
    "teams/grants.py": "the only door to guardian",
    "teams/models.py": "Django's own create_user",
    "strategy/reports/store.py": "the finished file, written by the worker under its lease",
    "strategy/reports/tasks.py": "the worker's own rows, under its lease",
}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def writes_in(tree: ast.AST) -> list[tuple[int, str]]:
    """Return calls such as Model.objects.filter(...).update(...) or row.save()."""
    found = []
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in WRITES
        ):
            text = ast.unparse(node.func)
            if "record." in text or (
                "objects" not in text and node.func.attr not in ("save", "delete")
            ):
                continue
            if text.startswith(("form.", "hashlib", "self.data")):
                continue
            found.append((node.lineno, text))
    return found


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_only_actions_write(path):
    name = name_of(path)
    if path.name == "actions.py" or any(name.startswith(one) for one in WRITERS):
        return
    if "management/commands" in name or name.startswith("strategy/exchange/"):
        return  # the shell's commands and the importer write through a change set of their own
    assert writes_in(ast.parse(path.read_text())) == []


@pytest.mark.parametrize("path", ACTIONS, ids=name_of)
def test_every_action_is_keyword_only_and_names_its_actor(path):
    if "portal/jobs" in name_of(path):
        return  # the platform's queue has no actor but who asked
    module = importlib.import_module(name_of(path)[:-3].replace("/", "."))
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if name.startswith("_") or function.__module__ != module.__name__:
            continue
        parameters = inspect.signature(function).parameters
        first = next(iter(parameters), "")
        if first == "record":  # part of an act that is open already
            continue
        if name.startswith("sync_"):
            continue
        assert "by" in parameters, f"{module.__name__}.{name} does not say who acts"
        loose = [p.name for p in parameters.values() if p.kind is not p.KEYWORD_ONLY]
        assert not loose, f"{module.__name__}.{name} takes {loose} by position"


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_every_module_and_public_function_says_what_it_is(path):
    tree = ast.parse(path.read_text())
    if path.name == "apps.py" or not tree.body:
        return
    assert ast.get_docstring(tree), "a module opens with a docstring"
    for node in tree.body:
        if getattr(node, "name", "") == "Command":
            continue  # its module says what it does, its `help` says it to the person
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


FORBIDDEN = {
    r'\sstyle="': "inline style (strict CSP)",
    r"\son(?:click|change|input|submit|load|error|focus|blur|key\w+|mouse\w+|toggle)=": "inline handler (strict CSP)",
    r"<script(?![^>]*\ssrc=)": "inline script (strict CSP)",
    r"hx-on|hx-vals=.js:": "needs eval",
    r'hx-trigger="[^"]*\[': "trigger filters need eval",
    r"https?://(?!www\.w3\.org)[a-z]": "an address elsewhere",
    r"load partials": "a builtin: Django 6 has no such library",
}


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_templates_keep_the_content_security_policy(path):
    text = path.read_text()
    for pattern, why in FORBIDDEN.items():
        found = re.search(pattern, text)
        assert not found, f"{found.group(0)!r}: {why}"


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_htmx_says_target_and_swap_where_it_fires(path):
    for tag in re.findall(r"<[a-z]+\s[^>]*hx-(?:get|post)=[^>]*>", path.read_text()):
        assert "hx-target=" in tag, f"no hx-target on {tag}"
        assert "hx-swap=" in tag, f"no hx-swap on {tag}"


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_forms_that_post_carry_the_token(path):
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text(), re.S):
        assert "csrf_token" in form, f"no token in {form[:120]}"


TRACKED_LINKS = [
    (model, field)
    for model in apps.get_models()
    if issubclass(model, Tracked)
    for field in model._meta.concrete_fields
    if field.is_relation and issubclass(field.related_model, Tracked)
]


@pytest.mark.parametrize(
    ("model", "field"), TRACKED_LINKS, ids=[str(field) for _model, field in TRACKED_LINKS]
)
def test_history_sees_every_row_that_a_deletion_reaches(model, field):
    """Else what goes with a row, or loses its link to it, does not come back when that is undone."""
    seen = relations_to(field.related_model)
    known = (models.CASCADE, models.SET_NULL, models.PROTECT, models.RESTRICT)
    assert field.remote_field.on_delete in known
    assert (model, field) in [(each.related_model, each.field) for each in seen]


def test_every_requirement_says_what_it_is_for():
    lines = (ROOT / "requirements.in").read_text().splitlines()
    assert [line for line in lines if line and not line.startswith("#") and "#" not in line] == []


def test_requirements_are_pinned_with_hashes():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        pins = re.findall(r"^[a-zA-Z0-9_.\[\]-]+==", text, re.M)
        assert len(pins) > 20
        assert text.count("--hash=sha256:") >= len(pins)
