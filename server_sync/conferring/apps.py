"""Places the room among Django's apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from server_sync.contract.workflow import Role


class Conferring(AppConfig):
    """Pages on which meetings are planned; it has no tables."""

    name = "server_sync.conferring"
    label = "conferring"

    @override
    def ready(self) -> None:
        from server_sync.pages.sections import Section, add_sections

        add_sections(Section(_("Meetings"), "meetings", lambda standing: standing.has(Role.CHAIR_ASSISTANT)))
