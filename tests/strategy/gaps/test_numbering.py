"""Numbers stay unique and without holes when many people log at once, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from strategy.gaps.actions import log_gap
from strategy.gaps.models import Gap
from tests.strategy.gaps.conftest import TODAY

PEOPLE, EACH = 4, 5


@pytest.mark.django_db(transaction=True)
def test_people_who_log_at_once_get_different_numbers(cast):
    ready = Barrier(PEOPLE)

    def log_some(person: int) -> list[int]:
        try:
            ready.wait()
            return [
                log_gap(
                    strategy=cast.strategy,
                    values={"title": f"{person}.{n}"},
                    today=TODAY,
                    by=cast.lea,
                ).number
                for n in range(EACH)
            ]
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        numbers = [number for given in pool.map(log_some, range(PEOPLE)) for number in given]
    assert sorted(numbers) == list(range(1, PEOPLE * EACH + 1))
    assert Gap.objects.count() == PEOPLE * EACH
