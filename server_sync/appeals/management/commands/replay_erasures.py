"""`replay_erasures`: erases again what a restored backup has brought back."""

from typing import Any

from django.core.management.base import BaseCommand
from typing_extensions import override

from server_sync.appeals.erasing import (
    replay_erasures,
)
from server_sync.appeals.erasure_notes import noted_file


class Command(BaseCommand):
    help = "Erase again what was erased before a backup was restored; `run` does it before it serves."

    @override
    def handle(self, *_args: Any, **_options: Any) -> None:
        again = replay_erasures()
        self.stdout.write(f"{again} events erased again, as noted in {noted_file()} and in the journal.")
