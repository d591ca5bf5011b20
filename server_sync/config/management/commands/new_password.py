"""`new_password`: a one-time password for somebody who forgot theirs, or whose password others may know."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from typing_extensions import override

from server_sync.config.preparation import bring_up_to_date
from server_sync.config.writing_down import person_from
from server_sync.workplaces.passwords import give_one_time_password


class Command(BaseCommand):
    help = (
        "Give a person a one-time password in the place of theirs. Every browser in which they are signed in has to "
        "sign in anew. At a PC of an office where they worked before, the old one still opens the store."
    )
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--login", required=True)

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        bring_up_to_date()
        person = person_from(options["login"])
        self.stdout.write(f"One-time password of {person.login}: {give_one_time_password(person)}")
