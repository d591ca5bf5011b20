"""`make_person`: somebody who works with the register, with a first role."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from typing_extensions import override

from server_sync.config.preparation import bring_up_to_date
from server_sync.config.writing_down import ask_for_names, ask_for_role, role_from, write_down
from server_sync.workplaces.reference import load_reference


class Command(BaseCommand):
    help = "Write down a person with a first role, its place and its dates. There is no default password."
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        ask_for_names(parser)
        ask_for_role(parser)

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        bring_up_to_date()
        load_reference()
        person, password = write_down(options, lambda person: role_from(options, person))
        self.stdout.write(f"{person.login} written down as {options['role']}.")
        if password:
            self.stdout.write(f"One-time password: {password}")
