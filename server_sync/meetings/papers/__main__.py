"""Reads a PDF from its input and says how many pages it has, or what is wrong with it; a process for one file."""

import sys

from server_sync.contract.bodies import PAPER_LIMIT_BYTES, PAPER_PAGES_MOST

MEMORY_BYTES = 640 * 1024 * 1024
"""Less than an office's reader has (1 GiB): what is taken here can be drawn there."""
PROCESSOR_S = 15
POINTS_MOST = 14_400
"""The longest side of a page that a PDF may have (ISO 32000-1, annex C); offices draw no longer one."""
DRAWN_PX = 1_600
"""So large a page is drawn for a try, as in a window."""


def main() -> None:
    """Say one word."""
    _hold_back()
    pdf = sys.stdin.buffer.read(PAPER_LIMIT_BYTES + 1)
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
            paper[place].render(scale=DRAWN_PX / max(paper.get_page_size(place)))
    except (pypdfium2.PdfiumError, ValueError, MemoryError):
        return "broken"
    return str(pages)


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
