"""`import_officials officials.csv --by LOGIN`: shows what a table of officials changes, and with `--take` takes it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from server_sync.common.refusals import Refused
from server_sync.config.preparation import bring_up_to_date
from server_sync.config.writing_down import ask_for_author, author_from
from server_sync.officials.importing import preview, take_at_once
from server_sync.officials.rows import FILE_BYTES


class Command(BaseCommand):
    help = (
        "Say what a table of officials (CSV in UTF-8) would change in the directory, row by row where a row is not "
        "taken; with --take its good rows are written down. Twice the same table changes nothing."
    )
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--take", action="store_true", help="write it down")
        ask_for_author(parser)

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        bring_up_to_date()
        path = Path(options["file"])
        try:
            if path.stat().st_size > FILE_BYTES:
                raise CommandError(f"{path.name} is larger than {FILE_BYTES} bytes.")
            content = path.read_bytes()
        except OSError as unread:
            raise CommandError(f"{path.name} cannot be read.") from unread
        try:
            told = preview(content)
            for bad in told.bad:
                said = "; ".join(f"{column}: {code}" for code, column in bad.problems)
                self.stdout.write(f"line {bad.line} is not taken: {said}")
            counted = (
                f"{len(told.new)} new, {len(told.changed)} changed, {len(told.ended)} ended, "
                f"{told.unchanged} unchanged, {len(told.bad)} not taken"
            )
            if not options["take"]:
                self.stdout.write(f"{path.name}: {counted}. Nothing was written; --take writes it down.")
                return
            take_at_once(path.name, content, author_from(options))
        except Refused as refused:
            raise CommandError(_WORDS.get(refused.code, refused.code).format(**refused.params)) from refused
        self.stdout.write(f"{path.name}: {counted}. Written down.")


_WORDS = {
    "role_missing": "This person is no administrator of the whole network.",
    "file_not_utf8": "The file is not in UTF-8. Old encodings have no ң, ө, ү.",
    "file_no_table": "Line {line} is no row of a table.",
    "file_columns": "Columns are missing: {columns}.",
    "file_rows": "There are more than {limit} rows.",
    "files_waiting": "Too many files were looked at and not taken; they are forgotten after a day.",
    "directory_full": "The directory would have more than {limit} rows.",
}
