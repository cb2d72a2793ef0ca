"""A supervisor of small children, as a program: `python supervised.py <folder> <seconds to stop>`.

Each child notes its process id in a file of the folder. "hasty" ends the first time, with exit code 3; "stubborn"
does not listen to SIGTERM.
"""

import logging
import os
import sys
from pathlib import Path

from portal.jobs.supervise import Child, supervise

STEADY = """
import os, pathlib, sys, time
note = pathlib.Path(sys.argv[1])
first = not note.exists()
with note.open("a") as file:
    file.write(f"{os.getpid()}\\n")
"""
PROGRAMS = {
    "steady": STEADY + "time.sleep(600)",
    "hasty": STEADY + "sys.exit(3) if first else time.sleep(600)",
    "stubborn": "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)"
    + STEADY
    + "time.sleep(600)",
}


def main(folder: Path, stop_seconds: float, names: list[str]) -> None:
    """Supervise the named programs."""
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    notes = {name: folder / name for name in names}
    supervise(
        [
            Child(name, [sys.executable, "-c", PROGRAMS[name], str(note)], ready=note.exists)
            for name, note in notes.items()
        ],
        on_ready=lambda: os.write(1, b"ready\n"),
        stop_seconds=stop_seconds,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
