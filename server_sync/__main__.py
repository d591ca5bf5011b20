"""Runs the centre's commands: `python -m server_sync run`, `python -m server_sync make_keys` and so on."""

import os
import sys
from pathlib import Path

from server_sync.common.sqlite import use_sound_sqlite


def main() -> None:
    """Hand the command line to Django with the centre's settings."""
    os.umask(0o077)  # whatever a command writes, citizens' requests among it, is its owner's alone
    use_sound_sqlite()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server_sync.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line([f"{Path(sys.executable).name} -m server_sync", *sys.argv[1:]])


if __name__ == "__main__":
    main()
