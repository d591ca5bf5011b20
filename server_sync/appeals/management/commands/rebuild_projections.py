"""Makes the register anew from the journal and says whether it is the same."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from typing_extensions import override

from server_sync.appeals.rebuilding import rebuild


class Command(BaseCommand):
    """Rebuilds and compares."""

    help = "Rebuild the register from the events. --compare changes nothing; --keep lets the rebuilt register stand."

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--compare", action="store_true", help="compare and change nothing")
        what.add_argument("--keep", action="store_true", help="compare and keep what was rebuilt")

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        found = rebuild(keep=options["keep"])
        self.stdout.write(f"{found.events} events, {found.rows} rows")
        if found.is_equal:
            self.stdout.write("The register is what the events say.")
            return
        lines = [f"stored only: {row}" for row in found.only_stored]
        lines += [f"rebuilt only: {row}" for row in found.only_rebuilt]
        raise CommandError("The register differs from what the events say:\n" + "\n".join(lines[:50]))
