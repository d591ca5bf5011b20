"""What holds for the whole program by a person's wish, before anybody has signed in too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from liaison_desktop.services.opening import Place
from liaison_desktop.ui.settings.values import LOCK_MINUTES

TEXT_SIZE = "text_size"
LOCK_AFTER = "lock_after_minutes"
LOCK_USUAL = 10


@dataclass(frozen=True, slots=True)
class Wardrobe:
    """What app.py does for the whole program when the person chooses."""

    set_language: Callable[[str], None]
    set_theme: Callable[[str], None]
    set_text_size: Callable[[int], None]
    set_lock: Callable[[int], None]


def lock_minutes(place: Place) -> int:
    """After how many minutes without a touch the citizen is hidden."""
    kept = place.file.read().settings.get(LOCK_AFTER, "")
    return int(kept) if kept in {str(minutes) for minutes in LOCK_MINUTES} else LOCK_USUAL
