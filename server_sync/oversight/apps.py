"""Places the room among Django's apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from server_sync.contract.workflow import Role


class Oversight(AppConfig):
    """Pages on which two people decide together, and their proposals."""

    name = "server_sync.oversight"
    label = "oversight"

    @override
    def ready(self) -> None:
        from server_sync.appeals.erasing import also_forget
        from server_sync.oversight import doubts, erasures
        from server_sync.oversight.proposing import forget
        from server_sync.pages.sections import Section, add_sections

        also_forget(forget)
        add_sections(
            Section(
                _("Doubts"),
                "doubts",
                lambda standing: standing.has(Role.CENTRAL_OPERATOR),
                doubts.count_open,
                also=("/stops/",),
            ),
            Section(
                _("Erasure"), "erasures", lambda standing: standing.has(Role.ADMINISTRATOR), erasures.count_to_confirm
            ),
        )
