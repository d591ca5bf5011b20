"""Places the room among Django's apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from typing_extensions import override


class Programs(AppConfig):
    """The API; its only tables are of keys."""

    name = "server_sync.programs"
    label = "programs"
    default_auto_field = "django.db.models.BigAutoField"

    @override
    def ready(self) -> None:
        """Let an erasure forget by which program a request came."""
        from server_sync.appeals.erasing import also_forget_whole
        from server_sync.pages.sections import Section, add_sections
        from server_sync.programs.border import let_keys_bring_more
        from server_sync.programs.keys import count_to_give, forget_request, is_keeper

        also_forget_whole(forget_request)
        let_keys_bring_more()
        add_sections(Section(_("Programs"), "program_keys", is_keeper, count_to_give))
