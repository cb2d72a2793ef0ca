"""Marks beside labels that open the glossary. Every page may use them without loading them."""

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from portal.lib.fragments import fragment
from strategy.glossary import TERMS, Place, Term
from strategy.plan.models import Strategy

register = template.Library()


@register.simple_tag
def term(key: str) -> SafeString:
    """A small mark that opens the entry: {% term "slip" %}. A key that has none is a mistake in the template."""
    return fragment("_components/term.html", key, {"term": TERMS[key]})


@register.simple_tag
def kept_at(term: Term, strategy: Strategy) -> str:
    """Return the address of the page on which the strategy keeps what the term means."""
    place: Place | None = term.kept
    return reverse(place.route, args=[strategy.slug, *place.args]) if place else ""
