"""What is spoken, as a captioner types it: the newest lines of one language, for a while each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from server_sync.contract.errors import MalformedBytes
from server_sync.contract.meetings import Caption, CaptionLanguage, read_caption

LINES_MOST: Final = 2
STAYS: Final = timedelta(seconds=20)
"""So long a line is read; after it the strip is empty and keeps its place, so that no picture jumps."""


class Captions:
    """Both languages as they come; shown is that of the person, or the other one while nobody types in that."""

    def __init__(self) -> None:
        self._kept: dict[CaptionLanguage, tuple[tuple[Caption, datetime], ...]] = {}

    def hear(self, text: str, now: datetime) -> bool:
        """Take a line that the room told; says whether it is a new one."""
        try:
            told = read_caption(text)
        except MalformedBytes:
            return False
        kept = self._kept.get(told.language, ())
        if any(one.number >= told.number for one, _at in kept):
            return False
        self._kept[told.language] = (*kept, (told, now))[-LINES_MOST:]
        return True

    def lines(self, language: str, now: datetime) -> tuple[str, ...] | None:
        """What stands there now; None when nothing was ever typed in this meeting."""
        if not self._kept:
            return None
        own = CaptionLanguage.RU if language == "ru" else CaptionLanguage.KY
        others = (self._fresh(one, now) for one in CaptionLanguage if one is not own)
        chosen = self._fresh(own, now) or next((lines for lines in others if lines), ())
        return tuple(one.text for one in chosen)

    def _fresh(self, language: CaptionLanguage, now: datetime) -> tuple[Caption, ...]:
        return tuple(one for one, at in self._kept.get(language, ()) if now - at < STAYS)
