"""Everything that changes a strategy, its components, objectives, decisions and initiatives."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from portal.history.record import Recorder, Stale, change_set, check_seen
from portal.lib.refusals import RuleBroken
from strategy.plan import rules
from strategy.plan.models import (
    Commitment,
    Component,
    Decision,
    Initiative,
    InitiativeChannel,
    InitiativeTeam,
    Objective,
    Strategy,
)
from strategy.plan.queries import lock
from teams import access
from teams.models import Team, User
from teams.roles import Act


def create_strategy(record: Recorder, strategy: Strategy) -> list[Component]:
    """Create a strategy and its ten empty components within a change set that is open already."""
    record.create(strategy)
    components = [Component(strategy=strategy, code=code) for code in Component.Code.values]
    record.create_many(components)
    return components


def edit_strategy(
    *, strategy: Strategy, values: dict[str, Any], expected: int | None, by: User
) -> Strategy:
    """Change the strategy's name, period, vision or classification."""
    access.check(by, Act.MANAGE, strategy)
    with change_set(by=by, scope=strategy.uid) as record:
        record.update(strategy, expected=expected, **values)
    return strategy


def edit_component(
    *, component: Component, values: dict[str, Any], expected: int | None, today: dt.date, by: User
) -> Component:
    """Change a component. A changed text sets updated-on; reviewed-on is left alone."""
    access.check(by, Act.EDIT, component)
    if "text" in values and values["text"] != component.text:
        values = {**values, "updated_on": today}
    with change_set(by=by, scope=component.strategy.uid) as record:
        record.update(component, expected=expected, **values)
    return component


def review_component(
    *, component: Component, expected: int | None, on: dt.date, by: User
) -> Component:
    """Say that the component is still right. This changes no text and no updated-on.

    Raises Stale when it says something else by now.
    """
    access.check(by, Act.EDIT, component)
    if not component.text.strip():
        raise RuleBroken(_("Nothing is written here yet. Write it first; then it can be reviewed."))
    check_seen(component, expected, by=by)
    with change_set(by=by, scope=component.strategy.uid) as record:
        record.update(component, reviewed_on=on)
    return component


# --- objectives ------------------------------------------------------------------------------------


def add_objective(*, strategy: Strategy, values: dict[str, Any], by: User) -> Objective:
    """Add a shared objective at the end. Editors and strategy leads do this; the sixth is refused."""
    access.check(by, Act.EDIT, strategy)
    with change_set(by=by, scope=strategy.uid) as record:
        places = list(
            Objective.objects.filter(strategy=strategy).values_list("position", flat=True)
        )
        if len(places) >= rules.MOST_OBJECTIVES:
            raise RuleBroken(_(rules.TOO_MANY))
        objective = Objective(strategy=strategy, position=max(places, default=0) + 1, **values)
        record.create(objective)
    return objective


def edit_objective(
    *, objective: Objective, values: dict[str, Any], expected: int | None, by: User
) -> Objective:
    """Change an objective. With other words, every function has to answer again; what each said is kept."""
    access.check(by, Act.EDIT, objective)
    if values.get("statement", objective.statement) != objective.statement:
        values = {**values, "wording": objective.wording + 1}
    with change_set(by=by, scope=objective.strategy.uid) as record:
        record.update(objective, expected=expected, **values)
    return objective


def delete_objective(*, objective: Objective, expected: int | None, by: User) -> None:
    """Delete an objective with everything the functions said to it."""
    access.check(by, Act.EDIT, objective)
    with change_set(by=by, scope=objective.strategy.uid) as record:
        record.delete(objective, expected=expected)


