"""Papers for tests: PDFs as programs write them, and files that say they are one."""

from fpdf import FPDF


def pdf(pages: int = 2, words: str = "Coal in stock") -> bytes:
    """A PDF of so many pages, each with a line of words and its number."""
    paper = FPDF(format="A4", unit="mm")
    paper.set_font("helvetica", size=24)
    for number in range(1, pages + 1):
        paper.add_page()
        paper.cell(0, 20, f"{words} {number}")
    return bytes(paper.output())


def endless_pdf() -> bytes:
    """A PDF whose second page is longer than a page may be."""
    paper = FPDF(unit="pt", format=(600, 800))
    paper.add_page()
    paper.add_page(format=(600, 14_401))
    paper.add_page()
    return bytes(paper.output())


def locked_pdf() -> bytes:
    """A PDF that opens with a password."""
    paper = FPDF()
    paper.set_encryption(owner_password="o", user_password="u")
    paper.add_page()
    return bytes(paper.output())


def broken_pdf() -> bytes:
    """What begins as a PDF and is none further on."""
    return b"%PDF-1.7\n" + b"\x00\xff" * 2_000
