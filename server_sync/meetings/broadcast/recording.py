"""Records a meeting: in parts that a kill shortens by two seconds at most, put together when it is over.

Each broadcast writes one part, named by where it begins in the meeting's time, in milliseconds. Beside them lie the
places in that time at which the meeting went on to another item, which become the chapters.
"""

import contextlib
import errno
import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av

from server_sync.common.room import RESERVE_PERCENT
from server_sync.meetings.broadcast.encoding import TICKS, Encoded, Studio, write

CHAPTERS: Final = "chapters.jsonl"
FREE_LEAST_BYTES: Final = 1024**3
FREE_LEAST_PERCENT: Final = RESERVE_PERCENT + 2
"""With less than either left, nothing more is recorded: films stop before what offices bring is refused."""
IN_PARTS: Final = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "flush_packets": "1"}
WHOLE: Final = {"movflags": "faststart"}
PARTS_MOST: Final = 1_000
CHAPTERS_MOST: Final = 500
MS: Final = TICKS // 1000


class Recording:
    """Writes one part; of one thread. Raises OSError where nothing can be written."""

    def __init__(self, folder: Path, studio: Studio, at: int) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder, self._begins = folder, at
        self._item: int | None = None
        self._container: Any = av.open(str(folder / f"{at // MS:012}.mp4"), "w", format="mp4", options=dict(IN_PARTS))
        self._streams = studio.streams_in(self._container)

    def add(self, encoded: Iterable[Encoded]) -> None:
        """Record what was encoded."""
        if _left(self._folder) < 0:
            raise OSError("too little room is left")
        told = [
            Encoded(one.content, one.at - self._begins, one.lasts, one.is_picture, one.is_key)
            for one in encoded
            if one.at >= self._begins  # but for what a codec puts before the first sound
        ]
        write(self._container, self._streams, told)

    def go_to_item(self, item: int, at: int) -> None:
        """Note that the meeting went on to another item of its agenda."""
        if item != self._item:
            self._item = item
            with (self._folder / CHAPTERS).open("a", encoding="ascii") as file:
                file.write(json.dumps({"at_ms": at // MS, "item": item}) + "\n")

    def end(self) -> None:
        """Close the part."""
        self._container.close()


@dataclass(frozen=True, slots=True)
class Chapter:
    """From where in the meeting's time which item was spoken of, 0 for none; or what was decided there, in `words`."""

    at_ms: int
    item: int
    words: str = ""


def put_together(folder: Path, items: Sequence[str], whole: Path, decisions: Sequence[tuple[int, str]] = ()) -> bool:
    """Make one record of the parts in a folder, with chapters, and delete the folder; says whether there is one now.

    `decisions` are moments of the meeting's time with the words of a chapter each. A part that cannot be read
    is left out. Raises OSError where nothing can be written; the parts stay then.
    """
    parts = sorted(path for path in folder.glob("*.mp4") if path.stem.isdecimal())[:PARTS_MOST]
    for left in whole.parent.glob(f".{whole.name}.*"):  # by one that was killed at it
        left.unlink()
    needed = sum(part.stat().st_size for part in parts)
    if _left(whole.parent) < needed:  # the register needs the rest; the parts wait for room
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    draft = whole.with_name(f".{whole.name}.{os.getpid()}")
    try:
        is_there = _join(parts, with_decisions(_chapters(folder / CHAPTERS), decisions), items, draft)
        if is_there:
            draft.replace(whole)
    finally:
        draft.unlink(missing_ok=True)
    shutil.rmtree(folder)
    return is_there


def _left(folder: Path) -> int:
    """How many bytes films may still take there; less than nothing when they have taken too many."""
    disk = shutil.disk_usage(folder)
    return disk.free - max(FREE_LEAST_BYTES, disk.total * FREE_LEAST_PERCENT // 100)


def _join(parts: Sequence[Path], chapters: Sequence[Chapter], items: Sequence[str], draft: Path) -> bool:
    joined: Any = None
    streams: dict[str, Any] = {}
    first_ms = int(parts[0].stem) if parts else 0
    end = 0
    ends = {"video": -1, "audio": -1}
    try:
        for part in parts:
            moved = (int(part.stem) - first_ms) * MS
            with contextlib.suppress(av.error.FFmpegError), av.open(str(part)) as source:
                if not source.streams.video or not source.streams.audio:
                    continue
                if joined is None:
                    joined = av.open(str(draft), "w", format="mp4", options=dict(WHOLE))
                    for stream in (source.streams.video[0], source.streams.audio[0]):
                        streams[stream.type] = joined.add_stream_from_template(stream)
                for packet in source.demux(video=0, audio=0):
                    at = _put(joined, streams, packet, moved, ends)
                    end = max(end, at)
        if joined is None:
            return False
        joined.set_chapters(_as_av_says_them(chapters, items, first_ms, end))
    finally:
        if joined is not None:
            joined.close()
    return True


def _put(joined: Any, streams: dict[str, Any], packet: Any, moved: int, ends: dict[str, int]) -> int:
    """Put one packet where it belongs in the whole; gives where it ends. One that lies before the last is left out."""
    kind = packet.stream.type
    if packet.dts is None or packet.pts is None:
        return 0
    at = int(packet.dts * packet.time_base * TICKS) + moved
    if at <= ends[kind]:
        return 0
    ends[kind] = at
    lasts = int((packet.duration or 0) * packet.time_base * TICKS)
    packet.time_base = Fraction(1, TICKS)
    packet.pts = packet.dts = at
    packet.duration = lasts
    packet.stream = streams[kind]
    joined.mux(packet)
    return at + lasts


def _as_av_says_them(chapters: Sequence[Chapter], items: Sequence[str], first_ms: int, end: int) -> list[Any]:
    starts = [max(0, chapter.at_ms - first_ms) for chapter in chapters]
    ends = [*starts[1:], end // MS][: len(starts)]
    return [
        {
            "id": n,
            "start": start,
            "end": max(start, until),
            "time_base": Fraction(1, 1000),
            "metadata": {"title": chapter.words or _title(items, chapter.item)},
        }
        for n, (chapter, start, until) in enumerate(zip(chapters, starts, ends, strict=True), start=1)
    ]


def _title(items: Sequence[str], item: int) -> str:
    return items[item - 1] if 0 < item <= len(items) else "—"


def with_decisions(chapters: Sequence[Chapter], decisions: Sequence[tuple[int, str]]) -> list[Chapter]:
    """Put chapters of decisions among those of items; a decision outside the record's chapters is left out.

    Two that begin in one moment stand a millisecond apart: a player shows the last of them alone.
    """
    if not chapters:
        return []
    taken = [Chapter(at_ms, 0, words) for at_ms, words in decisions if at_ms >= chapters[0].at_ms]
    placed: list[Chapter] = []
    for one in sorted([*chapters, *taken], key=lambda chapter: (chapter.at_ms, bool(chapter.words))):
        at_ms = max(one.at_ms, placed[-1].at_ms + 1) if placed else one.at_ms
        placed.append(Chapter(at_ms, one.item, one.words))
    return placed


def _chapters(path: Path) -> list[Chapter]:
    """What was noted; a line that was cut by a kill is none."""
    found: list[Chapter] = []
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return []
    for line in lines[:CHAPTERS_MOST]:
        with contextlib.suppress(ValueError, TypeError, KeyError):
            said = json.loads(line)
            one = Chapter(int(said["at_ms"]), int(said["item"]))
            if not found or (found[-1].item != one.item and found[-1].at_ms < one.at_ms):
                found.append(one)
    return found
