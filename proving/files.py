"""Makes the small files that some applicants bring along: a photograph, a scanned page. Nobody is on them."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

EVERY: Final = 12
"""One request in so many comes with files; one of those with two."""

WIDTH: Final = 240
HEIGHT: Final = 160
FONT: Final = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
"""Has the letters that only Kyrgyz has."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file at the counter."""

    name: str
    content: bytes


def attached_to(row: str, place: int) -> tuple[Attached, ...]:
    """The files of a row, the same in every run: mostly none; photographs of some 90 kB and short PDFs."""
    if place % EVERY != 5:
        return ()
    seed = sha256(row.encode("utf-8", "replace")).digest()
    picture = Attached("photo.png", picture_of(seed))
    page = Attached("application.pdf", page_of(f"Specimen {seed.hex()[:8]}"))
    return (picture, page) if place % (EVERY * 2) == 5 else (page,)


def picture_of(seed: bytes) -> bytes:
    """A PNG with grain, as a photograph has it, so that it does not compress to nothing."""
    grain = b""
    while len(grain) < WIDTH * HEIGHT * 3:
        seed = sha256(seed).digest()
        grain += seed
    rows = b"".join(
        b"\x00" + bytes(96 + (value >> 1) for value in grain[at : at + WIDTH * 3])
        for at in range(0, WIDTH * HEIGHT * 3, WIDTH * 3)
    )
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in parts)


def page_of(text: str) -> bytes:
    """A PDF of one page with one line of Latin text."""
    stream = f"BT /F1 18 Tf 72 760 Td ({text}) Tj ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Font << /F1 5 0 R >> >>",
    ]
    written = b"%PDF-1.4\n"
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + trailer


def paper_of(title: str, pages: Sequence[Sequence[str]]) -> Attached:
    """A paper of a meeting: a PDF of A4 with a title and some lines on each page."""
    from fpdf import FPDF  # takes a third of a second to load

    paper = FPDF(format="A4", unit="mm")
    paper.set_margin(20)
    if FONT.is_file():
        paper.add_font("plain", fname=FONT)
    for lines in pages:
        paper.add_page()
        for size, text in ((20, title), *((13, line) for line in lines)):
            paper.set_font("plain" if FONT.is_file() else "helvetica", size=size)
            words = text if FONT.is_file() else text.encode("ascii", "replace").decode()
            paper.multi_cell(0, size * 0.6, words, new_x="LMARGIN", new_y="NEXT")
            paper.ln(4)
    return Attached("paper.pdf", bytes(paper.output()))


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
