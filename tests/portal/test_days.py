"""Days as Americans write them."""

import datetime as dt

import pytest

from portal.lib.days import TwoDays, read_day


@pytest.mark.parametrize(
    "text", ["2027-03-31", "2027-3-31", "3/31/2027", "03/31/2027", "March 31, 2027", "Mar. 31 2027"]
)
def test_a_day_is_read_as_it_is_written(text):
    assert read_day(text) == dt.date(2027, 3, 31)


@pytest.mark.parametrize(
    "text", ["", "soon", "31/3/2027", "3/31/27", "2027-02-30", "2/30/2027", "March 2027", "Foo 3, 2027"]
)  # fmt: skip
def test_what_is_no_day_is_none(text):
    assert read_day(text) is None


def test_what_may_be_two_days_is_neither():
    with pytest.raises(TwoDays) as two:
        read_day("3/4/2027")
    assert two.value.days == (dt.date(2027, 3, 4), dt.date(2027, 4, 3))
    assert read_day("4/4/2027") == dt.date(2027, 4, 4)
