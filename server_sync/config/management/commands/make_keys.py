"""`make_keys`: makes the keys of a new centre, once."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from server_sync.common.refusals import Refused
from server_sync.config.fitness import address_troubles, is_trial
from server_sync.evidence.centre import keep_address, log_origin_of
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
        address = settings.LIAISON_PUBLIC_URL
        wrong = list(address_troubles(address))
        if wrong:
            raise CommandError("\n".join(wrong))
        try:
            roots = make_keys(folder, options["roots"])
        except Refused as refused:
            raise CommandError(f"There are keys in {folder} already; they are never overwritten.") from refused
        keep_address(folder, address)
        self.stdout.write(f"Keys made in {folder}.")
        if is_trial(address):
            self.stdout.write(
                f"This is a trial: its address is {address}, which the public cannot open. A centre for the public is "
                "begun with LIAISON_PUBLIC_URL=https://… set, in a folder of its own; this one can never become it."
            )
        else:
            self.stdout.write(
                f"This centre is {address} from now on: it is printed on every receipt, and the public log is "
                f"{log_origin_of(address)}."
            )
        told = ", ".join(str(path) for path in roots)
        self.stdout.write(f"Take the roots' private keys off this computer and lock them away: {told}")
