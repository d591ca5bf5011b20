"""Draws pages of one PDF for the window that started it, with little memory, and ends when nobody asks any more.

A paper comes from outside. What it makes of its reader, it makes of this process: the window sees one that ended.

Said to it: four bytes, the size of the PDF, and the PDF; then for each page twelve bytes, three numbers: which page
from 0, the width and the height it has to fit into. Answered: twenty bytes, five numbers: 0 or what is wrong, how many
pages there are, width, height and the bytes that follow, each pixel as blue, green, red and one that says nothing. All
numbers are unsigned, little-endian.
"""

import struct
import sys
from typing import IO, Any, Final

MEMORY_BYTES: Final = 1024 * 1024 * 1024
PDF_MOST_BYTES: Final = 32 * 1024 * 1024
SIDE_MOST: Final = 4_096
PIXELS_MOST: Final = 6_000_000
FINE, UNREADABLE, NO_SUCH_PAGE = 0, 1, 2
ASKED: Final = struct.Struct("<III")
ANSWERED: Final = struct.Struct("<IIIII")


def main() -> None:
    """Read the paper, then draw what is asked for until the pipe is closed."""
    _hold_back()
    told, said = sys.stdin.buffer, sys.stdout.buffer
    (size,) = struct.unpack("<I", _whole(told, 4))
    if size > PDF_MOST_BYTES:
        return
    pdf = _whole(told, size)
    import pypdfium2  # after the limits

    try:
        paper = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        paper = None
    while asked := told.read(ASKED.size):
        if len(asked) < ASKED.size:
            return
        place, width, height = ASKED.unpack(asked)
        pages = 0 if paper is None else len(paper)
        if paper is None or place >= pages:
            said.write(ANSWERED.pack(UNREADABLE if paper is None else NO_SUCH_PAGE, pages, 0, 0, 0))
        else:
            try:
                wide, high, pixels = _drawn(paper[place], width, height)
            except (pypdfium2.PdfiumError, ValueError, MemoryError):
                said.write(ANSWERED.pack(UNREADABLE, pages, 0, 0, 0))
            else:
                said.write(ANSWERED.pack(FINE, pages, wide, high, len(pixels)) + pixels)
        said.flush()


def _drawn(page: Any, width: int, height: int) -> tuple[int, int, bytes]:
    """A page as large as fits into a size, and no larger than is bearable."""
    points_wide, points_high = page.get_size()
    if not (points_wide > 0 and points_high > 0):
        raise ValueError("a page of no size")
    scale = min(min(width, SIDE_MOST) / points_wide, min(height, SIDE_MOST) / points_high)
    scale = min(scale, (PIXELS_MOST / (points_wide * points_high)) ** 0.5)
    bitmap = page.render(scale=max(scale, 0.01), rev_byteorder=False, prefer_bgrx=True, maybe_alpha=False)
    if bitmap.width > SIDE_MOST or bitmap.height > SIDE_MOST or bitmap.stride != 4 * bitmap.width:
        raise ValueError("drawn otherwise than it was asked for")
    return bitmap.width, bitmap.height, bytes(bitmap.buffer)


def _whole(told: IO[bytes], size: int) -> bytes:
    """So many bytes; ends when they do not come."""
    brought = told.read(size)
    if len(brought) < size:
        sys.exit(0)
    return brought


def _hold_back() -> None:
    """Take no more than so much memory, write no file and start nothing; where the system has such limits."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


main()
