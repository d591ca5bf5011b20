"""Calls the centre and sorts what comes back: only what the centre signed for this very request counts as its answer.

Captive portals, proxies, half answers and stalls are failures of the line (outcomes.TryAgain). Nothing here holds the
store, and nothing is raised for what a line can do.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from liaison_desktop.sync.line import Line, LineBroke, Progress, RawAnswer
from liaison_desktop.sync.outcomes import Answered, Failure, Halve, Outcome, Reason, Refused, SignAnew, Spent, TryAgain
from server_sync.contract import frames
from server_sync.contract.authentication import (
    NO_EPOCH,
    NONCE_HEADER,
    OFFSET_HEADER,
    REPLY_HEADER,
    TOLERANCE_MS,
    UNREAD_HEADER,
    new_nonce,
    read_bare_refusal,
    request_hash,
    sign_request,
    unread_request_hash,
    verify_reply,
)
from server_sync.contract.errors import ContractError, NotAuthentic
from server_sync.contract.evidence.keyring import KeyRing
from server_sync.contract.meetings import MEETING_PATH, MeetingCall, MeetingReply
from server_sync.contract.messages import (
    BLOB_PATH,
    ENROL_PATH,
    EXCHANGE_PATH,
    PERSON_PATH,
    BlobReply,
    ExchangeReply,
    PersonReply,
    PersonRequest,
    Refusal,
    Sealed,
)
from server_sync.contract.signing import PrivateKey

ANSWER_MOST_BYTES: Final = frames.FRAME_LIMIT_BYTES
ENROL_REPLY_MOST_BYTES: Final = 2 * 1024 * 1024
RETRY_AFTER_MOST_S: Final = 15 * 60

_LATER: Final = {
    407: Reason.PROXY,
    408: Reason.TIMEOUT,
    425: Reason.BUSY,
    429: Reason.BUSY,
    503: Reason.BUSY,
    507: Reason.NO_ROOM,
    511: Reason.SIGN_IN_PAGE,
}

Message = TypeVar("Message")


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose requests these are: an epoch and its key."""

    epoch: bytes
    key: PrivateKey


@dataclass(frozen=True, slots=True)
class BlobProgress:
    """How far an attachment has come at the centre."""

    offset: int
    is_complete: bool


