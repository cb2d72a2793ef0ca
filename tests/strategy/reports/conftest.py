"""A frozen strategy for every test that only draws, and tools to look into PDFs."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

import strategy.tasks  # noqa: F401  (registers the handlers, as the start of a worker does)
from strategy.reports import render
from strategy.reports.snapshot import take
from tests.strategy.reports import world


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    """Keep finished files in a folder of the test."""
    settings.PORTAL_DATA_DIR = tmp_path / "data"


@pytest.fixture(scope="session")
def _taken(django_db_setup: None, django_db_blocker: Any) -> dict[str, Any]:
    with django_db_blocker.unblock(), transaction.atomic():
        snapshot = take(world.build(), world.AS_OF)
        transaction.set_rollback(True)
    snapshot["report"] = {"number": 2, "code": "R-2", "by": "Dana Ruiz", "by_title": "Director"}
    return snapshot


@pytest.fixture
def snapshot(db: None, _taken: dict[str, Any]) -> dict[str, Any]:
    """Return a frozen strategy, to change at will. `db` makes pytest-django set up a database of its own."""
    return copy.deepcopy(_taken)


@pytest.fixture
def full_pdf(db: None, _full_pdf: Path) -> Path:
    """Return the report of the frozen strategy, drawn once. Do not change it."""
    return _full_pdf


@pytest.fixture(scope="session")
def _full_pdf(_taken: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("full")
    render.draw(_taken, folder / "full.pdf", folder, lambda *_: None)
    return folder / "full.pdf"


@pytest.fixture
def drawn(tmp_path: Path) -> Callable[[dict[str, Any]], Path]:
    """Return a function that draws a snapshot."""

    def draw(snapshot: dict[str, Any], name: str = "drawn") -> Path:
        render.draw(snapshot, tmp_path / f"{name}.pdf", tmp_path, lambda *_: None)
        return tmp_path / f"{name}.pdf"

    return draw
