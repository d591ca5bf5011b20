"""Makes the commands known to Django."""

from django.apps import AppConfig
from typing_extensions import override


class Config(AppConfig):
    """The room that knows all others; it has no tables."""

    name = "server_sync.config"
    label = "config"

    @override
    def ready(self) -> None:
        """Let `check --deploy` know what is only fit for a trial."""
        from server_sync.config import fitness  # noqa: F401 (registers its check)
