"""`revoke_workplace --slot ALA-A`: withdraws a stolen or copied PC."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from server_sync.common.refusals import NotSetUp, Refused
from server_sync.config.preparation import bring_up_to_date
from server_sync.evidence.keys import centre_keys
from server_sync.evidence.log import stand_of_log
from server_sync.journal.directory import announce
from server_sync.workplaces.epochs import revoke_epoch
from server_sync.workplaces.models import CENTRE, Epoch


class Command(BaseCommand):
    help = (
        "Withdraw a PC: it gets nothing of its office any more, and what it signs after its last good event waits for "
        "two people. All offices are told. This cannot be taken back; the office enrols again with a new code."
    )
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--slot", required=True, metavar="SITE-SLOT", help="as in its numbers, such as ALA-A")
        parser.add_argument(
            "--last-good", type=int, metavar="SEQ", help="its last event that is believed (default: all in custody)"
        )
        parser.add_argument("--reason", required=True, help="in words, for the record; nothing about a citizen")

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        bring_up_to_date()
        number_code, _, slot = str(options["slot"]).upper().partition("-")
        epoch = Epoch.objects.filter(site__number_code=number_code, slot=slot).exclude(site=CENTRE).first()
        if epoch is None:
            raise CommandError(f"No PC numbers as {options['slot']}. Look at its newest number: ALA-26-A-… is ALA-A.")
        try:
            revocation = revoke_epoch(
                epoch,
                options["last_good"],
                centre_keys().directory,
                by=None,
                reason=options["reason"][:300],
                announce=announce,
                log=stand_of_log,
            )
        except NotSetUp as missing:
            raise CommandError(missing.advice) from missing
        except Refused as refused:
            raise CommandError(_WORDS[refused.code].format(**refused.params)) from refused
        self.stdout.write(f"{number_code}-{slot} is withdrawn after its event {revocation.last_good_seq}.")


_WORDS = {
    "revoked_already": "This PC has been withdrawn before.",
    "seq_beyond_custody": "The centre has events up to {last_seq} of this PC; name one of them.",
}
