"""`make_enrolment_code --site CODE [--wall]`: a one-time code by which one PC becomes a workplace of that site."""

import math
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from server_sync.config.preparation import bring_up_to_date
from server_sync.workplaces.enrolment import CODE_VALID, make_enrolment_code
from server_sync.workplaces.models import Site
from server_sync.workplaces.reference import load_reference


class Command(BaseCommand):
    help = "Make a one-time code for one PC of a site. It is shown once: write it down or print it."
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--site", required=True, metavar="CODE", help="the site's code, such as KG-C-ALA")
        parser.add_argument(
            "--days", type=float, default=CODE_VALID.days, help="how long the code can be used (default %(default)s)"
        )

        parser.add_argument(
            "--wall",
            action="store_true",
            help="for the PC of a big screen in a hall: it gets meetings alone and never a request",
        )

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        bring_up_to_date()
        load_reference()
        site = Site.objects.filter(pk=str(options["site"]).upper()).first()
        if site is None:
            raise CommandError(f"There is no site {options['site']}. Codes look like KG-C-ALA; see sites.csv.")
        days = options["days"]
        if not (math.isfinite(days) and 0 < days <= 365):
            raise CommandError("A code can be valid for up to 365 days.")
        self.stdout.write(make_enrolment_code(site, valid=timedelta(days=days), is_wall=options["wall"]).grouped)
