#!/usr/bin/env python
"""Django's command line for Imprimatur."""

import os
import sys

from django.core.management import execute_from_command_line

# These look at files alone: where nothing is set up yet, they need no settings either.
ALONE = ("check_policy",)


def main() -> None:
    """Run one management command with the project's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] and sys.argv[1] in ALONE:
        os.environ.setdefault("DEBUG", "1")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
