"""`make_demo_data`: invented people in all roles, for a demonstration."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from server_sync.config.demo_people import invent_people, write_people_down
from server_sync.config.fitness import is_trial
from server_sync.config.preparation import bring_up_to_date
from server_sync.workplaces.reference import load_reference, reference_book

FILE = "demo_people.json"
MOST_SITES = 4


class Command(BaseCommand):
    help = "Invent people in all roles for a demonstration. Passwords are generated, printed and kept in one file."
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--sites",
            nargs="+",
            default=["KG-C-ALA", "KG-C"],
            metavar="CODE",
            help="the offices that get clerks and local officers (default %(default)s)",
        )

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        if not is_trial(settings.LIAISON_PUBLIC_URL):
            raise CommandError(f"{settings.LIAISON_PUBLIC_URL} is for the public: invented people belong into a trial.")
        bring_up_to_date()
        load_reference()
        unknown = [code for code in options["sites"] if reference_book().site(code) is None]
        if unknown or len(options["sites"]) > MOST_SITES:
            raise CommandError(f"Name up to {MOST_SITES} sites by codes such as KG-C-ALA; not known: {unknown}")
        file = settings.LIAISON_HOME / FILE
        try:
            people = write_people_down(invent_people(options["sites"]), file)
        except (ValueError, RecursionError) as damaged:
            raise CommandError(f"{file} cannot be read. Put it aside to draw new passwords.") from damaged
        for one in people:
            self.stdout.write(f"{one['login']:<20} {one['password']:<22} {one['role']:<18} {one['site'] or ''}")
        self.stdout.write(f"Also in {file}, readable by its owner alone.")
