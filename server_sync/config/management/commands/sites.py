"""`sites`: lists the offices with the codes that other commands take."""

from typing import Any

from django.core.management.base import BaseCommand
from typing_extensions import override

from server_sync.config.preparation import bring_up_to_date
from server_sync.workplaces.models import CENTRE, Site


class Command(BaseCommand):
    help = "List the offices: the code that --site takes, the letters of their numbers, and their names."
    requires_system_checks = ()

    @override
    def handle(self, *_args: Any, **_options: Any) -> None:
        bring_up_to_date()
        for site in Site.objects.exclude(pk=CENTRE):
            self.stdout.write(f"{site.code:<10} {site.number_code}  {site.name_en} · {site.name_ru}")
