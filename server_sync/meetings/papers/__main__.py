"""Reads a PDF from its input; a process for one file.

Says how many pages it has, or what is wrong with it; with the number of a page, that page as pixels (`picturing`).
"""

import struct
import sys

from server_sync.contract.bodies import PAPER_LIMIT_BYTES, PAPER_PAGES_MOST

MEMORY_BYTES = 640 * 1024 * 1024
"""Less than an office's reader has (1 GiB): what is taken here can be drawn there."""
PROCESSOR_S = 15
POINTS_MOST = 14_400
"""The longest side of a page that a PDF may have (ISO 32000-1, annex C); offices draw no longer one."""
SIDE_MOST = 1_600
"""So large a page is drawn, also for a try: as in a window."""
POINTS_LEAST = 0.01


def main() -> None:
    """Say one word, or draw one page."""
    _hold_back()
    pdf = sys.stdin.buffer.read(PAPER_LIMIT_BYTES + 1)
    if len(sys.argv) > 1:
        sys.stdout.buffer.write(_drawn(pdf, int(sys.argv[1])))
    else:
        sys.stdout.write(_said_of(pdf))


def _said_of(pdf: bytes) -> str:
    import pypdfium2  # after the limits

    try:
        paper = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as wrong:
        is_locked = wrong.err_code in {pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY}
        return "encrypted" if is_locked else "broken"
    pages = len(paper)
    try:
        sides = [side for place in range(min(pages, PAPER_PAGES_MOST)) for side in paper.get_page_size(place)]
        if not all(0 < side <= POINTS_MOST for side in sides):
            return "broken"
        for place in {0, pages - 1} if pages else ():
            paper[place].render(scale=SIDE_MOST / max(paper.get_page_size(place)))
    except (pypdfium2.PdfiumError, ValueError, MemoryError):
        return "broken"
    return str(pages)


def _drawn(pdf: bytes, page: int) -> bytes:
    """A page, from 1: its width and height and its pixels; nothing where it cannot be drawn."""
    import pypdfium2  # after the limits

    try:
        found = pypdfium2.PdfDocument(pdf)[page - 1]
        longest = max(POINTS_LEAST, *found.get_size())
        bitmap = found.render(scale=(SIDE_MOST - 1) / longest, prefer_bgrx=True, maybe_alpha=False)
    except (pypdfium2.PdfiumError, ValueError, IndexError, MemoryError):
        return b""
    return struct.pack("<II", bitmap.width, bitmap.height) + bytes(bitmap.buffer)


def _hold_back() -> None:
    """Take no more than so much memory and time, and start nothing; where the system has such limits."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_S, PROCESSOR_S))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


main()
