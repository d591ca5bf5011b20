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
        from server_sync.appeals.erasing import also_forget
        from server_sync.appeals.matters import bring
        from server_sync.blobs.needed import also_needed
        from server_sync.meetings import planned, voted
        from server_sync.meetings.papers.keeping import needed
        from server_sync.meetings.receptions import forget

        bring(planned.MATTER)
        bring(voted.MATTER)
        also_forget(forget)
        also_needed(needed)
