"""Rows of who comes and why: segments, contact types, and what is offered to whom."""

from typing import Any

from django.utils.translation import gettext as _

from strategy.exchange.problems import Path
from strategy.exchange.references import Builder, mapping, objects
from strategy.inventory.models import AccessDecision, AnswerDifference, SelfServiceOffer
from strategy.plan.models import ContactType, Segment


class Customers(Builder):
    """Builds segments, contact types, access decisions and self-service offers."""

    def _segments(self, data: dict[str, Any]) -> None:
        names: dict[str, Path] = {}
        codes: dict[str, Path] = {}
        for path, facts in objects(data, "segments"):
            segment = Segment(
                strategy=self.rows.strategy,
                **self._texts(
                    facts,
                    *("name", "code", "criteria", "size", "languages", "devices"),
                    *("needs", "prefers", "is_vulnerable"),
                ),
                **self._days(facts, "size_on"),
            )
            self._uid(segment, facts, path)
            self._once(names, segment.name, (*path, "name"), _("Another segment has this name"))
            self._once(codes, segment.code, (*path, "code"), _("Another segment has this code"))
            self._clean(segment, path)
            self.segments.setdefault(segment.name, segment)
            self.rows.segments.append(segment)

    def _contact_types(self, data: dict[str, Any]) -> None:
        names: dict[str, Path] = {}
        codes: dict[str, Path] = {}
        wider: list[tuple[ContactType, dict[str, Any], Path]] = []
        for path, facts in objects(data, "contact_types"):
            kind = ContactType(
                strategy=self.rows.strategy,
                **self._texts(
                    facts,
                    *("name", "code", "description", "kind", "self_service", "authentication"),
                    "deadline",
                ),
            )
            self._uid(kind, facts, path)
            if not kind.code:  # two of one name are told apart by their codes
                name = (*path, "name")
                self._once(names, kind.name, name, _("Another contact type has this name"))
            self._once(codes, kind.code, (*path, "code"), _("Another contact type has this code"))
            self._clean(kind, path)
            self.rows.contact_types.append(kind)
            wider.append((kind, facts, path))
        self._know_contact_types()
        for kind, facts, path in wider:
            kind.parent = self._contact_type(facts, "parent", path)
            if self._is_part_of_itself(kind):
                self._problem(
                    (*path, "parent"),
                    _("A contact type cannot be part of itself. Name a wider one, or none."),
                )
                kind.parent = None

    def _is_part_of_itself(self, kind: ContactType) -> bool:
        above = kind.parent
        while above is not None and above is not kind:
            above = above.parent
        return above is kind

    def _differences(self, data: dict[str, Any]) -> None:
        kinds = objects(data, "contact_types")
        for (path, facts), kind in zip(kinds, self.rows.contact_types, strict=True):
            pairs: dict[str, Path] = {}
            for place, differs in objects(facts, "answers_differ", path):
                channel = self._channel(differs, "channel", place)
                other = self._channel(differs, "other", place)
                difference = AnswerDifference(
                    contact_type=kind,
                    channel=channel,
                    other=other,
                    **self._texts(differs, "kind", "explanation"),
                )
                self._uid(difference, differs, place)
                called = (str(differs.get("channel")), str(differs.get("other")))
                pair = str(sorted(called))
                self._once(pairs, pair, place, _("These two are compared here already"), fold=False)
                if channel is not None and channel is other:
                    self._problem((*place, "other"), _("Name two channels that differ."))
                self._clean(difference, place)
                self.differences.setdefault((id(kind), *called), difference)
                self.rows.differences.append(difference)

    def _access_decisions(self, data: dict[str, Any]) -> None:
        for name, by_kind in mapping(data.get("access_decisions")).items():
            path: Path = ("access_decisions", name)
            segment = self._segment_called(name, path)
            for kind, place, by_channel in self._by_contact_type(by_kind, path):
                for called, said in by_channel.items():
                    here = (*place, called)
                    facts = said if isinstance(said, dict) else {"choice": said}
                    channel = self._channel_called(called, here)
                    target = self._channel(facts, "to", here)
                    decision = AccessDecision(
                        segment=segment,
                        contact_type=kind,
                        channel=channel,
                        redirect_to=target,
                        **({"choice": "redirected"} if "to" in facts else {})
                        | self._texts(facts, "choice", "reason"),
                    )
                    self._decision_rules(decision, facts, here)
                    if target is not None and target is channel:
                        self._problem(
                            (*here, "to"), _("Name another channel than the one they come from.")
                        )
                    self._clean(decision, here)
                    self.rows.access_decisions.append(decision)

    def _decision_rules(self, decision: AccessDecision, facts: dict[str, Any], path: Path) -> None:
        choices = AccessDecision.Choice
        if not decision.choice:
            self._problem(path, _("Say the `choice`, or `to` which channel customers are sent."))
            return
        if decision.choice == choices.NOT_OFFERED and not decision.reason:
            self._problem(path, _("“not_offered” needs a `reason`: why it is not offered."))
        if (decision.choice == choices.REDIRECTED) != ("to" in facts):
            self._problem(
                path,
                _("“redirected”, and nothing else, says `to` which channel customers are sent."),
            )

    def _offers(self, data: dict[str, Any]) -> None:
        offers = data.get("self_service_offers")
        for kind, path, by_channel in self._by_contact_type(offers, ("self_service_offers",)):
            for called, said in by_channel.items():
                here = (*path, called)
                facts = said if isinstance(said, dict) else {"extent": said}
                offer = SelfServiceOffer(
                    contact_type=kind,
                    channel=self._channel_called(called, here),
                    **self._texts(facts, "extent", "reason"),
                )
                if offer.extent == SelfServiceOffer.Extent.DECLINED and not offer.reason:
                    self._problem(here, _("“declined” needs a `reason`: why there is none."))
                self._clean(offer, here)
                self.rows.offers.append(offer)
