"""Places the room among Django's apps."""

from django.apps import AppConfig


class Evidence(AppConfig):
    """The append-only log and its checkpoints."""

    name = "server_sync.evidence"
    label = "evidence"
