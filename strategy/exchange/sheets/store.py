"""The folder of uploaded files. A file stands there whole or not at all, and under a name of ours."""

import datetime as dt
import os
import uuid
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from portal.lib.refusals import Refusal


class FileGone(Refusal):
    """The uploaded file is not there any more."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_("The uploaded file is not kept any more. Upload it again to go on."))


def folder() -> Path:
    """Return the folder; make it when it is missing."""
    path = Path(settings.PORTAL_DATA_DIR) / "imports"
    path.mkdir(parents=True, exist_ok=True)
    return path


def keep(data: bytes) -> str:
    """Store the bytes and return the name to find them by. They are on the disk before the name is."""
    name = uuid.uuid4().hex
    part = folder() / f".{name}.part"
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder() / name)
    return name


def load(name: str) -> bytes:
    """Return the bytes. Raises FileGone."""
    try:
        return (folder() / Path(name).name).read_bytes() if name else _gone()
    except OSError:
        raise FileGone from None


def _gone() -> bytes:
    raise FileGone


def remove(name: str) -> None:
    """Delete a file; one that is gone already is as good."""
    if name:
        (folder() / Path(name).name).unlink(missing_ok=True)


def oldest() -> dt.datetime | None:
    """Return when the oldest file was stored; None when there is none."""
    times = []
    for file in folder().iterdir():
        with suppress(FileNotFoundError):
            times.append(file.stat().st_mtime)
    return dt.datetime.fromtimestamp(min(times), dt.UTC) if times else None


def sweep(before: dt.datetime) -> None:
    """Delete what is older, also files whose rows went with their strategy."""
    for file in folder().iterdir():
        with suppress(FileNotFoundError):  # somebody else is sweeping, or stores it this moment
            if file.stat().st_mtime < before.timestamp():
                file.unlink()
