"""Who is offered as owner, decider or tester: active people, and whoever stands there though they have left."""

import datetime as dt
from inspect import signature

import pytest

from strategy.gaps.actions import log_gap
from strategy.gaps.forms import GapForm
from strategy.inventory.actions import add_transition
from strategy.inventory.forms import ChannelForm, TransitionForm
from strategy.inventory.models import Transition
from strategy.plan.actions import add_decision, add_initiative
from strategy.plan.forms import ComponentForm, DecisionForm, InitiativeForm
from strategy.plan.models import Component
from teams.models import User

TODAY = dt.date(2026, 10, 1)


def channel(cast):
    return cast.channel(owner=cast.remy)


def transition(cast):
    ends = {"source": cast.channel("App"), "target": cast.channel("Web")}
    values = {**ends, "tested_by": cast.remy, "tested_on": TODAY}
    return add_transition(strategy=cast.strategy, values=values, by=cast.eve)


def gap(cast):
    values = {"title": "Asked twice", "severity": "high", "accountable": cast.remy}
    return log_gap(strategy=cast.strategy, values=values, today=TODAY, by=cast.eve)


def decision(cast):
    values = {"question": "Chat at night?", "decider": cast.remy}
    return add_decision(strategy=cast.strategy, values=values, by=cast.eve)


def initiative(cast):
    values = {"name": "Photos", "owner_team": cast.mobile, "owner": cast.remy}
    return add_initiative(strategy=cast.strategy, values=values, channels=[], teams=[], by=cast.eve)


def component(cast):
    Component.objects.update(owner=cast.remy)
    return Component.objects.first()


@pytest.mark.parametrize(
    ("make", "form", "name"),
    [
        (channel, ChannelForm, "owner"),
        (transition, TransitionForm, "tested_by"),
        (gap, GapForm, "accountable"),
        (decision, DecisionForm, "decider"),
        (initiative, InitiativeForm, "owner"),
        (component, ComponentForm, "owner"),
    ],
)
def test_who_has_left_stays_where_they_stand_and_is_not_offered_anew(cast, make, form, name):
    thing = make(cast)
    User.objects.filter(pk=cast.remy.pk).update(is_active=False)
    has_strategy = "strategy" in signature(form.__init__).parameters
    more = {"strategy": cast.strategy} if has_strategy else {}
    assert cast.remy in form(thing=thing, **more).fields[name].queryset
    offered = form(**more).fields[name].queryset
    assert cast.remy not in offered
    assert cast.cole in offered


def test_an_old_transition_keeps_its_tester_when_something_else_is_edited(cast):
    thing = transition(cast)
    User.objects.filter(pk=cast.remy.pk).update(is_active=False)
    client, address = cast.client(cast.eve), cast.url(f"channels/transitions/{thing.uid}/")
    form = client.get(address).context["form"]
    shown = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert client.post(address, {**shown, "note": "Slower now."}).status_code == 302
    saved = Transition.objects.get()
    assert (saved.note, saved.tested_by) == ("Slower now.", cast.remy)
