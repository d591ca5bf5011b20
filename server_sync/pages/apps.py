"""Places the room among Django's apps."""

from django.apps import AppConfig


class Pages(AppConfig):
    """The shell of all pages; it has no tables."""

    name = "server_sync.pages"
    label = "pages"
