"""The Celery application. It is only a doorbell: what is to be done stands in the Job table."""

import os
import warnings

from celery import Celery
from celery.platforms import SecurityWarning

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

# Celery warns root because of pickled messages; ours are JSON and carry nothing.
warnings.simplefilter("ignore", SecurityWarning)

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["portal.jobs", "strategy"])
