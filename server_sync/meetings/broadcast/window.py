"""Keeps the last minute of a broadcast as files that browsers play: pieces of two seconds and the lists of them (HLS).

Everything is written whole or not at all, and each list only names what lies there. What is kept of it outlives a
broadcast that was killed: the next one goes on in the same lists, behind a mark of the break (RFC 8216).
"""

import contextlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from server_sync.meetings.broadcast.captions import Captions
from server_sync.meetings.broadcast.encoding import (
    CODECS,
    PICTURE_BITS_MOST,
    SOUND_BITS,
    SOUND_CODEC,
    TICKS,
    Encoded,
    Studio,
    piece_of_stream,
)
from server_sync.meetings.broadcast.mosaic import HEIGHT, WIDTH

PIECE_S: Final = 2
LISTED: Final = 30
"""Pieces in the lists: a minute."""
KEPT: Final = 10
"""Pieces that lie there still when no list names them any more: somebody is just fetching them."""
FIRST: Final = "index.m3u8"
STATE: Final = "window.json"
LANGUAGES: Final = {"ky": "Кыргызча", "ru": "Русский"}
CONTAINER_BITS: Final = 40_000
"""What a list says of the container's share, so that no line is thought broad enough that is not."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece that was written: where it begins and how long it lasts in `TICKS`, and when that was."""

    n: int
    at: int
    lasts: int
    said_at_ms: int
    is_after_break: bool = False


class Window:
    """The folder of one broadcast; of one thread. Raises OSError where nothing can be written."""

    def __init__(self, folder: Path, studio: Studio) -> None:
        self._folder, self._studio = folder, studio
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._pieces, self._next, self._breaks = _read_state(folder / STATE)
        self._is_after_break = bool(self._pieces)
        self._captions = Captions()

    @property
    def ends_at(self) -> int:
        """Where the last piece of the one before ends, in `TICKS`; 0 where there is none."""
        return self._pieces[-1].at + self._pieces[-1].lasts if self._pieces else 0

    def caption(self, language: str, at: int, text: str) -> None:
        """Somebody typed this."""
        self._captions.add(language, at, text)

    def add(self, encoded: Sequence[Encoded], at: int, lasts: int, now: datetime) -> None:
        """Write a piece and the lists that name it."""
        piece = Piece(self._next, at, lasts, round(now.timestamp() * 1000), self._is_after_break)
        self._write(f"picture-{piece.n:06}.ts", piece_of_stream(self._studio, encoded, has_picture=True))
        self._write(f"sound-{piece.n:06}.ts", piece_of_stream(self._studio, encoded, has_picture=False))
        for language in LANGUAGES:
            told = self._captions.between(language, at, at + lasts)
            self._write(f"captions-{language}-{piece.n:06}.vtt", told.encode())
        self._captions.forget_before(at)
        self._next += 1
        self._is_after_break = False
        self._pieces.append(piece)
        gone = self._pieces[:-LISTED]
        self._breaks += sum(one.is_after_break for one in gone)
        self._pieces = self._pieces[-LISTED:]
        self._write_lists()
        self._remove_older()

    def end(self) -> None:
        """Say in the lists that nothing more comes."""
        if self._pieces:
            self._write_lists(is_over=True)

    def _write_lists(self, *, is_over: bool = False) -> None:
        state = {"next": self._next, "breaks": self._breaks, "pieces": [asdict(one) for one in self._pieces]}
        self._write(STATE, json.dumps(state).encode())
        for name, ending in _LISTS.items():
            self._write(f"{name}.m3u8", self._list(name, ending, is_over=is_over).encode())
        if not (self._folder / FIRST).exists():
            self._write(FIRST, _FIRST.encode())

    def _list(self, name: str, ending: str, *, is_over: bool) -> str:
        first = self._pieces[0]
        lines = [
            "#EXTM3U",
            "#EXT-X-VERSION:6",
            f"#EXT-X-TARGETDURATION:{PIECE_S}",
            f"#EXT-X-MEDIA-SEQUENCE:{first.n}",
            f"#EXT-X-DISCONTINUITY-SEQUENCE:{self._breaks}",
        ]
        for piece in self._pieces:
            if piece.is_after_break:
                lines.append("#EXT-X-DISCONTINUITY")
            said_at = datetime.fromtimestamp(piece.said_at_ms / 1000, UTC)
            lines += [
                f"#EXT-X-PROGRAM-DATE-TIME:{said_at:%Y-%m-%dT%H:%M:%S}.{piece.said_at_ms % 1000:03}Z",
                f"#EXTINF:{piece.lasts / TICKS:.3f},",
                f"{name}-{piece.n:06}.{ending}",
            ]
        if is_over:
            lines.append("#EXT-X-ENDLIST")
        return "\n".join((*lines, ""))

    def _remove_older(self) -> None:
        oldest = self._pieces[0].n - KEPT
        for path in self._folder.iterdir():
            number = path.stem.rpartition("-")[2]
            if number.isdecimal() and (int(number) < oldest or int(number) >= self._next):
                path.unlink(missing_ok=True)

    def _write(self, name: str, content: bytes) -> None:
        write_whole(self._folder / name, content)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that whoever reads it has it whole; after a power cut it is old in any case."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise


def _read_state(path: Path) -> tuple[list[Piece], int, int]:
    """What the broadcast before left: its pieces, the next number, the breaks that no list names any more."""
    try:
        said: dict[str, Any] = json.loads(path.read_bytes())
        pieces = [Piece(**one) for one in said["pieces"]]
        return pieces[-LISTED:], int(said["next"]), int(said["breaks"])
    except (OSError, ValueError, TypeError, KeyError):
        return [], 0, 0


_LISTS: Final = {"picture": "ts", "sound": "ts"} | {f"captions-{language}": "vtt" for language in LANGUAGES}
_PICTURE_STREAM: Final = (
    f"#EXT-X-STREAM-INF:BANDWIDTH={PICTURE_BITS_MOST + SOUND_BITS + CONTAINER_BITS},RESOLUTION={WIDTH}x{HEIGHT},"
    f'CODECS="{CODECS}",FRAME-RATE=15.000,SUBTITLES="captions"'
)
_FIRST: Final = "\n".join(
    (
        "#EXTM3U",
        "#EXT-X-VERSION:6",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        *(
            f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="{name}",LANGUAGE="{language}",DEFAULT=NO,'
            f'AUTOSELECT=YES,URI="captions-{language}.m3u8"'
            for language, name in LANGUAGES.items()
        ),
        _PICTURE_STREAM,
        "picture.m3u8",
        f'#EXT-X-STREAM-INF:BANDWIDTH={SOUND_BITS + CONTAINER_BITS // 2},CODECS="{SOUND_CODEC}",SUBTITLES="captions"',
        "sound.m3u8",
        "",
    )
)
