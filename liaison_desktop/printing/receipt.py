"""Makes the registration receipt: the paper that proves at the counter what was taken in.

Source of its content: law 67/2007 (registration, term) and the number, receipt and short code of the contract's
evidence. It is bilingual always; the applicant's language stands first when it is Russian.
"""

from liaison_desktop.printing.content import Paper, ReceiptContent
from liaison_desktop.printing.receipt_a5 import draw_a5
from liaison_desktop.printing.receipt_roll import draw_roll


def receipt_pdf(content: ReceiptContent, paper: Paper) -> bytes:
    """Draw a receipt; the same content gives the same bytes. Raises FontsMissing."""
    match paper:
        case Paper.A5:
            return draw_a5(content)
        case Paper.ROLL_80:
            return draw_roll(content)
