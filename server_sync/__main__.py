"""Runs the centre's commands: `./liaison server run`, `./liaison server make_keys` and so on."""

import os
import sys
import textwrap
from collections.abc import Sequence
from typing import Final

from server_sync.common.sqlite import use_sound_sqlite
from server_sync.config.logs import tell_errors_without_words

CALLED: Final = "./liaison server"
DJANGOS_OWN: Final = {"check": "With --deploy: say all that is missing before the centre may serve the public."}
"""The command of Django that an operator uses; its others are for developers and stand in no list."""
WIDTH: Final = 110


def main() -> None:
    """Hand the command line to Django with the centre's settings; what is wrong with these is said in one line."""
    os.umask(0o077)  # whatever a command writes, citizens' requests among it, is its owner's alone
    use_sound_sqlite()
    tell_errors_without_words()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server_sync.config.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except (ImproperlyConfigured, OSError) as wrong:
        sys.exit(f"The settings cannot be used: {wrong}")
    if is_about_all(sys.argv[1:]):
        sys.stdout.write(list_of_commands())
        return
    from server_sync.config.command_line import CommandLine

    CommandLine([CALLED, *sys.argv[1:]]).execute()


def is_about_all(arguments: Sequence[str]) -> bool:
    """Whether somebody asks what commands there are."""
    return list(arguments) in ([], ["help"], ["--help"], ["-h"], ["help", "--commands"])


def list_of_commands() -> str:
    """The register's own commands with what each is for; Django's are not the operator's, `flush` least of all."""
    from django.core.management import get_commands, load_command_class

    rooms = {name: str(room) for name, room in get_commands().items()}
    ours = {name: load_command_class(room, name).help for name, room in rooms.items() if room.startswith("server_sync")}
    lines = [
        textwrap.fill(words, WIDTH, initial_indent=f"  {name:<22}", subsequent_indent=" " * 24)
        for name, words in sorted((ours | DJANGOS_OWN).items())
    ]
    usage, more = f"usage: {CALLED} COMMAND [OPTION ...]", f"{CALLED} COMMAND --help says more."
    return "\n".join((usage, "", *lines, "", more, ""))


if __name__ == "__main__":
    main()
