"""`end_role`: takes a role, or all of them, from somebody who left or changed their work."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from typing_extensions import override

from server_sync.common.refusals import Refused
from server_sync.config.preparation import bring_up_to_date
from server_sync.config.writing_down import STAFF, person_from, read_day
from server_sync.journal.directory import announce_roles
from server_sync.workplaces.people import end_role, local_today, roles_to_come


class Command(BaseCommand):
    help = (
        "End roles of a person, at once or with a day; what they did before stays as it was decided. Without --role "
        "all of them end."
    )
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--login", required=True)
        parser.add_argument("--role", default="", choices=STAFF, help="this one only")
        parser.add_argument("--site", default="", metavar="CODE", help="only where it holds for this site")
        parser.add_argument("--body", default="", metavar="CODE", help="only where it acts for this body")
        parser.add_argument(
            "--last-day", metavar="YYYY-MM-DD", help="the last day it holds (default: it ended yesterday)"
        )

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        bring_up_to_date()
        person = person_from(options["login"])
        last_on = read_day(options["last_day"]) or local_today() - timedelta(days=1)
        ended: list[str] = []
        with transaction.atomic():
            for grant in roles_to_come(person):
                wanted = {"role": grant.role, "site": grant.site_id or "", "body": grant.body_id or ""}
                if any(options[name] not in ("", value) for name, value in wanted.items()):
                    continue
                try:
                    until = end_role(grant, last_on)
                except Refused:  # it ends before that day by itself
                    continue
                ended.append(f"{person.login} is {grant.role} until {until:%Y-%m-%d}.")
            if ended:
                announce_roles(person)
        self.stdout.writelines(f"{line}\n" for line in ended)
        if not ended:
            raise CommandError(f"{person.login} holds no such role that would last longer. Nothing was changed.")
