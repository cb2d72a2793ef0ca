"""Facts of an access point as people write them: read once for the form and for tables.

Each raises ValidationError with a sentence that says what to write.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.lib.text import cut
from strategy.inventory.opening import read_zone
from strategy.inventory.points import languages


def zone(text: str) -> str:
    """Return the time zone that a text names, by its name or its city; "" for blank."""
    if not text.strip():
        return ""
    found, may_be = read_zone(text)
    if found:
        return found
    said = _("“%(zone)s” is no time zone. Write it like America/Chicago, or its city.")
    sentence = said % {"zone": cut(text.strip(), 60)}
    if may_be:
        sentence += " " + _("Did you mean %(zones)s?") % {"zones": _(" or ").join(may_be)}
    raise ValidationError(sentence)


def spoken(text: str) -> str:
    """Return the codes of the languages that a text names, by codes or names: "en, fr"."""
    codes, bad = languages.read(text)
    if bad:
        said = _("“%(word)s” is no language. Write names or codes: French, or fr; zh-Hant.")
        raise ValidationError([said % {"word": cut(word, 60)} for word in bad])
    return ", ".join(codes)
