"""The dictionary of metrics: complete, read once, and in step with the tables."""

import re
from decimal import Decimal

import pytest

from strategy.inventory.models import Channel, Measurement, ServiceObjective
from strategy.inventory.service.metrics import (
    FILE,
    GROUPS,
    by_group,
    dictionary,
    fitting,
    metric_of,
    position,
)

ALL = list(dictionary().values())
IN_THE_FIELD = (
    "OFF BLK ABN SL ASA RT ATL BKL AHT OCC UTL SHR FCR TRN CNT SSR CR DTU CPT CPC CPR CSAT NPS CES RR TRUST FA ADH"
    " ATT ESAT AVL"
)


def test_the_metrics_of_the_field_are_there_with_the_one_that_was():
    assert set(IN_THE_FIELD.split()) <= set(dictionary())
    assert Measurement.Metric.CONTACTS in dictionary()
    assert ServiceObjective._meta.get_field("metric").default in dictionary()


def test_it_is_read_once():
    assert dictionary() is dictionary()
    assert FILE.exists()


@pytest.mark.parametrize("metric", ALL, ids=lambda one: one.code)
def test_every_entry_says_everything(metric):
    assert re.fullmatch(r"[A-Za-z-]+", metric.code)
    assert len(metric.code) <= Measurement._meta.get_field("metric").max_length
    for text in (metric.name, metric.formula, metric.counted, metric.pitfalls):
        assert text.strip()
        assert text == text.strip()
    assert metric.direction
    assert set(metric.families) <= set(Channel.Family.values)
    assert set(metric.modes) <= set(Channel.Mode.values)
    assert metric.unit or not metric.is_ratio
    assert not (metric.within and not metric.is_ratio)
    assert metric.better != "none" or not metric.is_ratio


def test_every_metric_stands_once_in_the_index():
    listed = [one for _name, several in by_group() for one in several]
    assert sorted(one.code for one in listed) == sorted(dictionary())
    assert {one.group for one in ALL} == set(GROUPS)


def test_names_are_unique():
    assert len({one.name for one in ALL}) == len(ALL)


def test_only_what_fits_a_channel_is_offered():
    phone = {one.code for one in fitting("voice", "assisted")}
    assert {"SL", "ASA", "AHT", "FCR", "contacts"} <= phone
    assert not phone & {"RT", "CNT", "SSR", "BKL"}
    app = {one.code for one in fitting("app", "self_service")}
    assert {"CNT", "SSR", "CR", "AVL"} <= app
    assert not app & {"SL", "AHT", "OCC"}
    assert "RT" in {one.code for one in fitting("email", "assisted")}


def test_a_code_of_ones_own_is_shown_as_it_is_and_stands_last():
    own = metric_of("HOUSE")
    assert (own.label, own.is_judged, own.is_ratio) == ("HOUSE", False, False)
    assert sorted(["HOUSE", "SL", "contacts"], key=position) == ["contacts", "SL", "HOUSE"]


@pytest.mark.parametrize(
    ("code", "value", "is_allowed"),
    [
        ("NPS", "-42", True),
        ("NPS", "-101", False),
        ("NPS", "101", False),
        ("contacts", "-1", False),
        ("CSAT", "100", True),
        ("CSAT", "100.01", False),
        ("ATT", "140", True),
        ("ASA", "-0.5", False),
    ],
)
def test_a_number_must_be_one_that_the_metric_can_have(code, value, is_allowed):
    assert metric_of(code).allows(Decimal(value)) is is_allowed
