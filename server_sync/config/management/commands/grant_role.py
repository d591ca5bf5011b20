"""`grant_role`: a further role for a person who is written down, also as a substitute for some days."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from typing_extensions import override

from server_sync.config.preparation import bring_up_to_date
from server_sync.config.writing_down import ask_for_role, person_from, role_from
from server_sync.journal.directory import announce_roles


class Command(BaseCommand):
    help = "Give a person a further role, from a day until a day; an ended role stays in the books."
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--login", required=True)
        ask_for_role(parser)

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        bring_up_to_date()
        person = person_from(options["login"])
        with transaction.atomic():
            grant = role_from(options, person)
            announce_roles(person)
        until = f" until {grant.until_on:%Y-%m-%d}" if grant.until_on else ""
        self.stdout.write(f"{person.login} is {grant.role} from {grant.from_on:%Y-%m-%d}{until}.")
