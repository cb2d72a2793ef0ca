"""The secret in an invitation's address.

It is derived from the portal's secret key, the invitation and how many links were made for it, so that a mail job
needs the invitation only and no table ever holds the secret. A new link makes the old one worthless, because the
row keeps the hash of the newest.
"""

import base64
import hashlib
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac

from teams.models import Invitation

_KEY = "new_invitations"


def token_of(invitation: Invitation) -> str:
    """Return the secret of the invitation's newest link."""
    said = f"{invitation.uid}:{invitation.links}"
    digest = salted_hmac("teams.invitation", said, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def hash_of(token: str) -> str:
    """Return what is stored of a secret."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def link_of(invitation: Invitation) -> str:
    """Return the whole address of the invitation's newest link."""
    return f"{settings.PORTAL_URL}{reverse('invitation', args=[token_of(invitation)])}"


def is_only_here() -> bool:
    """Do links that the portal writes work on this computer only? So it is until PORTAL_URL says otherwise."""
    host = urlsplit(settings.PORTAL_URL).hostname or ""
    try:
        place = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return place.is_loopback or place.is_unspecified


def mail_is_set_up() -> bool:
    """Would a mail leave this machine?"""
    return not settings.EMAIL_BACKEND.endswith((".console.EmailBackend", ".dummy.EmailBackend"))


def show_once(request: HttpRequest, *invitations: Invitation) -> None:
    """Have the next roles page show these links. The session holds which ones, not the secrets."""
    request.session[_KEY] = [str(invitation.uid) for invitation in invitations]


def to_show(request: HttpRequest) -> list[str]:
    """Return which invitations' links are to be shown now, and forget it."""
    return request.session.pop(_KEY, [])
