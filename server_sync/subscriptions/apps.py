"""Places the room among Django's apps."""

from django.apps import AppConfig
from typing_extensions import override


class Subscriptions(AppConfig):
    """Who wants news of what is published, and the pages on which they say so."""

    name = "server_sync.subscriptions"
    label = "subscriptions"
    default_auto_field = "django.db.models.BigAutoField"

    @override
    def ready(self) -> None:
        """Let the worker tell the news and forget what nobody confirmed, and an erasure what waits to be told."""
        from server_sync.appeals.erasing import also_forget
        from server_sync.common.chores import add_chore
        from server_sync.subscriptions import asking, digests

        add_chore(asking.forget_old)
        add_chore(digests.take_back_withdrawn)
        add_chore(digests.tell_news)
        also_forget(digests.take_back)
