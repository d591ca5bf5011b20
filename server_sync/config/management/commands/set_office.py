"""`set_office --site KG-C-ALA --phone …`: writes down where an office is found and when."""

from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from server_sync.common.refusals import Refused
from server_sync.config.preparation import bring_up_to_date
from server_sync.config.writing_down import ask_for_author, author_from, read_day
from server_sync.contract.limits import check_text
from server_sync.workplaces.models import CENTRE, Site
from server_sync.workplaces.offices import details_on, write_details
from server_sync.workplaces.people import local_today

FIELDS: Final = ("address_ky", "address_ru", "address_en", "phone", "hours_ky", "hours_ru", "hours_en")
TEXT_MOST: Final = 300
PHONE_MOST: Final = 100


class Command(BaseCommand):
    help = (
        "Write down address, telephone and hours of an office from a day on, as the public page shows them. What is "
        "not named stays; an empty text says that it is not known. Without a site it lists what is known."
    )
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--site", metavar="CODE", help="such as KG-C-ALA")
        parser.add_argument("--since", metavar="DAY", help="the first day (default: today)")
        for name in FIELDS:
            parser.add_argument(f"--{name.replace('_', '-')}", metavar="TEXT")
        ask_for_author(parser)

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        bring_up_to_date()
        if options["site"] is None:
            self._list()
            return
        site = Site.objects.filter(pk=options["site"]).exclude(pk=CENTRE).first()
        if site is None:
            raise CommandError(f"There is no office {options['site']}. Its code looks like KG-C-ALA.")
        changes = {name: str(options[name]).strip() for name in FIELDS if options[name] is not None}
        for name, text in changes.items():
            most = PHONE_MOST if name == "phone" else TEXT_MOST
            if any(check_text(name, text, most)):
                raise CommandError(f"--{name.replace('_', '-')} takes one line of at most {most} letters.")
        if not changes:
            raise CommandError("Nothing was named that changes.")
        by = author_from(options)
        since_on = read_day(options["since"]) or local_today()
        try:
            write_details(site, since_on, changes, by)
        except Refused as refused:
            raise CommandError(_WORDS[refused.code]) from refused
        self.stdout.write(f"{site.code} from {since_on}: {', '.join(changes)} written down.")

    def _list(self) -> None:
        known = details_on(local_today())
        for code, details in sorted(known.items()):
            self.stdout.write(f"{code}: {details.address.en or '?'}; {details.phone or '?'}; {details.hours.en or '?'}")
        missing = Site.objects.exclude(pk=CENTRE).exclude(pk__in=known).count()
        self.stdout.write(f"Of {missing} offices nothing is known.")


_WORDS: Final = {"role_missing": "This person is no administrator of that office."}
