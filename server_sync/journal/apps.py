"""The journal as a Django app."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Events, feeds and quarantine."""

    name = "server_sync.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"
