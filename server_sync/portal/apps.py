"""Places the room among Django's apps."""

from django.apps import AppConfig
from typing_extensions import override


class Portal(AppConfig):
    """The public pages; their only tables are of what somebody is just writing, and of accounts."""

    name = "server_sync.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    @override
    def ready(self) -> None:
        """Let the worker forget what nobody went on with, and an erasure the letters about a request."""
        from server_sync.appeals.erasing import also_forget, also_forget_whole
        from server_sync.blobs.needed import also_needed
        from server_sync.common.chores import add_chore
        from server_sync.letters.queue import forget_about
        from server_sync.pages.small_forms import also_larger
        from server_sync.portal.accounts import codes, keeping, requests, sessions
        from server_sync.portal.writing import confirming, drafts, files
        from server_sync.portal.writing.uploading import FILES, MOST_BYTES, TOO_LARGE, may_bring

        add_chore(drafts.forget_old)
        add_chore(confirming.forget_old)
        add_chore(files.drop_left_behind)
        add_chore(codes.forget_old)
        add_chore(sessions.forget_old)
        add_chore(keeping.forget_old)
        also_needed(files.needed)
        also_larger(FILES, MOST_BYTES, may_bring, TOO_LARGE)
        also_forget(forget_about)
        also_forget_whole(requests.forget)
