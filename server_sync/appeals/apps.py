"""The register as a Django app."""

from django.apps import AppConfig
from typing_extensions import override


class AppealsConfig(AppConfig):
    """Appeals, their history and answers."""

    name = "server_sync.appeals"
    label = "appeals"
    default_auto_field = "django.db.models.BigAutoField"

    @override
    def ready(self) -> None:
        """Keep the files that answers of the centre's bodies name."""
        from server_sync.appeals.content import named_files
        from server_sync.blobs.needed import also_needed

        also_needed(named_files)
