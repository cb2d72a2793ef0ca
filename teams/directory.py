"""Whom a text names: a person by e-mail address, by name, or by both as lists show them."""

import re
from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from teams.models import User

_BOTH = re.compile(r".*[(<]\s*([^\s()<>]+@[^\s()<>]+)\s*[)>]\s*")
"""“Ann Lee (ann@larkfield.example)” and “Ann Lee <ann@larkfield.example>”."""


def plain(text: str) -> str:
    """Return a name or address as it is compared: capitals and the width of blanks make no difference."""
    return " ".join(text.split()).casefold()


class Directory:
    """People by what one writes for them. An address tells one person; a name may tell several."""

    def __init__(self, people: Iterable[User]) -> None:
        self.by_address: dict[str, User] = {}
        self.by_name: dict[str, list[User]] = defaultdict(list)
        for person in people:
            self.by_address[plain(person.email)] = person
            self.by_name[plain(person.name)].append(person)

    def called(self, text: str) -> list[User]:
        """Return everybody whom the text may name: one by an address, else all of the name."""
        both = _BOTH.fullmatch(text)
        person = self.by_address.get(plain(both[1] if both else text))
        return [person] if person is not None else list(self.by_name.get(plain(text), ()))


def may_be(name: str, people: Iterable[User]) -> str:
    """Return the sentence that says whom a name could mean, and what to write instead."""
    addresses = sorted(person.email for person in people)
    return _("“%(name)s” may be %(people)s. Write the e-mail address.") % {
        "name": name,
        "people": _(" or ").join(addresses),
    }
