"""The sync API as a Django app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Calls of the offices."""

    name = "server_sync.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
