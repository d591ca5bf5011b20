"""`open_epoch`: lets a centre that was restored from a backup go on under a new server epoch and a new log."""

import sys
from argparse import ArgumentParser
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from server_sync.common.home import holding
from server_sync.common.refusals import NotSetUp, Refused
from server_sync.config.decreed_in_words import decreed_in_words
from server_sync.config.fitness import troubles_of_register
from server_sync.config.preparation import bring_up_to_date
from server_sync.config.renewing import (
    Renewed,
    lost_from_the_notes,
    next_server_epoch,
    open_server_epoch,
    signs_of_a_restore,
)
from server_sync.config.serving import SERVING
from server_sync.evidence.centre import log_origin_of
from server_sync.evidence.keys import centre_keys
from server_sync.workplaces.given import SERVER_EPOCHS_MOST, SKIPPED_MOST, SLOTS_SKIPPED


class Command(BaseCommand):
    help = (
        "After a restore from a backup: open the next server epoch and the next public log. What the centre signed and "
        "gave out since the backup stays true, offices send again what was lost. This cannot be taken back."
    )
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--confirm", metavar="ORIGIN", help="the name of the new log; without it you are asked")
        parser.add_argument(
            "--restored", action="store_true", help="this is a restored backup, although nothing beside it shows that"
        )
        parser.add_argument(
            "--after",
            type=int,
            default=0,
            metavar="N",
            help="the newest server epoch that any office or checkpoint names, if it is newer than what is known here",
        )
        parser.add_argument(
            "--skip-slots",
            type=int,
            default=SLOTS_SKIPPED,
            metavar="N",
            help="how many PCs one office may have enrolled since, of which the newest file `enrolled` is lost "
            f"(default {SLOTS_SKIPPED})",
        )

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        with holding(settings.LIAISON_HOME / SERVING) as held:
            if held is None:
                raise CommandError("The centre is being served. Stop it first; nothing was changed.")
            self._open(options)

    def _open(self, options: dict[str, Any]) -> None:
        if not 0 <= options["skip_slots"] <= SKIPPED_MOST:
            raise CommandError(f"--skip-slots takes a number from 0 to {SKIPPED_MOST}.")
        if not 0 <= options["after"] < SERVER_EPOCHS_MOST:
            raise CommandError(f"--after takes a number from 0 to {SERVER_EPOCHS_MOST - 1}.")
        bring_up_to_date()
        troubles = troubles_of_register()
        if troubles:
            raise CommandError("\n".join(troubles))
        try:
            centre_keys()
        except NotSetUp as missing:
            raise CommandError(missing.advice) from missing
        self._demand_restored(is_said=options["restored"])
        server_epoch = max(next_server_epoch(), options["after"] + 1)
        origin = log_origin_of(settings.LIAISON_PUBLIC_URL, server_epoch)
        self._demand_confirmed(origin, options["confirm"])
        try:
            renewed = open_server_epoch(server_epoch, options["skip_slots"])
        except NotSetUp as missing:
            raise CommandError(missing.advice) from missing
        except Refused as refused:
            raise CommandError(_WORDS[refused.code].format(**refused.params)) from refused
        self._tell(renewed)

    def _demand_restored(self, *, is_said: bool) -> None:
        signs = signs_of_a_restore()
        if not signs and not is_said:
            raise CommandError(
                "Nothing beside the database shows that it was restored from a backup: it is as new as what was noted. "
                "If it was, say so by --restored; otherwise a new server epoch must not be opened."
            )
        for words in (*signs, *lost_from_the_notes()):
            self.stdout.write(f"- {words}")

    def _demand_confirmed(self, origin: str, said: str | None) -> None:
        if said is None:
            if not sys.stdin.isatty():
                raise CommandError(f"There is no terminal to ask at. Say --confirm {origin}")
            self.stdout.write(
                "Offices will read their feeds anew, send again what is not here, and know this centre by a new log. "
                "This cannot be taken back."
            )
            said = input(f"Type the new log's name, {origin}, to open it: ").strip()
        if said != origin:
            raise CommandError(f"The new log is {origin}; {said or 'nothing'} was typed. Nothing was changed.")

    def _tell(self, renewed: Renewed) -> None:
        self.stdout.write(
            f"Server epoch {renewed.server_epoch} is open: {renewed.origin}, which begins with {renewed.leaves} leaves."
        )
        if renewed.known_again:
            self.stdout.write(f"Enrolled after the backup and known again: {', '.join(renewed.known_again)}")
        if renewed.withdrawn_again:
            self.stdout.write(f"Withdrawn after the backup and withdrawn again: {', '.join(renewed.withdrawn_again)}")
        if renewed.erasures_said_again:
            self.stdout.write(f"Erasures that offices are told again: {renewed.erasures_said_again}")
        if renewed.keys_ended:
            self.stdout.write(f"Keys of programs that were ended, to be given anew: {', '.join(renewed.keys_ended)}")
        for line in decreed_in_words():
            self.stdout.write(line)
        self.stdout.write(
            "Offices count by these days from their next exchange on. What was decreed or taken back after the backup "
            "is not known here: write it down again by decree_days before the centre is served."
        )
        self.stdout.write("Back up the database and the folder of keys now, then serve: ./liaison server run")


_TAKE_OUT: Final = "take that line out and call again: the PC that it tells of is enrolled anew, with a new code."
_WORDS: Final = {
    "note_unreadable": (
        "{where} cannot be read, and the words that it told to be erased may be in the backup. Take the newest copy "
        "of the file. If none has it whole, take that line out and call again; what it named is to be erased anew."
    ),
    "note_not_believed": (
        "{where} was not signed by this centre ({why}). Take the newest copy of the file, and of the "
        f"folder keys. If none has it better, {_TAKE_OUT}"
    ),
    "note_site_unknown": (
        "{where} tells of a PC of {why}, a site that the reference data of this program do not have. "
        f"Install the newest program that ever served here. If there is none, {_TAKE_OUT}"
    ),
    "note_slot_given": (
        "{where} tells of a PC that numbers as {why}, a place that was given to another PC since: more "
        f"had been enrolled than --skip-slots said. To go on, {_TAKE_OUT} What it registered stays on paper and is "
        "registered again from there."
    ),
}