def commit(
    *,
    objective: Objective,
    team: Team,
    stance: str,
    sentence: str,
    wording: int,
    expected: int | None,
    today: dt.date,
    by: User,
) -> Commitment:
    """Say for a function whether it stands behind an objective, in place of what it said before.

    `wording` is the one that the person read, `expected` the version of the answer they saw, None when there was
    none. Raises Stale when the words or the answer have changed since.
    """
    access.check(by, Act.ANSWER, Commitment(objective=objective, team=team))
    values: dict[str, Any] = {"stance": stance, "sentence": sentence.strip()}
    broken = rules.why_not_commit(stance, sentence)
    if broken:
        raise RuleBroken(_(broken))
    with change_set(by=by, scope=objective.strategy.uid) as record:
        lock(
            objective.strategy
        )  # of two first answers in the same moment the second finds the first
        asked = Objective.objects.filter(pk=objective.pk).first()
        if asked is None or asked.wording != wording:
            raise Stale(asked, values, by=by.uid)
        known = Commitment.objects.filter(objective=objective, team=team).first()
        if expected != (known.version if known else None):
            raise Stale(known, values, by=by.uid)
        values |= {"wording": wording, "agreed_to": asked.statement}
        values |= {"given_by": by, "given_on": today}
        if known is None:
            known = Commitment(objective=objective, team=team, **values)
            record.create(known)
        else:
            record.update(known, **values)
    return known


# --- decisions -------------------------------------------------------------------------------------


def add_decision(*, strategy: Strategy, values: dict[str, Any], by: User) -> Decision:
    """Put a question to be decided."""
    access.check(by, Act.EDIT, strategy)
    decision = Decision(strategy=strategy, **values)
    with change_set(by=by, scope=strategy.uid) as record:
        record.create(decision)
    return decision


def edit_decision(
    *, decision: Decision, values: dict[str, Any], expected: int | None, by: User
) -> Decision:
    """Change a question, or write down what was decided."""
    access.check(by, Act.EDIT, decision)
    with change_set(by=by, scope=decision.strategy.uid) as record:
        record.update(decision, expected=expected, **values)
    return decision


def delete_decision(*, decision: Decision, expected: int | None, by: User) -> None:
    """Delete a question that was entered by mistake."""
    access.check(by, Act.EDIT, decision)
    with change_set(by=by, scope=decision.strategy.uid) as record:
        record.delete(decision, expected=expected)


# --- initiatives -----------------------------------------------------------------------------------


def add_initiative(
    *,
    strategy: Strategy,
    values: dict[str, Any],
    channels: Iterable[Any],
    teams: Iterable[Team],
    by: User,
) -> Initiative:
    """Announce something new. Contributors do this for their own team."""
    initiative = Initiative(strategy=strategy, **values)
    access.check(by, Act.EDIT, initiative)
    with change_set(by=by, scope=strategy.uid) as record:
        record.create(initiative)
        _link(record, initiative, channels, teams)
    return initiative


def edit_initiative(
    *,
    initiative: Initiative,
    values: dict[str, Any],
    channels: Iterable[Any],
    teams: Iterable[Team],
    expected: int | None,
    by: User,
) -> Initiative:
    """Change an initiative, the channels it touches, and who takes part."""
    access.check(by, Act.EDIT, initiative)
    with change_set(by=by, scope=initiative.strategy.uid) as record:
        is_changed = record.update(initiative, expected=expected, **values)
        if _link(record, initiative, channels, teams) and not is_changed:
            record.touch(initiative)
    return initiative


def delete_initiative(*, initiative: Initiative, expected: int | None, by: User) -> None:
    """Delete an initiative that was entered by mistake."""
    access.check(by, Act.EDIT, initiative)
    with change_set(by=by, scope=initiative.strategy.uid) as record:
        record.delete(initiative, expected=expected)


def _link(
    record: Recorder, initiative: Initiative, channels: Iterable[Any], teams: Iterable[Team]
) -> bool:
    """Make the rows say exactly these channels and teams. Returns False when they said so already."""
    is_changed = False
    kinds: tuple[tuple[Any, str, Iterable[Any]], ...] = (
        (InitiativeChannel, "channel", channels),
        (InitiativeTeam, "team", teams),
    )
    for model, name, things in kinds:
        known = {
            getattr(row, f"{name}_id"): row
            for row in model.objects.filter(initiative=initiative).select_related(
                "initiative", name
            )
        }
        wanted = {thing.pk: thing for thing in things}
        is_changed |= known.keys() != wanted.keys()
        for key in known.keys() - wanted.keys():
            record.delete(known[key])
        for key in wanted.keys() - known.keys():
            record.create(model(initiative=initiative, **{name: wanted[key]}))
    return is_changed
