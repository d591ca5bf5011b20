"""`export_officials [FILE]`: writes the directory of officials as the table that `import_officials` takes."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from typing_extensions import override

from server_sync.config.preparation import bring_up_to_date
from server_sync.officials.directory import directory
from server_sync.officials.rows import written


class Command(BaseCommand):
    help = "Write the directory of officials as a table (CSV in UTF-8) into a file, or into the terminal."
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", nargs="?")

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        bring_up_to_date()
        lines = directory().lines()
        if options["file"] is None:
            self.stdout.write("".join(written(lines)).removeprefix("\ufeff"), ending="")
            return
        Path(options["file"]).write_text("".join(written(lines)), encoding="utf-8", newline="")
        self.stdout.write(f"{len(lines)} rows written.")
