"""The glossary: one source for its page, the marks beside labels, and what reports explain."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.urls import reverse

from strategy.gaps.actions import log_gap
from strategy.gaps.rules import DUE_DAYS
from strategy.glossary import IN_REPORTS, PARTS, TERMS
from strategy.plan.models import Strategy
from tests.html import squeeze
from tests.starting import start_strategy

pytestmark = pytest.mark.django_db
TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
NAMED = re.compile(r"""{% term "([\w-]+)" %}|explains="([\w-]+)\"""")


def test_every_mark_in_a_template_names_an_entry():
    named = {
        first or second
        for path in TEMPLATES.rglob("*.html")
        for first, second in NAMED.findall(path.read_text())
    }
    assert len(named) > 10
    assert named - set(TERMS) == set()


def test_keys_are_unique_and_fit_an_address():
    keys = [term.key for part in PARTS for term in part.terms]
    assert len(keys) == len(TERMS)
    anchors = keys + [f"part-{part.key}" for part in PARTS]
    assert len(set(anchors)) == len(anchors)
    assert all(re.fullmatch(r"[a-z-]+", key) for key in anchors)
    assert set(IN_REPORTS) <= set(TERMS)


def test_every_entry_leads_to_a_page_that_is_there(cast):
    rae = cast.client(cast.rae)
    pages = {(term.kept.route, term.kept.args) for term in TERMS.values() if term.kept}
    for route, args in pages:
        assert rae.get(reverse(route, args=[cast.strategy.slug, *args])).status_code == 200


def test_severity_says_the_days_of_the_rules():
    for severity, days in DUE_DAYS.items():
        assert f"{severity} {days}" in str(TERMS["severity"].meaning)


def test_the_page_shows_words_formulas_and_where_they_are_kept(cast):
    html = squeeze(cast.client(cast.rae).get("/glossary/").content.decode())
    assert html.count("<article id=") == len(TERMS)
    assert "contacts answered within the time" in html
    assert f'Kept in:<a href="{cast.url("gaps/")}">Gaps</a>' in html


def test_a_mark_opens_its_entry_in_a_dialog_and_as_a_page(cast):
    log_gap(strategy=cast.strategy, values={"title": "Slow"}, today=dt.date.today(), by=cast.lea)
    page = squeeze(cast.client(cast.rae).get(cast.url("gaps/")).content.decode())
    mark = re.search(r'<a class="term"[^>]+#severity[^>]+>', page)[0]
    assert 'href="/glossary/#severity"' in mark
    assert 'hx-get="/glossary/?term=severity"' in mark
    answer = cast.client(cast.rae, htmx=True).get("/glossary/?term=severity")
    html = answer.content.decode()
    assert "<html" not in html
    assert 'id="dialog-title">Severity' in squeeze(html)
    assert cast.client(cast.rae, htmx=True).get("/glossary/?term=nonsense").status_code == 404


def test_links_lead_into_the_strategy_one_came_from(cast):
    start_strategy(values={"name": "Second", "slug": "second"}, lead=cast.rae, by=cast.ada)
    assert Strategy.objects.visible_to(cast.rae).count() == 2
    rae = cast.client(cast.rae)
    assert "/s/" not in _main(rae.get("/glossary/"))
    referred = rae.get("/glossary/", headers={"Referer": "http://testserver/s/second/gaps/"})
    assert "/s/second/gaps/" in _main(referred)
    entry = cast.client(cast.rae, htmx=True).get(
        "/glossary/?term=slip",
        headers={"HX-Current-URL": f"http://testserver{cast.url('channels/')}"},
    )
    assert cast.url("gaps/") in entry.content.decode()


def test_who_has_no_strategy_reads_the_words_without_links(cast):
    referred = {"Referer": f"http://testserver{cast.url('gaps/')}"}
    html = cast.client(cast.olga).get("/glossary/", headers=referred).content.decode()
    assert "/s/" not in html
    assert "Larkfield" not in html


def _main(answer):
    html = answer.content.decode()
    return html[html.index("<main") : html.index("</main>")]
