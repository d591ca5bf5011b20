"""`make_administrator`: the first person of a new centre."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from typing_extensions import override

from server_sync.config.preparation import bring_up_to_date
from server_sync.config.writing_down import ask_for_names, write_down
from server_sync.contract.workflow import Role
from server_sync.workplaces.people import grant_role, local_today


class Command(BaseCommand):
    help = "Write down an administrator. The password is asked for, or generated and printed once; there is no default."
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        ask_for_names(parser)

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        bring_up_to_date()
        person, password = write_down(
            options, lambda person: grant_role(person, Role.ADMINISTRATOR, from_on=local_today())
        )
        self.stdout.write(f"Administrator {person.login} written down.")
        if password:
            self.stdout.write(f"One-time password: {password}")
