"""Growing and asking the revision of a scope.

A journey counts its own changes (bump). A strategy needs no counter: the acts in its history are its changes.
"""

import uuid
from collections.abc import Iterable

from django.core import signing
from django.db.models import F

from portal.history.queries import latest_acts_of
from portal.live.models import Revision

TOKEN_SECONDS = 12 * 3600
_SALT = "portal.live"


def bump(scope_uid: uuid.UUID) -> None:
    """Say that something in the scope changed. Call it in the change's own transaction."""
    if not Revision.objects.filter(scope_uid=scope_uid).update(number=F("number") + 1):
        row, created = Revision.objects.get_or_create(scope_uid=scope_uid, defaults={"number": 1})
        if not created:
            Revision.objects.filter(pk=row.pk).update(number=F("number") + 1)


def current(scope_uid: uuid.UUID) -> int:
    """Return the revision number; 0 when nothing was ever changed. A strategy's grows with every act in it."""
    counted = Revision.objects.filter(scope_uid=scope_uid).values_list("number", flat=True).first()
    return sum(latest_acts_of(scope_uid)) if counted is None else counted


def counted(scope_uids: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Return the revision of each journey that was ever changed. One query."""
    rows = Revision.objects.filter(scope_uid__in=list(scope_uids))
    return dict(rows.values_list("scope_uid", "number"))


def token(scope_uid: uuid.UUID) -> str:
    """Return a signed name of the scope. It reveals a number only; the fragment checks by itself."""
    return signing.dumps(str(scope_uid), salt=_SALT, compress=False)


def scope_of(signed: str) -> uuid.UUID:
    """Return the scope of a token. Raises SignatureExpired after TOKEN_SECONDS, else BadSignature."""
    return uuid.UUID(signing.loads(signed, salt=_SALT, max_age=TOKEN_SECONDS))
