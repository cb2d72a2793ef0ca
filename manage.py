#!/usr/bin/env python
"""The portal's command line: `python manage.py help` lists what it can do."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        from django.core.management import execute_from_command_line  # noqa: PLC0415
    except ImportError:
        sys.exit(
            "Django is not installed here. Run `make setup`, then `.venv/bin/python manage.py`."
        )
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
