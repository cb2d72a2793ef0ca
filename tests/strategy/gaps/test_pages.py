"""Pages of gaps."""
import pytest
def test_lists(cast):
    for p in ("gaps/", "checklists/", "gaps/add/"):
        r = cast.client(cast.lea).get(cast.url(p)); assert r.status_code==200
