#!/usr/bin/env python3
"""The command line of the portal: `manage.py help` lists what it can do."""

import os
import sys

from portal.runtime import garbage
from portal.runtime.embedded import servers_for


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if sys.argv[1:2] == ["migrate"]:
        garbage.look_seldom(between=garbage.BETWEEN_MIGRATIONS)
    with servers_for(sys.argv):
        # Imported here: Django reads the environment that was just completed.
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
