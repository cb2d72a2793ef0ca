"""`manage.py dispatch`: the process that rings for the workers, where each process is started by itself."""

from django.core.management.base import BaseCommand

from portal.jobs.dispatcher import Dispatcher


class Command(BaseCommand):
    help = "Look for due jobs and ring for the workers, until stopped. `manage.py portal` includes this."

    def handle(self, *args: object, **options: object) -> None:
        Dispatcher().run()
