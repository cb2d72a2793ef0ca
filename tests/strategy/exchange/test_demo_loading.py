"""Loading the demo: on whatever day, once, and only where nobody is harmed by a known password."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from strategy.exchange.actions import import_strategy
from strategy.exchange.demo.actions import ADMINISTRATOR, FILE, load_demo
from strategy.exchange.queries import export_strategy
from strategy.plan.models import Strategy
from teams.models import User
from tests.strategy.exchange.conftest import without_uids

FILE_DAY = dt.date(2026, 10, 1)


@pytest.mark.parametrize(
    "today", [FILE_DAY, dt.date(2026, 11, 30), dt.date(2027, 3, 9), dt.date(2028, 2, 29)], ids=str
)
def test_what_the_history_leads_to_is_what_the_file_says(db, today, time_machine):
    time_machine.move_to(dt.datetime.combine(today, dt.time(9), tzinfo=dt.UTC))
    played = export_strategy(load_demo(today=today, password="larkfield-demo"))
    Strategy.objects.all().delete()
    imported = export_strategy(
        import_strategy(text=FILE.read_text(encoding="utf-8"), shift=today - FILE_DAY)
    )
    assert without_uids(played) == without_uids(imported)


def test_everybody_signs_in_with_the_password_of_the_demo(db):
    load_demo(today=FILE_DAY, password="larkfield-demo")
    for email in (ADMINISTRATOR, "jonah.whitfield@larkfield.example"):
        person = User.objects.get(email=email)
        assert person.is_active
        assert person.check_password("larkfield-demo")
    assert User.objects.get(is_superuser=True).email == ADMINISTRATOR


@pytest.mark.django_db(transaction=True)
def test_the_command_loads_once(capsys):
    call_command("demo", "--load-only")
    assert "Loaded the demo company, Larkfield Health Plan" in capsys.readouterr().out
    call_command("demo", "--load-only")
    said = capsys.readouterr().out
    assert "The demo is here already" in said
    assert "denise.okafor@larkfield.example" in said
    assert "larkfield-demo" in said
    assert Strategy.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_command_keeps_out_of_an_installation_with_people(cast):
    Strategy.objects.filter(slug="larkfield").update(slug="other")
    before = User.objects.count()
    with pytest.raises(CommandError, match="has people of its own"):
        call_command("demo", "--load-only")
    assert User.objects.count() == before


def test_the_command_refuses_what_looks_like_real_use(settings, db):
    settings.PORTAL_HTTPS, settings.DEBUG = True, False
    with pytest.raises(CommandError, match="set up for real use"):
        call_command("demo", "--load-only")
    assert not User.objects.exists()
