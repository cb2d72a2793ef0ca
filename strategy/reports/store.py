"""The folder of finished PDFs. A file appears there whole or not at all.

A file's name holds its hash: two attempts at the same report cannot overwrite each other with something else.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from portal.lib.refusals import Refusal
from strategy.reports.models import Report


class FileDamaged(Refusal):
    """The file is not there, or not what was stored."""

    status = 410

    def __init__(self) -> None:
        super().__init__(
            _(
                "The file of this report is missing or damaged on the server, so it is not sent."
                " Make a new report, and tell your administrator."
            )
        )


@dataclass(frozen=True)
class StoredFile:
    """A file in the folder: its name, the SHA-256 of its bytes, and how many they are."""

    name: str
    sha256: str
    size: int


def folder() -> Path:
    """Return the folder; make it when it is missing."""
    path = Path(settings.PORTAL_DATA_DIR) / "reports"
    path.mkdir(parents=True, exist_ok=True)
    return path


def part_of(report: Report, claim: str) -> Path:
    """Return where one attempt may write, after clearing away what dead attempts at this report left."""
    for left in folder().glob(f".{report.uid}.*.part"):
        left.unlink(missing_ok=True)
    return folder() / f".{report.uid}.{hashlib.sha256(claim.encode()).hexdigest()[:12]}.part"


def keep(part: Path, report: Report) -> StoredFile:
    """Give a finished part its name. The bytes are on the disk before the name is."""
    with part.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
        size = os.fstat(file.fileno()).st_size
    name = f"{report.uid}-{sha256[:16]}.pdf"
    part.replace(folder() / name)
    directory = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return StoredFile(name, sha256, size)


def open_whole(report: Report) -> BinaryIO:
    """Open a report's file for reading after checking every byte. Raises FileDamaged."""
    try:
        file = (folder() / report.file).open("rb")
    except OSError:
        raise FileDamaged from None
    if (
        os.fstat(file.fileno()).st_size != report.size
        or hashlib.file_digest(file, "sha256").hexdigest() != report.sha256
    ):
        file.close()
        raise FileDamaged
    file.seek(0)
    return file
