"""Who is offered as owner, decider or tester: active people, and whoever stands there though they have left."""

import datetime as dt

import pytest

from strategy.gaps.actions import log_gap
from strategy.gaps.forms import GapForm
from strategy.inventory.actions import add_transition
from strategy.inventory.forms import ChannelForm, TransitionForm
from strategy.inventory.models import Transition
from strategy.plan.actions import add_decision, add_initiative
from strategy.plan.forms import ComponentForm, DecisionForm, InitiativeForm
from strategy.plan.models import Component
from teams.actions import add_person
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
    field = form(thing=thing, strategy=cast.strategy).fields[name]
    labels = {str(value): label for value, label in field.choices}
    assert labels[str(cast.remy.pk)] == "Remy Removed (has left)"
    assert labels[str(cast.cole.pk)] == "Cole Contributor"
    offered = form(strategy=cast.strategy).fields[name].queryset
    assert cast.remy not in offered
    assert cast.cole in offered


def test_only_who_takes_part_is_offered_and_who_is_active_elsewhere_has_left_here(cast):
    offered = set(DecisionForm(strategy=cast.strategy).fields["decider"].queryset)
    assert offered == {cast.ada, cast.lea, cast.eve, cast.cole, cast.rae}
    thing = decision(cast)  # Remy is active, and in no team any more
    labels = [label for _pk, label in form_of(cast, thing).choices]
    assert "Remy Removed (has left)" in labels


def test_who_came_with_a_file_and_never_signed_in_has_not_left(cast):
    values = {"name": "Pia Placeholder", "email": "pia@larkfield.example", "is_active": False}
    thing = decision(cast)
    thing.decider = add_person(values=values, by=None)
    labels = [label for _pk, label in form_of(cast, thing).choices]
    assert "Pia Placeholder (has no account yet)" in labels


def form_of(cast, thing):
    return DecisionForm(thing=thing, strategy=cast.strategy).fields["decider"]


def test_an_old_transition_keeps_its_tester_when_something_else_is_edited(cast):
    thing = transition(cast)
    User.objects.filter(pk=cast.remy.pk).update(is_active=False)
    client, address = cast.client(cast.eve), cast.url(f"channels/transitions/{thing.uid}/")
    form = client.get(address).context["form"]
    shown = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert client.post(address, {**shown, "note": "Slower now."}).status_code == 302
    saved = Transition.objects.get()
    assert (saved.note, saved.tested_by) == ("Slower now.", cast.remy)
