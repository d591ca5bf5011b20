"""`load_reference`: brings sites and responsible bodies up to the shipped reference data."""

from typing import Any

from django.core.management.base import BaseCommand
from typing_extensions import override

from server_sync.config.preparation import bring_up_to_date
from server_sync.workplaces.reference import load_reference


class Command(BaseCommand):
    help = "Load sites and responsible bodies from the shipped reference data; what is there is brought up to date."
    requires_system_checks = ()

    @override
    def handle(self, *_args: Any, **_options: Any) -> None:
        bring_up_to_date()
        loaded = load_reference()
        self.stdout.write(f"{loaded.sites} sites, {loaded.bodies} bodies; changed: {loaded.changed}.")
