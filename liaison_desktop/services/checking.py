"""Checks a receipt without a line: by its number, or by what its QR code says."""

from liaison_desktop.domain.appeals import AppealRow, ReceiptCheck
from liaison_desktop.domain.delivery import DeliveryState
from liaison_desktop.domain.times import is_hour_measured, is_hour_stood_in, milliseconds, moment
from liaison_desktop.services.desk import Desk
from liaison_desktop.store.appeals import row_by_hash, rows_by_number
from server_sync.contract.events import read_header
from server_sync.contract.evidence.receipt import QR_PATH, Verdict, link_in, open_receipt, receipt_from_qr_text
from server_sync.contract.numbers import RegistrationNumber


def check_receipt(desk: Desk, text: str) -> ReceiptCheck:
    """Say what can be said of a receipt here: `text` is a number in any spelling, or a QR code's text as pasted.

    Raises InvalidField (`number_malformed`, `number_check_failed`, `number_ambiguous`) for what is no number,
    MalformedBytes `receipt_malformed` for what is no receipt, NotAuthentic `receipt_forged` for a forged one.
    """
    link = link_in(text)
    if QR_PATH in link.upper():
        return check_receipt_bytes(desk, receipt_from_qr_text(link))
    number = RegistrationNumber.parse(text, desk.book.number_codes)
    rows = rows_by_number(desk.store, str(number))
    row = rows[0] if rows else None
    return ReceiptCheck(
        number=str(number),
        verdict=None,
        registered_at=None if row is None else row.registered_at,
        row=row,
        number_code=number.number_code,
        is_other_event=len(rows) > 1,
        is_hour_known=row is None or is_hour_known(desk, row),
    )


def check_receipt_bytes(desk: Desk, raw: bytes) -> ReceiptCheck:
    """Say what can be said of a receipt's signed bytes; raises as `check_receipt`."""
    receipt, verdict = open_receipt(raw, desk.ring())
    row = row_by_hash(desk.store, receipt.event_hash)
    code, _, _, counter, _ = receipt.number.split("-")
    is_other = row is None and bool(rows_by_number(desk.store, receipt.number))
    if verdict is Verdict.SIGNED_NOT_YET_SEEN and row is not None and _is_in_log(row):
        verdict = Verdict.IN_LOG
    return ReceiptCheck(
        number=receipt.number,
        verdict=verdict,
        registered_at=moment(receipt.time_ms),
        row=row,
        number_code=code,
        is_other_event=is_other,
        is_test=int(counter) == 0,
        is_hour_known=not is_hour_stood_in(receipt.time_ms) if row is None else is_hour_known(desk, row),
    )


def is_hour_known(desk: Desk, row: AppealRow) -> bool:
    """Whether a clock that could be believed measured the hour at which this request was registered."""
    at_ms = milliseconds(row.registered_at)
    found = desk.store.connection.execute("SELECT header FROM events WHERE event_hash = ?", (row.appeal,)).fetchone()
    return not is_hour_stood_in(at_ms) if found is None else is_hour_measured(read_header(found[0]), at_ms)


def _is_in_log(row: AppealRow) -> bool:
    """Sealed means that the signed acknowledgement and the proof from the public log were verified here."""
    return row.delivery in (DeliveryState.SEALED, DeliveryState.PRUNABLE)
