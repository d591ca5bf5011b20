"""What the rest of the program needs of sync: enrol, ask for a person, and a conductor for an open store."""

from collections.abc import Callable, Iterable
from random import Random
from typing import Final

from liaison_desktop.domain.appeals import ChangeSet
from liaison_desktop.domain.errors import ExchangeFailed, LiaisonError, SignInRefused, WorkplaceError
from liaison_desktop.store.directory import key_ring
from liaison_desktop.store.epochs import current_epoch
from liaison_desktop.store.settings import server_time
from liaison_desktop.store.store import Store
from liaison_desktop.sync import transport
from liaison_desktop.sync.exchanging import IDLE_S, Exchanging
from liaison_desktop.sync.line import Line, Timeouts
from liaison_desktop.sync.outcomes import Answered, Failure, Halve, Refused, SignAnew, TryAgain
from liaison_desktop.sync.transport import Signer, Transport
from liaison_desktop.workplace.clock import Clock
from server_sync.contract.messages import Notes, PersonReply, PersonRequest, Sealed

SIGN_ANEW_MOST: Final = 2
USUAL: Final = Timeouts()
PATIENCE: Final = Timeouts(connect_s=10, read_s=30, stall_s=30)
"""A person waits for the answer: shorter than the exchange's own."""


class Centre:
    """The centre as one sees it before this computer is a workplace; carries an enrolment (services.enrolling)."""

    def __init__(
        self, server: str, *, authority: str | bool = True, timeouts: Timeouts = PATIENCE, program: str = ""
    ) -> None:
        self._line = Line(server, authority=authority, timeouts=timeouts, program=program)

    def stop(self) -> None:
        """Break the call under way, from any thread: the window closes and waits for nobody."""
        self._line.stop()

    def enrol(self, request: Sealed) -> Sealed:
        """Carry a sealed request and bring the sealed answer.

        Raises WorkplaceError for the centre's refusal (`code_unknown`, `code_used`, `code_expired`, `code_wait` with
        wait_s, …), ExchangeFailed for the line's. In the network's lane.
        """
        try:
            outcome = transport.enrol(self._line, request)
        finally:
            self._line.close()
        if isinstance(outcome, Answered):
            return outcome.message
        raise failure_of(outcome, WorkplaceError)


def open_transport(
    store: Store,
    server: str,
    roots: Iterable[bytes],
    clock: Clock,
    *,
    authority: str | bool = True,
    program: str = "",
    timeouts: Timeouts = USUAL,
) -> Transport:
    """The calls of an enrolled workplace. In the store's lane; the calls themselves belong to the network's.

    `server` and `roots` are the enrolment's; `authority` a file of the certificate authority that production pins.
    """
    heard = server_time(store)
    return Transport(
        Line(server, authority=authority, program=program, timeouts=timeouts),
        key_ring(store, roots),
        since_ms=heard.time_ms if heard else 0,
        wall_ms=clock.wall_ms,
    )


def open_exchanging(
    store: Store,
    calls: Transport,
    clock: Clock,
    *,
    versions: Notes,
    changed: Callable[[ChangeSet], object] = lambda _changes: None,
    random: Random | None = None,
    idle_s: float = IDLE_S,
) -> Exchanging:
    """The conductor of an open store's exchanges. `versions` names at least `program`."""
    return Exchanging(store, calls, clock, versions=versions, changed=changed, random=random, idle_s=idle_s)


def signer_of(store: Store) -> Signer:
    """Who signs for this workplace now. In the store's lane; raises NotEnrolled."""
    epoch = current_epoch(store.connection)
    return Signer(epoch.epoch, epoch.key)


def ask_person(calls: Transport, signer: Signer, login: str, password: str) -> PersonReply:
    """Let the centre check a password, for a person's first sign-in here. In the network's lane.

    Raises SignInRefused with the centre's code (and wait_s), or ExchangeFailed for the line's failure.
    """
    for _ in range(SIGN_ANEW_MOST):
        outcome = calls.ask_person(signer, PersonRequest(login, password))
        match outcome:
            case Answered(message=reply):
                calls.close()
                return reply
            case SignAnew(server_time_ms=time_ms) if time_ms and calls.take_centre_time(time_ms):
                continue
            case Refused() | TryAgain() | Halve() | SignAnew():
                calls.close()
                raise failure_of(outcome, SignInRefused)
    raise ExchangeFailed("request_time")


def failure_of(failure: Failure, refusal: type[LiaisonError]) -> LiaisonError:
    """Say a failed call as an error: the centre's own no as `refusal`, the line's as ExchangeFailed."""
    match failure:
        case Refused(status=401):  # who asks was not believed: nothing that a person typed
            return ExchangeFailed(failure.code or "signature_refused")
        case Refused():
            named = {key: value for key, value in failure.params.items() if key != "permanent"}
            return refusal(failure.code, permanent=False, **named)
        case TryAgain():
            return ExchangeFailed(failure.reason.value, after_s=failure.after_s)
        case Halve():
            return ExchangeFailed("too_large_for_line")
        case SignAnew():
            return ExchangeFailed(failure.code or "signature_refused")
