"""The letters as a Django app."""

from django.apps import AppConfig


class Letters(AppConfig):
    """What waits to be sent, and how much was."""

    name = "server_sync.letters"
    label = "letters"
    default_auto_field = "django.db.models.BigAutoField"
