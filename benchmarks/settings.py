"""The portal's settings plus the Django admin, which is the peer of the channel list."""

from portal.settings import *  # noqa: F403
from portal.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin"]
ROOT_URLCONF = "benchmarks.urls"
LOGGING["root"]["level"] = "ERROR"  # noqa: F405
