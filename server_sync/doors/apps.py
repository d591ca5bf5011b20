"""Places the room among Django's apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from server_sync.contract.workflow import Role


class Doors(AppConfig):
    """Pages for guests, viewers and captioners; it has no tables."""

    name = "server_sync.doors"
    label = "doors"

    @override
    def ready(self) -> None:
        from server_sync.pages.sections import Section, add_sections

        add_sections(Section(_("Captions"), "captions", lambda standing: standing.has(Role.CAPTIONER)))
