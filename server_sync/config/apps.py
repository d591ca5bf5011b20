"""Makes the commands known to Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """The room that knows all others; it has no tables."""

    name = "server_sync.config"
    label = "config"