class Transport:
    """The calls of one office to its centre. Use it from one thread, the network lane's.

    `ring` says whose answers count; `since_ms` is the last centre time that was verified. The clock that signs may be
    set to the centre's (`take_centre_time`) when this computer's is wrong.
    """

    def __init__(
        self,
        line: Line,
        ring: KeyRing,
        *,
        since_ms: int = 0,
        wall_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self._line = line
        self.ring = ring
        self.since_ms = since_ms
        self._wall_ms = wall_ms
        self._ahead_ms = 0

    def take_centre_time(self, server_time_ms: int) -> bool:
        """Sign with the centre's time from now on; False when that is what was signed with already.

        Only the difference to this computer's clock is kept.
        """
        ahead_ms = server_time_ms - self._wall_ms()
        is_new = abs(ahead_ms - self._ahead_ms) > TOLERANCE_MS // 10
        self._ahead_ms = ahead_ms
        return is_new

    def heard(self, server_time_ms: int) -> None:
        """The centre's time was verified: an answer signed by a key that ended before it counts no more."""
        self.since_ms = max(self.since_ms, server_time_ms)

    def close(self) -> None:
        """Let the kept connection go."""
        self._line.close()

    def stop(self) -> None:
        """Break the call under way, from any thread."""
        self._line.stop()

    def exchange(self, signer: Signer, request: bytes, progress: Progress | None = None) -> Outcome[ExchangeReply]:
        """The routine call with a packed ExchangeRequest (`frames.pack`)."""
        return self._call(signer, "POST", EXCHANGE_PATH, request, ExchangeReply, progress)

    def ask_person(self, signer: Signer, request: PersonRequest) -> Outcome[PersonReply]:
        """Let the centre check a person's password for this workplace."""
        return self._call(signer, "POST", PERSON_PATH, frames.pack(request), PersonReply)

    def act_in_meeting(
        self, signer: Signer, call: MeetingCall, progress: Progress | None = None
    ) -> Outcome[MeetingReply]:
        """Do one act in a meeting; the same act sent again is done once."""
        return self._call(signer, "POST", MEETING_PATH, frames.pack(call), MeetingReply, progress)

    def send_piece(
        self,
        signer: Signer,
        blob_id: bytes,
        offset: int,
        size_bytes: int,
        piece: bytes,
        progress: Progress | None = None,
    ) -> Outcome[BlobReply]:
        """Append a piece of an attachment at `offset` of `size_bytes`."""
        path = f"{BLOB_PATH}{blob_id.hex()}?offset={offset}&size={size_bytes}"
        return self._call(signer, "PATCH", path, piece, BlobReply, progress)

    def ask_blob(self, signer: Signer, blob_id: bytes) -> Outcome[BlobProgress]:
        """Ask how far an attachment has come; Refused `not_here` when nothing of it is there."""
        path = f"{BLOB_PATH}{blob_id.hex()}"
        sent = self._send(signer, "HEAD", path, b"", 0, None)
        if not isinstance(sent, _Heard):
            return sent
        told = _header(sent.answer.headers, OFFSET_HEADER) or ""
        # An answer to HEAD has no body; what a header brings in its place is signed.
        bare = told.encode() if sent.answer.status == 200 else read_bare_refusal(sent.answer.headers, ANSWER_MOST_BYTES)
        failure = self._failure(replace(sent, answer=replace(sent.answer, body=bare)))
        if failure is not None:
            return failure
        offset, _, state = told.partition(";")
        if not offset.isascii() or not offset.isdigit() or len(offset) > 12 or state not in ("open", "complete"):
            return TryAgain(Reason.NOT_UNDERSTOOD, detail=OFFSET_HEADER)
        return Answered(BlobProgress(int(offset), state == "complete"), sent.spent)

    def fetch_piece(
        self, signer: Signer, blob_id: bytes, offset: int, size_bytes: int, progress: Progress | None = None
    ) -> Outcome[bytes]:
        """Fetch bytes `offset` … `offset + size_bytes` (fewer at the end). Unsigned: the blob's hash proves them."""
        path = f"{BLOB_PATH}{blob_id.hex()}"
        headers = {"Range": f"bytes={offset}-{offset + size_bytes - 1}"}
        sent = self._send(signer, "GET", path, b"", max(size_bytes, ANSWER_MOST_BYTES), progress, headers)
        if not isinstance(sent, _Heard):
            return sent
        answer = sent.answer
        if answer.status in (200, 206) and _header(answer.headers, REPLY_HEADER) is None:
            if _media_type(answer.headers) != "application/octet-stream" or len(answer.body) > size_bytes:
                return TryAgain(Reason.FOREIGN, detail="blob")
            return Answered(answer.body, sent.spent)
        failure = self._failure(sent)
        return failure or TryAgain(Reason.NOT_UNDERSTOOD)

    def _call(
        self,
        signer: Signer,
        method: str,
        path: str,
        body: bytes,
        reply: type[Message],
        progress: Progress | None = None,
    ) -> Outcome[Message]:
        sent = self._send(signer, method, path, body, ANSWER_MOST_BYTES, progress)
        if not isinstance(sent, _Heard):
            return sent
        failure = self._failure(sent)
        if failure is not None:
            return failure
        try:
            return Answered(frames.unpack(reply, sent.answer.body), sent.spent)
        except ContractError as failure_of_form:
            return TryAgain(Reason.NOT_UNDERSTOOD, detail=str(failure_of_form), spent=sent.spent)

    def _send(
        self,
        signer: Signer,
        method: str,
        path: str,
        body: bytes,
        limit_bytes: int,
        progress: Progress | None,
        more: Mapping[str, str] | None = None,
    ) -> "_Heard | TryAgain":
        nonce = new_nonce()
        headers = sign_request(signer.key, method, path, body, nonce, signer.epoch, self._wall_ms() + self._ahead_ms)
        if body:
            headers["Content-Type"] = frames.MEDIA_TYPE if method == "POST" else "application/octet-stream"
        headers.update(more or {})
        named = request_hash(method, path, body, nonce, signer.epoch)
        sent = _sent(self._line, method, path, headers, body, named, limit_bytes, progress)
        if isinstance(sent, _Heard) and _header(sent.answer.headers, UNREAD_HEADER) == str(len(body)):
            return replace(sent, named=unread_request_hash(method, path, len(body), nonce, signer.epoch))
        return sent

    def _failure(self, heard: "_Heard") -> Failure | None:
        """None for the centre's own 200; what to do next for everything else."""
        answer = heard.answer
        try:
            verify_reply(self.ring, heard.named, answer.status, answer.headers, answer.body, self.since_ms)
        except NotAuthentic as unproved:
            return _unproved(heard, unproved)
        if answer.status == 200:
            return None
        return _refusal(heard)


def enrol(line: Line, sealed: Sealed) -> Outcome[Sealed]:
    """Carry a sealed enrolment to the centre and bring its sealed answer, which the one-time code authenticates.

    A refusal cannot be proved: no key of the centre is known here yet. The same may be sent again after a lost answer.
    """
    nonce = new_nonce()
    body = frames.pack(sealed)
    headers = {NONCE_HEADER: nonce.hex(), "Content-Type": frames.MEDIA_TYPE}
    named = request_hash("POST", ENROL_PATH, body, nonce, NO_EPOCH)
    sent = _sent(line, "POST", ENROL_PATH, headers, body, named, ENROL_REPLY_MOST_BYTES, None)
    if not isinstance(sent, _Heard):
        return sent
    answer = sent.answer
    if _media_type(answer.headers) != frames.MEDIA_TYPE:
        return _unproved(sent, NotAuthentic("reply_unsigned"))
    if answer.status != 200:
        return _refusal(sent)
    try:
        return Answered(frames.unpack(Sealed, answer.body, ENROL_REPLY_MOST_BYTES), sent.spent)
    except ContractError as malformed:
        return TryAgain(Reason.FOREIGN, detail=malformed.code, spent=sent.spent)


@dataclass(frozen=True, slots=True)
class _Heard:
    """A whole answer and the request it must be bound to."""

    answer: RawAnswer
    named: bytes
    spent: Spent


def _sent(
    line: Line,
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    named: bytes,
    limit_bytes: int,
    progress: Progress | None,
) -> _Heard | TryAgain:
    began = time.monotonic()

    def spent(down: int) -> Spent:
        return Spent(len(body), down, int((time.monotonic() - began) * 1000))

    try:
        if progress is None:
            answer = line.send(method, path, headers, body, limit_bytes=limit_bytes)
        else:
            answer = line.send(method, path, headers, body, limit_bytes=limit_bytes, progress=progress)
    except LineBroke as broke:
        return TryAgain(broke.reason, detail=broke.detail, spent=spent(0))
    return _Heard(answer, named, spent(len(answer.body)))


def _refusal(heard: _Heard) -> Failure:
    """Sort the centre's own refusal."""
    answer = heard.answer
    try:
        said = frames.unpack(Refusal, answer.body) if answer.body else Refusal("")
    except ContractError as malformed:
        return TryAgain(Reason.NOT_UNDERSTOOD, detail=malformed.code, spent=heard.spent)
    after_s = said.retry_after_s or _retry_after(answer.headers)
    later = _LATER.get(answer.status)
    if later is not None and said.code not in _TOLD_TO_A_PERSON:
        return TryAgain(later, min(after_s, RETRY_AFTER_MOST_S), said.code, heard.spent)
    match answer.status:
        case 401 if said.code == "request_time":
            return SignAnew(said.server_time_ms, said.code)
        case 409 if said.code == "too_late":  # by the centre's clock: an act in a meeting alone is so short-lived
            return SignAnew(said.server_time_ms, said.code)
        case 413:
            limit = (said.params or {}).get("limit", 0)
            return Halve(limit if isinstance(limit, int) else 0)
        case status if status >= 500:
            return TryAgain(Reason.TROUBLE, min(after_s, RETRY_AFTER_MOST_S), said.code, heard.spent)
        case status:
            return Refused(said.code, said.params or {}, status, said.server_time_ms, after_s)


_TOLD_TO_A_PERSON: Final = frozenset({"code_wait", "sign_in_wait"})
"""Waits that a person at the keyboard is told of; not the line's."""


def _unproved(heard: _Heard, why: NotAuthentic) -> Failure:
    """Sort an answer that the centre did not sign: never believed, at most a hint when to try again."""
    answer = heard.answer
    after_s = min(_retry_after(answer.headers), RETRY_AFTER_MOST_S)
    if why.code != "reply_unsigned":
        return TryAgain(Reason.FORGED, after_s, why.code, heard.spent)
    if answer.status == 413:
        return Halve()
    later = _LATER.get(answer.status)
    if later is not None:
        return TryAgain(later, after_s, "unsigned", heard.spent)
    if 300 <= answer.status < 400:
        return TryAgain(Reason.REDIRECT, after_s, str(answer.status), heard.spent)
    if answer.status >= 500:
        return TryAgain(Reason.TROUBLE, after_s, "unsigned", heard.spent)
    return TryAgain(Reason.FOREIGN, after_s, str(answer.status), heard.spent)


def _retry_after(headers: Mapping[str, str]) -> int:
    """Seconds asked for; a date (RFC 9110) is passed over, the own backoff is as good."""
    told = (_header(headers, "Retry-After") or "").strip()
    return int(told) if told.isascii() and told.isdigit() and len(told) < 8 else 0


def _media_type(headers: Mapping[str, str]) -> str:
    return (_header(headers, "Content-Type") or "").partition(";")[0].strip().lower()


def _header(headers: Mapping[str, str], name: str) -> str | None:
    wanted = name.lower()
    return next((value for key, value in headers.items() if key.lower() == wanted), None)
