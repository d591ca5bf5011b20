"""Places the room among Django's apps."""

from django.apps import AppConfig
from typing_extensions import override


class Officials(AppConfig):
    """The directory of officials: public persons, by position and day."""

    name = "server_sync.officials"
    label = "officials"
    default_auto_field = "django.db.models.BigAutoField"

    @override
    def ready(self) -> None:
        """Let the worker forget files that were looked at and not taken."""
        from server_sync.common.chores import add_chore
        from server_sync.officials.importing import forget_old

        add_chore(forget_old)
