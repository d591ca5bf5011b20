"""What may come of one call to the centre, sorted by what the office does next. No status ever deletes anything."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, TypeVar

from server_sync.contract.messages import Notes

Message_co = TypeVar("Message_co", covariant=True)


class Reason(Enum):
    """Why the same is tried again later."""

    NO_ANSWER = "no_answer"
    TIMEOUT = "timeout"
    TLS = "tls_failed"
    HALF_ANSWER = "half_answer"
    REDIRECT = "redirected"
    FOREIGN = "foreign_answer"
    FORGED = "answer_forged"
    NOT_UNDERSTOOD = "answer_not_understood"
    SIGN_IN_PAGE = "network_asks_sign_in"
    PROXY = "proxy_asks_sign_in"
    TOO_LARGE = "too_large_for_line"
    BUSY = "centre_busy"
    NO_ROOM = "centre_full"
    TROUBLE = "centre_trouble"
    STOPPED = "stopped_here"

    @property
    def is_foreign(self) -> bool:
        """Whether something answered that is not the centre: a captive portal, a proxy."""
        return self in _FOREIGN

    @property
    def is_slow(self) -> bool:
        """Whether a smaller batch may come through where this one did not."""
        return self in (Reason.TIMEOUT, Reason.HALF_ANSWER)


_FOREIGN = frozenset({Reason.REDIRECT, Reason.FOREIGN, Reason.FORGED, Reason.SIGN_IN_PAGE, Reason.PROXY, Reason.TLS})


@dataclass(frozen=True, slots=True)
class Spent:
    """What a call cost: bytes of the two bodies, milliseconds."""

    bytes_up: int = 0
    bytes_down: int = 0
    took_ms: int = 0


@dataclass(frozen=True, slots=True)
class Answered(Generic[Message_co]):
    """The centre itself answered this very request."""

    message: Message_co
    spent: Spent = field(default_factory=Spent)


@dataclass(frozen=True, slots=True)
class Refused:
    """The centre itself says no, by name; nothing was changed there."""

    code: str
    params: Notes = field(default_factory=dict)
    status: int = 400
    server_time_ms: int = 0
    retry_after_s: int = 0


@dataclass(frozen=True, slots=True)
class TryAgain:
    """The line, not the centre, or not now: the same again later. `after_s` is what was asked for, 0 if nothing was."""

    reason: Reason
    after_s: int = 0
    detail: str = ""
    spent: Spent = field(default_factory=Spent)


@dataclass(frozen=True, slots=True)
class Halve:
    """Too large for something on the way: half as much next time."""

    limit_bytes: int = 0


@dataclass(frozen=True, slots=True)
class SignAnew:
    """The centre does not accept the signature: signed again with its time. Nothing is dropped."""

    server_time_ms: int
    code: str = ""


Failure = Refused | TryAgain | Halve | SignAnew
Outcome = Answered[Message_co] | Failure
