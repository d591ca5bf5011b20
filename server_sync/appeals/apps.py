"""The register as a Django app."""

from django.apps import AppConfig


class AppealsConfig(AppConfig):
    """Appeals, their history and answers."""

    name = "server_sync.appeals"
    label = "appeals"
    default_auto_field = "django.db.models.BigAutoField"
