"""Meetings as a Django app."""

from django.apps import AppConfig
from typing_extensions import override


class Meetings(AppConfig):
    """What is planned, who is invited, who was there."""

    name = "server_sync.meetings"
    label = "meetings"
    default_auto_field = "django.db.models.BigAutoField"

    @override
    def ready(self) -> None:
        """Bring the register what events of meetings do."""
        from server_sync.appeals.matters import bring
        from server_sync.meetings import planned, voted

        bring(planned.MATTER)
        bring(voted.MATTER)
