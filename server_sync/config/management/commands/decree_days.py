"""`decree_days --off 2027-03-22 --working 2027-03-27 …`: writes down what a decree says of days."""

from argparse import ArgumentParser
from datetime import date
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from server_sync.appeals.terms import count_anew
from server_sync.common.refusals import NotSetUp, Refused
from server_sync.config.decreed_in_words import decreed_in_words
from server_sync.config.preparation import bring_up_to_date
from server_sync.config.writing_down import ask_for_author, author_from, read_day
from server_sync.contract.deadlines import Decree
from server_sync.contract.limits import check_text
from server_sync.contract.territory import Names
from server_sync.journal.directory import announce_days
from server_sync.workplaces.decrees import decree


class Command(BaseCommand):
    help = (
        "Write down days off, working days and days taken back, as decreed. All offices are told, open terms are "
        "counted anew with an event. A day off that is worked off is one call with --off and --working. Without days "
        "it lists what is decreed."
    )
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, what in (("--off", "days off"), ("--working", "working days"), ("--withdraw", "days taken back")):
            parser.add_argument(name, nargs="+", default=[], metavar="DAY", help=what)
        for language in ("ky", "ru", "en"):
            parser.add_argument(f"--{language}", default="", metavar="REASON", help="the reason, as citizens read it")
        ask_for_author(parser)

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        bring_up_to_date()
        days = _days(options)
        if not days:
            for line in decreed_in_words():
                self.stdout.write(line)
            return
        reason = Names(*(str(options[language]).strip() for language in ("ky", "ru", "en")))
        if not all(reason) or any(breach for said in reason for breach in check_text("reason", said, REASON_MOST)):
            raise CommandError(
                f"Give the reason in --ky, --ru and --en, each one line of at most {REASON_MOST} letters."
            )
        by = author_from(options)
        try:
            decree(days, reason, by, announce_days)
        except NotSetUp as missing:
            raise CommandError(missing.advice) from missing
        except Refused as refused:
            raise CommandError(_WORDS[refused.code].format(**refused.params)) from refused
        self.stdout.write(f"{len(days)} days written down; all offices are told at their next exchange.")
        self.stdout.write(f"Open terms counted anew: {_count_all()}.")


def _days(options: dict[str, Any]) -> dict[date, Decree]:
    wanted = {"off": Decree.OFF, "working": Decree.WORKING, "withdraw": Decree.TAKEN_BACK}
    named = [
        (day, decree) for name, decree in wanted.items() for day in map(read_day, options[name]) if day is not None
    ]
    days = dict(named)
    if len(days) < len(named):
        raise CommandError("A day is named twice.")
    return days


def _count_all() -> int:
    counted = after = 0
    while True:
        several, reached = count_anew(after)
        counted += several
        if reached == after:
            return counted
        after = reached


REASON_MOST: Final = 300
_WORDS: Final = {
    "role_missing": "Only an administrator of the whole network writes days down.",
    "day_out_of_range": "{day} is too far from today to be meant. Look at the year.",
    "day_as_it_is": "{day} is already what it shall be.",
    "day_not_decreed": "{day} is not decreed; there is nothing to take back.",
}
