"""Every fact of the inventory is frozen and printed: a field added to it is here, or says why not."""

import datetime as dt
from typing import Any

import pytest
from django.db import models

from strategy.inventory.models import (
    AccessPoint,
    AccessPointContactType,
    Calendar,
    Channel,
    ServiceObjective,
)
from strategy.plan.models import ContactType
from strategy.reports.drawing import html
from strategy.reports.snapshot import take
from tests.strategy.reports import world

LEFT_OUT = {
    "id": "the key of the row here",
    "uid": "its address, no fact",
    "version": "against lost edits",
    "changed_at": "the history has it",
    "strategy": "it is the report's",
    "channel": "it stands under its channel",
}
"""The fields that no report has, each with its reason."""

OTHERS: dict[str, Any] = {
    "abandon_rule": "exclude_in_time",
    "accessibility": "text, captions",
    "agent_route": "visible",
    "exceptions": "2026-12-24 08:00-13:00 Christmas Eve",
    "languages": "de",
    "life_cycle": "retiring",
    "metric": "AR",
    "threshold_unit": "min",
    "time_zone": "Europe/Berlin",
}
"""Values of fields that take not just any text or choice."""


def fields() -> list[Any]:
    """Return each field that a report has to have, with its model."""
    return [
        pytest.param(model, field.name, id=f"{model.__name__}.{field.name}")
        for model in (Channel, AccessPoint, ServiceObjective)
        for field in model._meta.concrete_fields
        if field.name not in LEFT_OUT
    ]


def another(row: Any, field: models.Field, few: world.World) -> Any:
    """Return a value that the row does not have."""
    now = getattr(row, field.name)
    if field.name in OTHERS:
        return OTHERS[field.name]
    if field.choices:
        return next(code for code, _label in reversed(field.choices) if code != now)
    if isinstance(field, models.ForeignKey):
        rows = {
            Calendar: lambda: Calendar.objects.create(strategy=few.strategy, name="Other days"),
            AccessPoint: lambda: None,
            Channel: lambda: few.channels["Clinic kiosk"],
            type(few.cole): lambda: few.cole,
            type(few.teams["it"]): lambda: few.teams["it"],
        }
        return rows[field.related_model]()
    if isinstance(field, models.DateField):
        return dt.date(2026, 2, 3)
    if isinstance(field, (models.IntegerField, models.DecimalField)):
        return 41
    return "Zebra"


def row_of(model: type[models.Model], name: str, few: world.World) -> Any:
    """Return the row on which the field can be seen."""
    if model is not Channel:
        return model.objects.get(pk=model.objects.order_by("pk").first().pk)
    return Channel.objects.get(
        name="Claims app"
    )  # it has no access points, so its hours are its own


def shown(few: world.World) -> tuple[Any, str]:
    """Return what is frozen of channels, and what is printed of them."""
    facts = take(few.strategy, world.AS_OF)
    only = {"gaps": [], "journeys": [], "checklists": [], "findings": [], "standing": None}
    return facts["channels"], html({**facts, **only}, "/")


@pytest.mark.parametrize(("model", "name"), fields())
def test_a_report_has_every_fact_of_the_inventory(db, model, name):
    few = world.World()
    row, field = row_of(model, name, few), model._meta.get_field(name)
    if name == "calendar" and model is ServiceObjective:
        ServiceObjective.objects.update(clock="opening_hours")
    if name == "short_abandon_seconds":
        ServiceObjective.objects.update(abandon_rule="credit_short", short_abandon_seconds=5)
    if name == "unsealed_by":
        model.objects.update(unsealed_on=world.ago(1))
    frozen, printed = shown(few)
    model.objects.filter(pk=row.pk).update(**{name: another(row, field, few)})
    now_frozen, now_printed = shown(few)
    assert now_frozen != frozen
    assert now_printed != printed


def test_the_next_days_with_other_hours_are_named_and_the_rest_counted(db):
    few = world.World()
    past, coming = "2026-11-19 closed", [f"2026-12-{day:02} closed" for day in range(1, 10)]
    AccessPoint.objects.update(exceptions="\n".join([past, *reversed(coming), "soon 12-13"]))
    (point,) = take(few.strategy, world.AS_OF)["channels"][0]["points"]
    assert point["exceptions"].startswith("Dec. 1, 2026 closed, Dec. 2, 2026 closed")
    assert point["exceptions"].endswith("Dec. 6, 2026 closed and 3 more")


def test_the_contact_types_of_a_point_are_named_as_far_as_they_are_printed(db):
    few = world.World()
    point = AccessPoint.objects.get()
    for number in range(30):
        kind = ContactType.objects.create(strategy=few.strategy, name=f"Kind {number:02}")
        AccessPointContactType.objects.create(point=point, contact_type=kind)
    (frozen,) = take(few.strategy, world.AS_OF)["channels"][0]["points"]
    assert frozen["serves"].endswith("Kind 19 and 10 more")


def test_a_vendors_risk_is_what_the_page_of_the_point_says(db):
    few = world.World()
    AccessPoint.objects.update(
        vendor="Acme", maturity="declining", contract_ends_on=world.ago(-170)
    )
    (point,) = take(few.strategy, world.AS_OF)["channels"][0]["points"]
    assert point["risks"] == [
        "The market is declining",
        "The contract ends within 180 days",
        "No exit terms",
    ]


def test_what_an_older_release_froze_is_still_drawn(snapshot):
    for one in snapshot["channels"]:
        for key in ("timing", "device", "direction", "run_by", "deputy", "seal"):
            del one[key]
        for point in one["points"]:
            old = ("name", "kind", "address", "hours", "clock", "after_hours", "languages")
            kept = {key: point[key] for key in (*old, "sign_in", "vendor")}
            point.clear()
            point.update(kept, contract={"words": "Jan. 19, 2027", "soon": "in 60 days"})
        one["promises"] = [
            {key: said[key] for key in ("name", "of", "sentence")} for said in one["promises"]
        ]
        for figure in one["figures"]:
            del figure["source"], figure["as_of"], figure["revision"]
    printed = html(snapshot, "/")
    assert "in 60 days" in printed
    assert "Answered:" not in printed
    assert 'class="more"' not in printed
