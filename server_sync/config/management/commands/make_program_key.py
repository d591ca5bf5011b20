"""`make_program_key --name NAME --scope write:requests --first LOGIN --second LOGIN`: a key for another program."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from typing_extensions import override

from server_sync.common.refusals import Refused
from server_sync.config.preparation import bring_up_to_date
from server_sync.pages.access import Standing
from server_sync.programs import keys
from server_sync.workplaces.models import Person
from server_sync.workplaces.models.people import fold_login


class Command(BaseCommand):
    help = (
        "Give a program a key by which it writes requests or reads more often (docs/api.md). It is shown once. "
        "Two administrators of the whole network stand behind it; on the page Keys of programs each does their step."
    )
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help="the program, as the agreement with it calls it")
        parser.add_argument("--about", required=True, help="what for, and who answers for it; nothing about a citizen")
        parser.add_argument(
            "--scope", required=True, action="append", choices=[scope.value for scope in keys.Scope],
            help="what it may; may be given several times",
        )  # fmt: skip
        parser.add_argument("--days", type=int, default=365, help="how long it holds (default %(default)s)")
        parser.add_argument("--first", required=True, metavar="LOGIN", help="the administrator who proposes it")
        parser.add_argument("--second", required=True, metavar="LOGIN", help="the other, who gives it")

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        bring_up_to_date()
        first, second = _standing(options["first"]), _standing(options["second"])
        if first.person == second.person or not (keys.is_keeper(first) and keys.is_keeper(second)):
            raise CommandError("Name two people who are administrators of the whole network today.")
        if not 0 < options["days"] <= keys.LONGEST.days:
            raise CommandError(f"A key holds for at most {keys.LONGEST.days} days.")
        scopes = [keys.Scope(one) for one in dict.fromkeys(options["scope"])]
        until_on = timezone.localdate() + timedelta(days=options["days"])
        try:
            key = keys.propose(first, options["name"][:120], options["about"][:300], scopes, until_on)
            self.stdout.write(keys.give(second, key.pk))
        except Refused as refused:
            raise CommandError(f"Not given: {refused.code}") from refused


def _standing(login: str) -> Standing:
    person = Person.objects.filter(login=fold_login(login)).first()
    if person is None:
        raise CommandError(f"There is nobody called {login}.")
    return Standing.of(person)
