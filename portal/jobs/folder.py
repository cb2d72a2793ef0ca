"""The doorbell as files in a folder, for an installation without a server: kombu's transport, written whole.

kombu writes a message and the table of an exchange where they are read, so a worker that looks in that moment
reads half of it and ends. Here a file is complete when it gets its name, and what cannot be read is passed over:
a message carries nothing, and the dispatcher rings again.
"""

import logging
import os
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps

log = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """Puts messages and tables of exchanges down whole."""

    def __init__(self, connection: Any, **kwargs: Any) -> None:
        """Open it, and clear what a process that was killed has left half written."""
        super().__init__(connection, **kwargs)
        for folder in (Path(self.data_folder_out), self.control_folder):
            _clear(folder)

    def _put(  # type: ignore[override]  # the stubs name it otherwise
        self, queue: str, payload: dict[str, Any], **kwargs: Any
    ) -> None:
        """Put a message onto a queue under a name by which `_get` finds the oldest first."""
        name = f"{filesystem.monotonic() * 1000:.0f}_{uuid.uuid4()}.{queue}.msg"
        _write(Path(self.data_folder_out), name, payload)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """Return the next message that can be read. Raises Empty when there is none."""
        while True:
            try:
                return super()._get(queue)
            except ValueError:
                log.warning("A message could not be read and was passed over.")

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        """Add a queue to the table of an exchange, one process at a time."""
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        file = self._exchange_file(exchange)
        self.control_folder.mkdir(exist_ok=True)
        with (self.control_folder / "lock").open("w") as guard:
            filesystem.lock(guard, filesystem.LOCK_EX)
            table = self.get_table(exchange)
            if bound not in table:
                _write(self.control_folder, file.name, [bound, *table])

    def get_table(self, exchange: str) -> list[Any]:
        """Return the queues of an exchange; none when its table is missing or cannot be read."""
        try:
            return super().get_table(exchange)
        except ValueError:
            return []


class Transport(filesystem.Transport):
    """The transport that `CELERY_BROKER_TRANSPORT` names."""

    Channel = Channel


OLD_SECONDS = 24 * 3600
"""Writing takes a moment; a part that is older than a day is nobody's any more."""


def _clear(folder: Path) -> None:
    """Delete the parts of files that nobody will finish. Whoever else clears them, or writes, is left alone."""
    before = time.time() - OLD_SECONDS
    for part in folder.glob(".*.part"):
        with suppress(OSError):
            if part.stat().st_mtime < before:
                part.unlink()


def _write(folder: Path, name: str, content: Any) -> None:
    """Write a file beside its place, where nobody looks for it, then give it its name in one step.

    Raises OSError, which the dispatcher takes for a broker that is away.
    """
    part = folder / f".{uuid.uuid4()}.part"
    try:
        part.write_text(dumps(content))
        os.replace(part, folder / name)
    finally:
        part.unlink(missing_ok=True)
