"""Words and numbers of reports that need no database."""

from django.utils.translation import gettext_lazy as _

SCHEMA = 1
"""Of a snapshot: tells how to read an old one. Other schemas are not compared with."""

KIND = "report"
"""The kind of job that makes a report."""

PAGE_SIZE = "letter"
"""The paper, as CSS names it. "a4" works as well: no style depends on the height or width of the page."""

MOST_TYPES = 300
"""So many contact types are printed, and rows of each matrix; of the others the report says how many there are."""

MOST_LINES = 60
"""So many lines of a list about the inventory are printed, the worst first; the others are counted."""

MOST_ACROSS = 24
"""So many channels stand on each side of the printed matrix of transitions: those with most failing ones.

So many are named of those that are compared side by side.
"""

MOST_EXAMPLES = 3
"""So many problems are named of each rule of data quality, of each contact type contradictions and channels."""

PHASES = {
    "freeze": _("Freezing the data"),
    "draw": _("Drawing pages"),
    "write": _("Writing the file"),
    "store": _("Storing"),
}
"""What the worker goes through, in this order."""

WORKER_SILENT_SECONDS = 30
"""An idle worker gives a sign of life every ten seconds; after this long the page says that none is there."""
