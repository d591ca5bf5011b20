"""Places the room among Django's apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from server_sync.contract.workflow import Role


class DirectoryPages(AppConfig):
    """Pages on which administrators keep the directory; its tables are the room `officials`'."""

    name = "server_sync.directory"
    label = "directory"

    @override
    def ready(self) -> None:
        from server_sync.pages.sections import Section, add_sections

        add_sections(
            Section(
                _("Officials"),
                "directory",
                lambda standing: standing.reach(Role.ADMINISTRATOR).offices is None,
                also=("/directory.csv",),
            )
        )
