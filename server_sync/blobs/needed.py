"""Asks every room which of the centre's own ciphertexts it names, before any is let go of."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

Needed = Callable[[Sequence[bytes]], Iterable[bytes]]
"""Says which of these ciphertexts of the centre a room's tables name."""
AT_ONCE: Final = 500

_rooms: list[Needed] = []


def also_needed(needed: Needed) -> None:
    """Register what a room needs; each calls it once.

    Rooms above are asked first: what goes from a working paper into an event meanwhile is seen in one of the two.
    """
    if needed not in _rooms:
        _rooms.insert(0, needed)


def unneeded(blob_ids: Iterable[bytes]) -> list[bytes]:
    """Those that nobody names."""
    asked = list(blob_ids)
    left: list[bytes] = []
    for start in range(0, len(asked), AT_ONCE):
        several = asked[start : start + AT_ONCE]
        for needed in _rooms:
            named = set(needed(several)) if several else set()
            several = [blob_id for blob_id in several if blob_id not in named]
        left += several
    return left
