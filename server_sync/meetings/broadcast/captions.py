"""Writes what captioners type as pieces of WebVTT beside those of picture and sound."""

from dataclasses import dataclass
from typing import Final

from server_sync.meetings.broadcast.encoding import TICKS

SHOWN_S: Final = 6
"""So long a line is read, unless it is followed by the next one sooner."""
KEPT_MOST: Final = 200
HEAD: Final = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n"
"""The times in it are those of the streams (RFC 8216, 3.5)."""


@dataclass(slots=True)
class _Line:
    language: str
    at: int
    until: int
    text: str


class Captions:
    """What was typed and is to be read still."""

    def __init__(self) -> None:
        self._lines: list[_Line] = []
        self._written_until = 0

    def add(self, language: str, at: int, text: str) -> None:
        """Somebody typed this; what was written already is not written again, so it is read from the next piece on."""
        at = max(at, self._written_until)
        for line in self._lines:
            if line.language == language and line.at < at < line.until:
                line.until = at
        self._lines.append(_Line(language, at, at + SHOWN_S * TICKS, text))
        del self._lines[:-KEPT_MOST]

    def between(self, language: str, begin: int, end: int) -> str:
        """The lines that are read in a piece, also those that began before it or end after it."""
        self._written_until = max(self._written_until, end)
        read = [line for line in self._lines if line.language == language and line.at < end and line.until > begin]
        cues = (f"\n{_clock(line.at)} --> {_clock(line.until)}\n{_said(line.text)}\n" for line in read)
        return HEAD + "".join(cues)

    def forget_before(self, at: int) -> None:
        """Forget what nobody reads any more."""
        self._lines = [line for line in self._lines if line.until > at]


def _clock(at: int) -> str:
    ms = at * 1000 // TICKS
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def _said(text: str) -> str:
    """A text as it may stand in WebVTT: in one line, with nothing that is taken for markup."""
    plain = " ".join(text.split())
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
