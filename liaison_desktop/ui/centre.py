"""Asks the centre from the screens where a person waits for the answer: enrolment and a first sign-in."""

from __future__ import annotations

from typing import TypeVar

from typing_extensions import override

from liaison_desktop.domain.errors import ExchangeFailed, LiaisonError, SignInRefused
from liaison_desktop.services.enrolling import Centre
from liaison_desktop.sync.line import Line, LineBroke, Timeouts
from liaison_desktop.sync.outcomes import Answered, Outcome, Reason, Refused, SignAnew, TryAgain
from liaison_desktop.ui.version import PROGRAM
from server_sync.contract import frames
from server_sync.contract.authentication import NONCE_HEADER, new_nonce
from server_sync.contract.errors import ContractError
from server_sync.contract.messages import ENROL_PATH, Refusal, Sealed

Message = TypeVar("Message")

PATIENCE = Timeouts(connect_s=10.0, read_s=30.0, stall_s=30.0)
"""A person waits: shorter than the exchange's own."""
REPLY_MOST_BYTES = 2 * 1024 * 1024


class LineCentre(Centre):
    """Carries an enrolment over the line; the one-time code authenticates both directions."""

    def __init__(self, server: str) -> None:
        self._line = Line(server, timeouts=PATIENCE, program=PROGRAM)

    def stop(self) -> None:
        """Break the call under way, from any thread: the window closes and waits for nobody."""
        self._line.stop()

    @override
    def enrol(self, request: Sealed) -> Sealed:
        headers = {NONCE_HEADER: new_nonce().hex(), "Content-Type": frames.MEDIA_TYPE}
        try:
            answer = self._line.send("POST", ENROL_PATH, headers, frames.pack(request), limit_bytes=REPLY_MOST_BYTES)
        except LineBroke as broke:
            raise ExchangeFailed(broke.reason.value) from broke
        finally:
            self._line.close()
        kind = next((value for name, value in answer.headers.items() if name.lower() == "content-type"), "")
        if kind.partition(";")[0].strip().lower() != frames.MEDIA_TYPE:
            raise ExchangeFailed(Reason.FOREIGN.value, status=answer.status)
        try:
            if answer.status == 200:
                return frames.unpack(Sealed, answer.body, REPLY_MOST_BYTES)
            said = frames.unpack(Refusal, answer.body)
        except ContractError as malformed:
            raise ExchangeFailed(Reason.NOT_UNDERSTOOD.value, detail=malformed.code) from malformed
        raise _named(LiaisonError, said.code, said.params)


def message_of(outcome: Outcome[Message]) -> Message:
    """The centre's answer, or what it refused and why the line failed, raised as an expected error."""
    match outcome:
        case Answered(message=message):
            return message
        case Refused(code=code, params=params):
            raise _named(SignInRefused, code, params)
        case TryAgain(reason=reason):
            raise ExchangeFailed(reason.value)
        case SignAnew(code=code):
            raise ExchangeFailed(code or "request_time")
        case _:
            raise ExchangeFailed("too_large_for_line")


def _named(kind: type[LiaisonError], code: str, notes: dict[str, str | int] | None) -> LiaisonError:
    error = kind(code)
    error.params.update(notes or {})
    return error
