"""Places the room among Django's apps."""

from django.apps import AppConfig


class Portal(AppConfig):
    """The public pages; they have no tables of their own."""

    name = "server_sync.portal"
    label = "portal"
