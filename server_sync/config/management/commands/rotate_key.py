"""`rotate_key --purpose log --roots DIR`: gives a key of the centre its successor."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from typing_extensions import override

from server_sync.common.refusals import NotSetUp, Refused
from server_sync.config.preparation import bring_up_to_date
from server_sync.contract.evidence.certificate import KeyPurpose
from server_sync.evidence.keys import keys_folder
from server_sync.evidence.rotation import put_away, rotate_key
from server_sync.journal.directory import announce_key, publish_missing


class Command(BaseCommand):
    help = (
        "Give a key of the centre its successor, certified by a root. Both serve for 90 days; then the old one is put "
        "away and its certificate stays. All offices are told; the running server takes it up by itself."
    )
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        purposes = [purpose.name.lower() for purpose in KeyPurpose]
        parser.add_argument("--purpose", required=True, choices=purposes, help="which key")
        parser.add_argument(
            "--roots", required=True, type=Path, metavar="DIR", help="the medium with a root's private key"
        )

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        bring_up_to_date()
        folder, purpose = keys_folder(), KeyPurpose[str(options["purpose"]).upper()]
        try:
            put_away(folder)
            with transaction.atomic():
                publish_missing()  # what an interrupted rotation did not get to say
            certificate = rotate_key(folder, purpose, options["roots"], announce=announce_key)
        except NotSetUp as missing:
            raise CommandError(missing.advice) from missing
        except Refused as refused:
            raise CommandError(_WORDS[refused.code].format(**refused.params)) from refused
        self.stdout.write(f"The {options['purpose']} key has its successor {certificate.key_id.hex()}.")
        self.stdout.write("Back up the folder of keys, and lock the roots away again.")


_WORDS = {
    "rotation_running": "The {purpose} key has a successor already; both serve for {days} more days.",
    "roots_missing": "There is no root's private key (root-1.key or root-2.key) in {folder}.",
    "roots_wrong": "The root keys in {folder} are not those of this centre.",
}
