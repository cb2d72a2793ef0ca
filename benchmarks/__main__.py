"""`python -m benchmarks [name ...]`: run all, or those named."""

import importlib
import sys

NAMES = (
    "channel_list",
    "first_pages",
    "reports",
    "jobs",
    "board",
    "imports",
    "matrix",
    "reach",
    "ways",
)

for name in sys.argv[1:] or NAMES:
    importlib.import_module(f"benchmarks.{name}").run()
