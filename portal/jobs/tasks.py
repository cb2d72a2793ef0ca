"""The doorbell: the one Celery task. It carries nothing; what is to be done stands in the table."""

import logging

from celery.signals import worker_process_init, worker_ready, worker_shutting_down
from django.db import connection

from portal.celery import app

from .control import DATABASE_AWAY
from .engine import run_due
from .processes import stop_worker
from .registry import warm_ups

log = logging.getLogger(__name__)


@app.task(name="portal.jobs.run_next", ignore_result=True)
def run_next() -> None:
    """Do what is due. A lost or doubled message does no harm: the dispatcher rings again."""
    try:
        run_due()
    except DATABASE_AWAY as error:
        log.error("The database does not answer: %s", error)
        connection.close()


def ring() -> None:
    """Ring at the workers' door: whoever is free looks for due jobs. Raises what the broker raises."""
    run_next.apply_async(ignore_result=True, retry=False)


@worker_process_init.connect
def _warm_up(**_: object) -> None:
    for function in warm_ups:
        function()


@worker_ready.connect
def _look_at_once(**_: object) -> None:
    ring()


worker_shutting_down.connect(stop_worker)
