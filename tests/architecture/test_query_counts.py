"""How many queries each page takes, kept in a file: a page that gets slower says so in the diff.

Accept a wanted change with UPDATE_QUERY_COUNTS=1.
"""

import json
import os
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.lib.routes import Need
from portal.routes import ROUTES
from tests.architecture.test_access_matrix import address
from tests.world import build_world

NARROWED = [
    f"strategy:{name}"
    for name in (
        "home", "mine", "initiatives", "inventory:list", "inventory:matrix_of", "inventory:parity", "inventory:points",
        "inventory:quality", "inventory:reach", "inventory:service_objectives", "inventory:transition_matrix",
        "journeys:list", "gaps:list", "checklists:list",
    )
]  # fmt: skip
"""The pages that the mobile lens narrows: they may ask more with it, and nothing more without."""

FILE = Path(__file__).parent / "query_counts.json"


def test_every_page_takes_the_queries_that_the_file_says(cast):
    world = build_world(cast)
    client = cast.client(cast.lea)
    found: dict[str, int] = {}
    for name, methods in sorted(ROUTES.items()):
        if not Need.READER <= methods.get("GET", Need.ANYONE) <= Need.LEAD:
            continue
        url = address(name, world)
        client.get(url)  # warm: rows drawn, content types known
        with CaptureQueriesContext(connection) as seen:
            client.get(url)
        found[name] = len(seen)
    for name in NARROWED:
        url = f"{address(name, world)}?lens=mobile"
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            client.get(url)
        found[f"{name}?lens=mobile"] = len(seen)
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        FILE.write_text(json.dumps(found, indent=2, sort_keys=True) + "\n")
    known = json.loads(FILE.read_text())
    changed = {
        name: (known.get(name), count) for name, count in found.items() if known.get(name) != count
    }
    assert not changed, f"(was, is): {changed}. Accept with UPDATE_QUERY_COUNTS=1"
    assert sorted(known) == sorted(found), "the file names pages that are gone"
