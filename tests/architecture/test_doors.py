"""Every address is in the route table, and the table has no address that does not exist."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from portal.routes import ROUTES


def addresses(patterns: list, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """Yield every named address with its full name."""
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = (*spaces, one.namespace) if one.namespace else spaces
            yield from addresses(one.url_patterns, inner)
        else:
            assert one.name, f"{one.pattern} has no name"
            yield ":".join((*spaces, one.name)), one


ALL = dict(addresses(get_resolver().url_patterns))


def test_every_address_is_in_the_route_table():
    missing = sorted(set(ALL) - set(ROUTES))
    assert not missing, (
        f"List these in ROUTES beside their URL, with the least role per method: {missing}"
    )


def test_the_route_table_names_only_addresses_that_exist():
    assert sorted(set(ROUTES) - set(ALL)) == []


def test_only_known_methods_are_listed():
    assert {method for methods in ROUTES.values() for method in methods} <= {"GET", "POST"}
