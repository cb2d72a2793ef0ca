"""What a request is once the route guard has let it through: somebody is signed in."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from teams.models import User


class PersonRequest(HttpRequest):
    """A request of a signed-in person, for the annotations of views. Nobody makes one."""

    user: User
    htmx: HtmxDetails
