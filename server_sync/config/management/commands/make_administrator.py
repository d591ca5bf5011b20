"""`make_administrator`: the first person of a new centre, who then writes the others down."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction
from typing_extensions import override

from server_sync.config.preparation import bring_up_to_date
from server_sync.contract.workflow import Role
from server_sync.workplaces.models import Person
from server_sync.workplaces.passwords import generate_password
from server_sync.workplaces.people import grant_role, local_today


class Command(BaseCommand):
    help = "Write down an administrator. The password is asked for, or generated and printed once; there is no default."
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--login", required=True)
        parser.add_argument("--surname", required=True)
        parser.add_argument("--given-name", required=True)
        parser.add_argument("--patronymic", default="")
        parser.add_argument("--language", choices=["ky", "ru", "en"], default="ky")
        parser.add_argument(
            "--generate", action="store_true", help="print a one-time password, to be changed at the first sign-in"
        )

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        bring_up_to_date()
        password = generate_password() if options["generate"] else self._ask()
        try:
            with transaction.atomic():
                person = Person.objects.create_person(
                    options["login"],
                    password,
                    surname=options["surname"],
                    given_name=options["given_name"],
                    patronymic=options["patronymic"],
                    language=options["language"],
                    must_change_password=options["generate"],
                )
                grant_role(person, Role.ADMINISTRATOR, from_on=local_today())
        except IntegrityError as taken:
            raise CommandError(f"There is somebody with the login {options['login']} already.") from taken
        self.stdout.write(f"Administrator {person.login} written down.")
        if options["generate"]:
            self.stdout.write(f"One-time password: {password}")

    def _ask(self) -> str:
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("The same password again: "):
            raise CommandError("The two passwords differ.")
        try:
            validate_password(password)
        except ValidationError as weak:
            raise CommandError(" ".join(weak.messages)) from weak
        return password
