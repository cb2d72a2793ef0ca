"""The words of the route table: what a person needs for a route and method.

Every slice lists its routes beside its URLs as {name: {method: Need}}; the shell joins them. The guard uses the
table to ask for a sign-in and to refuse other methods; the access matrix of the tests expects what it says.
The actions decide.
"""

from enum import IntEnum


class Need(IntEnum):
    """The least a person must be. READER to LEAD are roles in the strategy that the address names."""

    ANYONE = 0
    SIGNED_IN = 1
    READER = 2
    CONTRIBUTOR = 3  # of the team that owns the thing, where the thing has an owner
    EDITOR = 4
    LEAD = 5
    ADMIN = 6


Routes = dict[str, dict[str, Need]]


def get(need: Need) -> dict[str, Need]:
    """A page to read."""
    return {"GET": need}


def post(need: Need) -> dict[str, Need]:
    """A button: nothing to read at this address."""
    return {"POST": need}


def form(need: Need) -> dict[str, Need]:
    """A page with a form that posts to itself."""
    return {"GET": need, "POST": need}
