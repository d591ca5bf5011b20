"""Places the room among Django's apps."""

from django.apps import AppConfig


class Workplaces(AppConfig):
    """Sites, workplaces, people."""

    name = "server_sync.workplaces"
    label = "workplaces"
