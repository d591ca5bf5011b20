"""`set_email`: the work e-mail of somebody who is written down; reminders of terms go there."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from typing_extensions import override

from server_sync.config.preparation import bring_up_to_date
from server_sync.config.writing_down import person_from, work_email


class Command(BaseCommand):
    help = "Write down a person's work e-mail, to which reminders of terms go; an empty one takes it back."
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--login", required=True)
        parser.add_argument("--email", required=True, metavar="ADDRESS", help="at work; '' for none")

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        bring_up_to_date()
        person = person_from(options["login"])
        person.email = work_email(options["email"])
        person.save(update_fields=["email"])
        self.stdout.write(f"Reminders of {person.login}: {person.email or 'none'}.")
