"""Keeps of the media server's log what names nobody: identities, addresses and what people sent are left out.

livekit-server writes a line of JSON for each thing that happened: a fixed sentence and, beside it, who and from where.
The sentence is kept with the place in its code. A library below it writes addresses into its sentences: of that the
place alone is kept, and of the end by a panic only where it passed.
"""

import json
import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Final

LARGEST_BYTES: Final = 1_000_000
OLDER_FILES: Final = 4
LONGEST_LINE: Final = 20_000
KEPT: Final = ("level", "ts", "logger", "caller", "msg", "version")
OF_THE_LIBRARY: Final = "pion"
PLACE: Final = re.compile(r"^\s*(?:\S*/)?([\w.@-]+/[\w.-]+\.go:\d+)|^(goroutine \d+|panic|fatal error)\b")


def without_people(line: str) -> str:
    """What of a line of the media server's may be kept; empty when nothing may."""
    try:
        told: Any = json.loads(line)
    except ValueError:
        place = PLACE.match(line)
        return (place[1] or place[2]) if place else ""
    if not isinstance(told, dict):
        return ""
    kept = {name: told[name] for name in KEPT if name in told}
    if OF_THE_LIBRARY in str(kept.get("logger", "")):
        kept.pop("msg", None)
    return json.dumps(kept, ensure_ascii=False)


class KeptWords:
    """The log of the media server, a few files that take turns."""

    def __init__(self, path: Path) -> None:
        self._file = RotatingFileHandler(path, maxBytes=LARGEST_BYTES, backupCount=OLDER_FILES, encoding="utf-8")
        self._rest = b""

    def add(self, said: bytes) -> None:
        """Keep what was read from the media server; a line may come in parts."""
        *lines, self._rest = (self._rest + said).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            self._rest = b""
        for line in lines:
            kept = without_people(line.decode(errors="replace"))
            if kept:
                self._file.emit(logging.makeLogRecord({"msg": kept}))

    def close(self) -> None:
        """Close the file."""
        self._file.close()
