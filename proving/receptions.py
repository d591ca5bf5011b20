"""A conversation about a request, at an office without its window: asked for, read, taken to its outcome."""

from typing import Any

from liaison_desktop.services import reading, receiving
from liaison_desktop.services.desk import Desk
from server_sync.contract.bodies import ReceptionOutcome, ReceptionWish


def ask(desk: Desk, appeal: str, note: str) -> dict[str, Any]:
    """Ask for one with the consent to be seen and heard alone; gives what the office knows of it then."""
    receiving.ask_reception(desk, bytes.fromhex(appeal), ReceptionWish(by_video=True, note=note))
    return told(desk, appeal)


def note_outcome(desk: Desk, appeal: str, said: str) -> dict[str, Any]:
    """Write down what came of it."""
    known = reading.appeal_card(desk, bytes.fromhex(appeal)).seen.reception
    meeting = b"" if known is None or known.appointment is None else known.appointment.meeting
    receiving.note_reception(desk, bytes.fromhex(appeal), meeting, ReceptionOutcome(said, is_for_applicant=True))
    return told(desk, appeal)


def told(desk: Desk, appeal: str) -> dict[str, Any]:
    """The conversation of a request as this office knows it, and which are near."""
    seen = reading.appeal_card(desk, bytes.fromhex(appeal)).seen
    known = seen.reception
    near = [one.number for one in receiving.near_receptions(desk)]
    if known is None:
        return {"state": None, "near": near}
    appointment = known.appointment
    return {
        "state": known.state.value,
        "note": known.wish.note,
        "meeting": None if appointment is None else appointment.meeting.hex(),
        "by_whom": "" if appointment is None else appointment.by_whom.ky,
        "outcomes": [one.said for one in known.outcomes],
        "erased": seen.is_erased,
        "near": near,
    }
