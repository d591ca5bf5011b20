"""What a person does in a meeting, carried to the centre beside the exchanges: an act never waits behind an attachment.

An act is sent again, the same one, while the line fails and a person would still wait; the centre does it once.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from liaison_desktop.domain.errors import ExchangeFailed, MeetingRefused
from liaison_desktop.sync.closed import GIVES_MOST, Locksmith
from liaison_desktop.sync.door import failure_of
from liaison_desktop.sync.line import Timeouts
from liaison_desktop.sync.outcomes import Answered, Halve, Reason, Refused, SignAnew, TryAgain
from liaison_desktop.sync.transport import Signer, Transport
from server_sync.contract.chat import ChatLine, read_lines
from server_sync.contract.errors import ContractError
from server_sync.contract.meetings import Desk, MeetingAct, MeetingCall, MeetingReply, Stage, read_desk, read_stage
from server_sync.contract.signing import random_bytes

PATIENCE: Final = Timeouts(connect_s=6, read_s=8, stall_s=8)
"""A few hundred bytes each way: what takes longer is lost, also at 40 kbps beside a picture."""
GIVE_UP_S: Final = 20.0
"""So long an act is sent again; later it is not what the person wants any more."""
PAUSE_S: Final = 0.5
TIMES_MOST: Final = 8
TOO_LATE: Final = "too_late"
"""The centre's word for an act that was signed too long ago by its clock: signed anew with its time."""
NEVER_SENT: Final = frozenset({"ConnectTimeout"})
"""Failures of the line before anything was sent; after every other the centre may have the act."""
TOLD_TO_A_PERSON: Final = frozenset({"no_media_server"})
"""The centre answers and cannot do it now: not the line's fault, and said so."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer of the centre, read; `desk` is for the chair's desk alone.

    `key` is the newest of a closed meeting that this PC has, with its number; empty while none has come.
    """

    stage: Stage
    who: str
    url: str = ""
    token: str = ""
    token_until_ms: int = 0
    desk: Desk | None = None
    server_time_ms: int = 0
    chat: tuple[ChatLine, ...] = ()
    key: bytes = field(default=b"", repr=False)
    key_number: int = 0


class MeetingLine:
    """The acts of one workplace. Use it from the meeting's lane; `stop` from any thread.

    `pause` waits between two tries, `now_s` says how long it has been tried.
    """

    def __init__(
        self,
        calls: Transport,
        signer: Signer,
        *,
        pause: Callable[[float], object] = time.sleep,
        now_s: Callable[[], float] = time.monotonic,
        locksmith: Locksmith | None = None,
    ) -> None:
        self._calls, self._signer, self._pause, self._now_s = calls, signer, pause, now_s
        self._locksmith = locksmith
        self._stopped = False

    def act(self, call: MeetingCall, *, once: bool = False, asked_s: float | None = None, closed_by: str = "") -> Told:
        """Do an act and say what is so now. `closed_by` is the office that leads, of a closed meeting.

        `asked_s` is when the person asked for it, by `now_s`: an act that waited behind others is not sent at all when
        nobody waits for it any more. What is raised for the line says in `may_happen` whether the centre may have it.

        Raises MeetingRefused with the centre's code, ExchangeFailed when the line failed until nobody waits any more
        (with `once` at the first failure). `ExchangeFailed("answer_not_understood")` also when the stage cannot be
        read.
        """
        until = (self._now_s() if asked_s is None else asked_s) + GIVE_UP_S
        pause_s = PAUSE_S
        is_sent = False
        locksmith = self._locksmith if closed_by else None
        if locksmith is not None:
            call = locksmith.prepare(call)
        for _ in range(TIMES_MOST):
            if self._stopped:
                raise ExchangeFailed(Reason.STOPPED.value)
            if self._now_s() >= until:
                break
            outcome = self._calls.act_in_meeting(self._signer, call)
            match outcome:
                case Answered(message=reply):
                    self._calls.heard(reply.server_time_ms)
                    if locksmith is None:
                        return _read(reply)
                    locksmith.take(call.meeting, reply, closed_by)
                    newest = self._give_keys(locksmith, call, reply)
                    key, number = locksmith.key(call.meeting)
                    return replace(_read(replace(reply, stage=newest.stage)), key=key, key_number=number)
                case SignAnew(server_time_ms=time_ms, code=code) if time_ms and (
                    self._calls.take_centre_time(time_ms) or code == TOO_LATE
                ):
                    continue
                case TryAgain(detail=code) if code in TOLD_TO_A_PERSON:
                    raise MeetingRefused(code)
                case TryAgain() if self._is_worth_while(outcome, once, until, pause_s):
                    is_sent = is_sent or outcome.detail not in NEVER_SENT
                    self._pause(max(pause_s, outcome.after_s))
                    pause_s *= 2
                case TryAgain():
                    is_sent = is_sent or outcome.detail not in NEVER_SENT
                    raise ExchangeFailed(outcome.reason.value, after_s=outcome.after_s, may_happen=is_sent)
                case Refused() | Halve() | SignAnew():
                    raise failure_of(outcome, MeetingRefused)
        raise ExchangeFailed(Reason.NO_ANSWER.value, may_happen=is_sent)

    def stop(self) -> None:
        """Break the act under way and send nothing more: the program ends and waits for nobody."""
        self._stopped = True
        self._calls.stop()

    def close(self) -> None:
        """Let the kept connection go."""
        self._calls.close()

    def _give_keys(self, locksmith: Locksmith, call: MeetingCall, reply: MeetingReply) -> MeetingReply:
        """Hand out the key of a closed meeting, where this is the desk that does; what fails is done with the next."""
        for _ in range(GIVES_MOST):
            giving = locksmith.giving(call.meeting, reply)
            if giving is None:
                break
            bare = MeetingCall(call.meeting, call.person, MeetingAct.GIVE_KEYS, random_bytes(16))
            outcome = self._calls.act_in_meeting(self._signer, locksmith.prepare(bare, giving.given))
            if not isinstance(outcome, Answered):
                break
            reply = outcome.message
            locksmith.gave(call.meeting, giving)
        return reply

    def _is_worth_while(self, outcome: TryAgain, once: bool, until: float, pause_s: float) -> bool:
        if once or outcome.reason is Reason.STOPPED or outcome.reason.is_foreign:
            return False
        return self._now_s() + max(pause_s, outcome.after_s) < until


def _read(reply: MeetingReply) -> Told:
    try:
        return Told(
            read_stage(reply.stage),
            reply.who,
            reply.url,
            reply.token,
            reply.token_until_ms,
            read_desk(reply.desk) if reply.desk else None,
            reply.server_time_ms,
            read_lines(reply.chat) if reply.chat else (),
        )
    except ContractError as malformed:
        raise ExchangeFailed(Reason.NOT_UNDERSTOOD.value) from malformed
