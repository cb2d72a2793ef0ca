"""What history, previews and undo call a figure and a promise: never two of them alike."""

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.history.models import Change
from portal.history.record import change_set
from strategy.inventory.models import (
    AccessDecision,
    AccessPoint,
    Calendar,
    Measurement,
    SelfServiceOffer,
    ServiceObjective,
)
from strategy.inventory.service.actions import Stated, state_period
from strategy.inventory.service.figure_pages import Narrowed, Period
from strategy.plan.models import ContactType, Segment

OCTOBER = dt.date(2026, 10, 1)


def save(cast, *rows):
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        for row in rows:
            record.create(row)
    return rows


def with_parts(cast):
    app = cast.channel("App")
    rows = (
        AccessPoint(channel=app, name="Store page", kind="app"),
        ContactType(strategy=cast.strategy, name="Billing"),
    )
    return app, *save(cast, *rows)


def test_every_figure_of_a_channel_has_a_name_of_its_own(cast):
    app, point, kind = with_parts(cast)
    same = {"channel": app, "status": "no_data", "starts_on": OCTOBER}
    save(
        cast,
        Measurement(**same),
        Measurement(**same, contact_type=kind),
        Measurement(**same, point=point),
        Measurement(**same, metric="SL", contact_type=kind),
        Measurement(**same, grain="year"),
    )
    labels = list(
        Change.objects.filter(model="strategy.measurement").order_by("id").values_list("label", flat=True)
    )  # fmt: skip
    assert labels == [
        "Contacts · App · October 2026",
        "Contacts · App · Billing · October 2026",
        "Contacts · App: Store page · October 2026",
        "Service level · App · Billing · October 2026",
        "Contacts · App · Year from Oct 1, 2026",
    ]


def test_promises_decisions_and_offers_say_of_what(cast):
    app, point, kind = with_parts(cast)
    same = {"channel": app, "name": "In time", "metric": "CSAT", "target": 80}
    (segment,) = save(cast, Segment(strategy=cast.strategy, name="Members"))
    save(
        cast,
        ServiceObjective(**same),
        ServiceObjective(**same, point=point),
        ServiceObjective(**same, effective_from=OCTOBER),
        AccessDecision(segment=segment, contact_type=kind, channel=app, choice="preferred"),
        SelfServiceOffer(contact_type=kind, channel=app, extent="full"),
    )
    labels = Change.objects.order_by("-id").values_list("label", flat=True)[:5]
    assert list(reversed(labels)) == [
        "In time · App",
        "In time · App: Store page",
        "In time · App · from Oct. 1, 2026",
        "Members · Billing · App",
        "Billing · App",
    ]


def test_naming_figures_takes_no_query_for_each(cast):
    app, point, kind = with_parts(cast)
    codes = ("contacts", "SL", "ASA", "ABN", "CSAT")
    part = Narrowed(point=point, contact_type=kind)
    when = Period(channel=app, part=part, grain="month", starts_on=OCTOBER)
    same = {"channel": app, "point": point, "contact_type": kind, "starts_on": OCTOBER}
    save(cast, *(Measurement(**same, metric=code, status="no_data") for code in codes))
    asked = []
    for count, status in ((1, "suppressed"), (5, "not_applicable")):
        known = {row.metric: row.version for row in when.rows()}
        stated = [
            Stated(metric=code, status=status, expected=known[code]) for code in codes[:count]
        ]
        with CaptureQueriesContext(connection) as seen:
            state_period(when=when, stated=stated, by=cast.lea)
        reads = [one["sql"] for one in seen if one["sql"].startswith("SELECT")]
        asked.append(sum('FROM "strategy_channel"' in one for one in reads))
    assert asked[0] == asked[1]


def test_deleting_a_calendar_reads_its_promises_together(cast):
    app, point, _kind = with_parts(cast)
    asked = []
    for count in (1, 6):
        (calendar,) = save(cast, Calendar(strategy=cast.strategy, name=f"Of {count}"))
        same = {"channel": app, "point": point, "calendar": calendar}
        save(cast, *(
            ServiceObjective(**same, name=f"{n}", metric="CSAT", target=80) for n in range(count)
        ))  # fmt: skip
        with CaptureQueriesContext(connection) as seen, change_set(by=cast.lea) as record:
            record.delete(Calendar.objects.get(pk=calendar.pk))
        asked.append(sum(one["sql"].startswith("SELECT") for one in seen))
    assert asked[0] == asked[1]
