"""Gives a page of a paper as a picture for browsers: drawn by a process of its own, kept for a while, never the PDF.

What a stranger's PDF makes of its reader it makes of that process, of which pixels alone are taken, as many as were
asked for; the picture that browsers get is written here. Of each process of the centre as many pictures are kept as
`KEPT`, and two are drawn at a time; nobody waits for another's: who asks meanwhile is told to ask again.
"""

import io
import struct
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from server_sync.common.refusals import Refused
from server_sync.contract.errors import NotAuthentic
from server_sync.meetings.models import MeetingPaper
from server_sync.meetings.papers import keeping
from server_sync.meetings.papers.reading import PATIENCE_S, PROGRAM, ROOT, surroundings

TYPE: Final = "image/webp"
SIDE_MOST: Final = 1_600
"""Pixels of the longer side: a page of A4 is read on a telephone turned on its side, and moved on a screen."""
PIXEL_BYTES: Final = 4
QUALITY: Final = 80
KEPT: Final = 12
UNREADABLE_S: Final = 60.0
"""So long a page that could not be drawn is not tried again."""
BUSY_S: Final = 1
HEAD: Final = struct.Struct("<II")
"""How wide and high the pixels are that follow, each as blue, green, red and one that says nothing."""

_Key = tuple[bytes, int]


@dataclass(frozen=True, slots=True)
class _Kept:
    picture: bytes
    """Empty of a page that could not be drawn."""
    made_at_s: float


_kept: Final[OrderedDict[_Key, _Kept]] = OrderedDict()
_drawing: Final[set[_Key]] = set()
_lock: Final = threading.Lock()
_seats: Final = threading.BoundedSemaphore(2)


def picture_of(paper: MeetingPaper, page: int) -> bytes:
    """A page, from 1, as a picture of `TYPE`.

    Raises Refused `page_unreadable`, or `page_busy` with `wait_s` while it, or two others, are drawn.
    """
    key = (bytes(paper.content_hash), page)
    with _lock:
        kept = _kept.get(key)
        if kept is not None and (kept.picture or time.monotonic() - kept.made_at_s < UNREADABLE_S):
            _kept.move_to_end(key)
            return _readable(kept.picture)
        if key in _drawing or not _seats.acquire(blocking=False):
            raise Refused("page_busy", permanent=False, wait_s=BUSY_S)
        _drawing.add(key)
    picture = b""
    try:
        picture = _picture(paper, page)
    finally:
        with _lock:
            _drawing.discard(key)
            _seats.release()
            _kept[key] = _Kept(picture, time.monotonic())
            _kept.move_to_end(key)
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
    return _readable(picture)


def forget() -> None:
    """Keep none of them."""
    with _lock:
        _kept.clear()


def _readable(picture: bytes) -> bytes:
    if not picture:
        raise Refused("page_unreadable")
    return picture


def _picture(paper: MeetingPaper, page: int) -> bytes:
    """Draw a page; empty for one that cannot be."""
    try:
        pdf = keeping.plain(paper)
    except (Refused, NotAuthentic, OSError):
        return b""
    drawn = _pixels(pdf, page)
    if drawn is None:
        return b""
    from PIL import Image  # most processes of the centre never show a page

    width, height, pixels = drawn
    written = io.BytesIO()
    Image.frombuffer("RGB", (width, height), pixels, "raw", "BGRX", 0, 1).save(
        written, "WEBP", quality=QUALITY, method=2
    )
    return written.getvalue()


def _pixels(pdf: bytes, page: int) -> tuple[int, int, bytes] | None:
    """What the process draws; None when it draws nothing, something else than was asked, or for too long."""
    with subprocess.Popen(
        [sys.executable, "-m", PROGRAM, str(page)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=surroundings(),
    ) as process:
        assert process.stdin is not None  # noqa: S101 (both were asked for)
        assert process.stdout is not None  # noqa: S101 (as above)
        patience = threading.Timer(PATIENCE_S, process.kill)
        patience.start()
        try:
            with process.stdin as told:
                told.write(pdf)
            return _read(process.stdout.read(HEAD.size + SIDE_MOST * SIDE_MOST * PIXEL_BYTES + 1))
        except OSError:  # it ended before it had read all
            return None
        finally:
            patience.cancel()
            patience.join()
            process.kill()


def _read(said: bytes) -> tuple[int, int, bytes] | None:
    if len(said) < HEAD.size:
        return None
    width, height = HEAD.unpack_from(said)
    fits = 0 < width <= SIDE_MOST and 0 < height <= SIDE_MOST
    if not fits or len(said) != HEAD.size + width * height * PIXEL_BYTES:
        return None
    return width, height, said[HEAD.size :]
