"""A strategy with something of everything a report prints, and known numbers in it."""

import datetime as dt
from typing import Any

from strategy.checklists.models import Answer, Framework, Item, Run, RunTeam
from strategy.gaps.models import Gap
from strategy.inventory.models import (
    AccessDecision,
    AccessPoint,
    Calendar,
    Channel,
    Measurement,
    SelfServiceOffer,
    ServiceObjective,
    Transition,
)
from strategy.journeys.models import Cell, Journey, Lane, Stage, Step
from strategy.plan.models import Component, ContactType, Segment, Strategy
from teams import actions as teams
from teams.models import Team, User
from tests.starting import start_strategy

AS_OF = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)
TODAY = AS_OF.date()


def ago(days: int) -> dt.date:
    """Return the day so many days before the report."""
    return TODAY - dt.timedelta(days=days)


def build() -> Strategy:
    """Fill a database that has nothing of this in it yet."""
    return World().strategy


class World:
    """Three teams, a strategy, four channels, two journeys, six gaps and a checklist."""

    def __init__(self) -> None:
        self.admin = self.person("Ada Admin", is_superuser=True)
        self.dana = self.person("Dana Ruiz", job_title="Director, contact center")
        self.cole = self.person("Cole Whitaker")
        self.teams = {
            slug: self.team(slug, name, function)
            for slug, name, function in (
                ("care", "Contact center", "contact_center"),
                ("mobile", "Mobile", "mobile"),
                ("it", "IT and telephony", "it"),
            )
        }
        self.strategy = start_strategy(
            values={
                "name": "Łódź, Ærø, naïve, Ωmega",
                "slug": "larkfield",
                "organization": "Larkfield Health Plan",
                "period": "Q4 2026",
                "vision": "One answer, **wherever** it is asked.",
                "classification": "confidential",
            },
            lead=self.dana,
            by=self.admin,
        )
        self.components()
        self.channels = self.inventory()
        self.offers()
        self.ways()
        self.journeys = [self.journey("Has my claim been paid?", 9), self.journey("ID card", 4)]
        self.gaps()
        self.checklist()

    def person(self, name: str, **values: Any) -> User:
        """Add a person."""
        email = f"{name.split()[0].lower()}@report.example"
        return teams.add_person(values={"name": name, "email": email, **values}, by=None)

    def team(self, slug: str, name: str, function: str) -> Team:
        """Add a team."""
        return teams.add_team(
            values={"name": name, "slug": f"{slug}-r", "function": function}, by=self.admin
        )

    def components(self) -> None:
        """Eight of ten with an owner, seven reviewed in time, three with a text."""
        for place, row in enumerate(
            sorted(Component.objects.filter(strategy=self.strategy), key=lambda one: one.number)
        ):
            row.owner_team = None if place in (8, 9) else self.teams["care"]
            row.owner = self.dana if place < 4 else None
            row.reviewed_on = None if place == 9 else ago(200 if place in (7, 8) else 30)
            row.updated_on = ago(40) if place < 3 else None
            row.text = "Members, **employers** and providers.\n\n- one\n- two" if place < 3 else ""
            row.save()

    def inventory(self) -> dict[str, Channel]:
        """Four channels: one hidden way, one without owner, one planned; one more is retired."""
        rows = {}
        for name, family, team, values in (
            ("Claims line", "voice", "care", {"mode": "assisted", "agent_route": "is_agent"}),
            ("Claims app", "app", "mobile", {"agent_route": "hidden", "agent_taps": 5}),
            ("Clinic kiosk", "kiosk", None, {"agent_route": "none"}),
            ("Claims photo", "app", "mobile", {"life_cycle": "planned"}),
            ("Old fax", "post", "care", {"life_cycle": "retired"}),
        ):
            rows[name] = Channel.objects.create(
                strategy=self.strategy,
                name=name,
                family=family,
                owner_team=self.teams[team] if team else None,
                reviewed_on=None if name == "Claims photo" else ago(10),
                **{"mode": "self_service", **values},
            )
        Channel.objects.filter(name="Claims app").update(
            agent_channel=rows["Claims line"], hours="Always, it says itself"
        )
        for name, month, status, value in (
            ("Claims line", dt.date(2026, 10, 1), "value", 61873),
            ("Claims line", dt.date(2025, 10, 1), "value", 66310),
            ("Claims line", dt.date(2026, 9, 1), "value", 1),
            ("Claims app", dt.date(2026, 10, 1), "zero", None),
            ("Clinic kiosk", dt.date(2026, 10, 1), "no_data", None),
            ("Claims photo", dt.date(2026, 10, 1), "not_applicable", None),
        ):
            Measurement.objects.create(
                channel=rows[name], starts_on=month, status=status, value=value
            )
        return rows

    def offers(self) -> None:
        """One access point, two promises of which one is over, three figures, and what is offered to whom."""
        line, app, photo = (
            self.channels[name] for name in ("Claims line", "Claims app", "Claims photo")
        )
        calendar = Calendar.objects.create(strategy=self.strategy, name="Holidays")
        point = AccessPoint.objects.create(
            channel=line,
            name="Toll-free",
            kind="phone",
            address="800-555-0100",
            hours="Mon-Fri 08:00-18:00",
            time_zone="America/Chicago",
            calendar=calendar,
            after_hours="voicemail",
            after_hours_note="By noon",
            contract_ends_on=ago(-60),
        )
        said = {"channel": line, "name": "In time", "target": 80, "threshold": 20, "point": point}
        said |= {
            "clock": "opening_hours",
            "clock_start": "queued",
            "population": "Calls in English",
        }
        ServiceObjective.objects.create(**said)
        ServiceObjective.objects.create(**said, effective_to=ago(300))
        for metric, month, figures in (
            ("SL", dt.date(2026, 9, 1), {"numerator": 1, "denominator": 2}),
            ("SL", dt.date(2026, 10, 1), {"numerator": 2, "denominator": 3}),
            ("ASA", dt.date(2026, 10, 1), {"numerator": 63, "denominator": 2}),
            ("NPS", dt.date(2026, 10, 1), {"value": "-12.5"}),
            ("CPC", dt.date(2026, 10, 1), {"numerator": 9, "denominator": 2}),
            ("FA", dt.date(2026, 10, 1), {"numerator": 1, "denominator": 10}),
            ("contacts", dt.date(2025, 4, 1), {"value": 700000, "grain": "year"}),
            ("SL", dt.date(2026, 10, 1), {"numerator": 1, "denominator": 2, "point": point}),
        ):
            Measurement.objects.create(
                channel=line, metric=metric, starts_on=month, status="value", **figures
            )
        money = ContactType.objects.create(strategy=self.strategy, name="Money")
        Measurement.objects.create(
            channel=line,
            contact_type=money,
            starts_on=ago(50).replace(day=1),
            status="value",
            value=7,
        )
        paid = ContactType.objects.create(
            strategy=self.strategy, name="Paid?", code="P-1", parent=money
        )
        segment = Segment.objects.create(strategy=self.strategy, name="Families", size=1200)
        for channel, values in (
            (line, {"choice": "preferred"}),
            (app, {"choice": "redirected", "redirect_to": line}),
            (photo, {"choice": "not_offered", "reason": "Not yet."}),
        ):
            AccessDecision.objects.create(
                segment=segment, contact_type=paid, channel=channel, **values
            )
        for channel, extent in ((app, "full"), (photo, "part"), (self.channels["Old fax"], "full")):
            SelfServiceOffer.objects.create(contact_type=paid, channel=channel, extent=extent)

    def ways(self) -> None:
        """Two transitions: one is broken, one works and is stale."""
        kiosk, app, line = (
            self.channels[name] for name in ("Clinic kiosk", "Claims app", "Claims line")
        )
        said = {"strategy": self.strategy, "mechanism": "link", "identity": "yes"}
        self.broken = Transition.objects.create(
            **said, source=kiosk, target=app, status="broken", trigger="A sticker"
        )
        Transition.objects.create(**said, source=line, target=app, status="works")

    def journey(self, name: str, count: int) -> Journey:
        """Add a journey with all kinds of lanes and `count` steps in two stages."""
        journey = Journey.objects.create(
            strategy=self.strategy,
            name=name,
            customer="A member with a claim.",
            goal="Know.",
            owner_team=self.teams["mobile"],
        )
        lanes = [
            Lane.objects.create(journey=journey, kind=kind, name=kind.title(), position=place)
            for place, kind in enumerate(Lane.Kind.values, start=1)
        ]
        stages = [
            Stage.objects.create(journey=journey, name=name, position=place)
            for place, name in enumerate(("Ask", "Get help"), start=1)
        ]
        for place in range(count):
            step = Step.objects.create(
                stage=stages[place * 2 // count], name=f"Step {place + 1}", position=place + 1
            )
            for lane in lanes:
                Cell.objects.create(
                    step=step,
                    lane=lane,
                    text=f"{lane.name} of {step.name}" if lane.kind in ("text", "pain") else "",
                    channel=self.channels["Claims app"] if lane.kind == "channel" else None,
                    team=self.teams[("care", "mobile")[place % 2]] if lane.kind == "team" else None,
                    emotion=(place % 5) - 2 if lane.kind == "emotion" and place != 2 else None,
                )
        return journey

    def gaps(self) -> None:
        """Three open (one critical, one late and blocked), one verified in time, one accepted, one resolved."""
        step = Step.objects.filter(stage__journey=self.journeys[0]).first()
        for number, title, values in (
            (1, "Asked again who one is", {"severity": "critical", "state": "blocked",
             "blocked_on": self.teams["it"], "owner_team": self.teams["mobile"], "opened_on": ago(120),
             "due_on": ago(12), "first_due_on": ago(60), "slips": 2, "journey": self.journeys[0], "step": step}),
            (2, "Help is five taps away", {"severity": "high", "owner_team": self.teams["mobile"],
             "opened_on": ago(20), "due_on": ago(-30), "first_due_on": ago(-30)}),
            (3, "Nobody owns the kiosk", {"severity": "high", "opened_on": ago(70),
             "channel": self.channels["Clinic kiosk"]}),
            (4, "Card link opened the store", {"severity": "medium", "state": "verified",
             "owner_team": self.teams["mobile"], "opened_on": ago(100), "due_on": ago(40),
             "first_due_on": ago(40), "settled_on": ago(45)}),
            (5, "No video visits", {"severity": "low", "state": "accepted", "note": "Hardly asked for.",
             "owner_team": self.teams["care"], "opened_on": ago(95), "settled_on": ago(50),
             "accepted_until": ago(3)}),
            (6, "Hold music stutters", {"severity": "low", "state": "resolved",
             "owner_team": self.teams["it"], "opened_on": ago(30), "due_on": ago(5), "first_due_on": ago(5)}),
        ):  # fmt: skip
            Gap.objects.create(strategy=self.strategy, number=number, title=title, **values)

    def checklist(self) -> None:
        """Four items for two teams: five of eight answered."""
        framework = Framework.objects.create(code="probe-r", edition="1.0", name="Probe")
        items = [
            Item.objects.create(
                framework=framework, code=f"P-{n}", section="All", text=f"Item {n}", position=n
            )
            for n in range(1, 5)
        ]
        self.run = Run.objects.create(
            strategy=self.strategy, framework=framework, name="Readiness", opened_on=ago(9)
        )
        for slug in ("care", "mobile"):
            RunTeam.objects.create(run=self.run, team=self.teams[slug])
        for item, slug, status in (
            (0, "care", "met"),
            (1, "care", "not_met"),
            (2, "care", "not_applicable"),
            (3, "care", "partly"),
            (0, "mobile", "met"),
        ):
            Answer.objects.create(
                run=self.run,
                item=items[item],
                team=self.teams[slug],
                status=status,
                reason="Because." if status == "not_applicable" else "",
                answered_on=ago(3),
            )
