"""Places the room among Django's apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from server_sync.contract.workflow import Role


class Monitoring(AppConfig):
    """The board of sites; it has no tables of its own."""

    name = "server_sync.monitoring"
    label = "monitoring"

    @override
    def ready(self) -> None:
        from server_sync.pages.sections import Section, add_sections

        watchers = (Role.CENTRAL_OPERATOR, Role.ADMINISTRATOR)
        add_sections(Section(_("Offices"), "board", lambda standing: standing.has(*watchers)))
