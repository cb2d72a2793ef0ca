"""Everything that changes a strategy and its components."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from portal.history.record import Recorder, change_set
from portal.lib.refusals import RuleBroken
from strategy.plan.models import Component, Strategy
from teams import access
from teams.actions import create_role
from teams.models import User
from teams.roles import Act


def start_strategy(*, values: dict[str, Any], lead: User, by: User) -> Strategy:
    """Start a strategy with its ten components and its first lead."""
    access.check_admin(by)
    strategy = Strategy(**values)
    with change_set(by=by) as record:
        record.row.scope_uid = strategy.uid
        create_strategy(record, strategy)
        create_role(record, strategy, lead, "lead")
    return strategy


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


def review_component(*, component: Component, on: dt.date, by: User) -> Component:
    """Say that the component is still right. This changes no text and no updated-on."""
    access.check(by, Act.EDIT, component)
    if not component.text.strip():
        raise RuleBroken(_("Nothing is written here yet. Write it first; then it can be reviewed."))
    with change_set(by=by, scope=component.strategy.uid) as record:
        record.update(component, reviewed_on=on)
    return component
