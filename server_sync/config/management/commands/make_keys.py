"""`make_keys`: makes the keys of a new centre, once."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from server_sync.common.refusals import Refused
from server_sync.evidence.keys import keys_folder, make_keys


class Command(BaseCommand):
    help = "Make the keys of a new centre, once: two roots and one key for each purpose."
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--roots",
            type=Path,
            metavar="DIR",
            help="keep the roots' private keys in this folder (a medium that is locked away), not beside the others",
        )

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        folder = keys_folder()
        try:
            roots = make_keys(folder, options["roots"])
        except Refused as refused:
            raise CommandError(f"There are keys in {folder} already; they are never overwritten.") from refused
        self.stdout.write(f"Keys made in {folder}.")
        told = ", ".join(str(path) for path in roots)
        self.stdout.write(f"Take the roots' private keys off this computer and lock them away: {told}")
