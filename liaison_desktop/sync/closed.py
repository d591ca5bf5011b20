"""The keys of closed meetings at this PC: wished for, opened as they come, sealed to the others by the desk that leads.

Everything is held in memory for as long as the program runs. Use it from the meeting's lane.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from liaison_desktop.sync.transport import Signer
from server_sync.contract.closed import (
    BOXES_MOST,
    KeyBox,
    KeyGiven,
    KeysGiven,
    KeyWished,
    MeetingKeys,
    check_wish,
    new_meeting_key,
    new_stay_key,
    open_key,
    seal_key,
    wish_key,
)
from server_sync.contract.errors import ContractError, NotAuthentic
from server_sync.contract.evidence.keyring import KeyRing
from server_sync.contract.meetings import MeetingCall, MeetingReply, site_of, who_of
from server_sync.contract.signing import PublicKey

GIVES_MOST = 12
"""So many calls with boxes follow one answer at most: enough for all the PCs of a meeting."""


@dataclass(slots=True)
class _Held:
    """What this PC has of one meeting: the key of its stay, the newest of the meeting, whether it drew that itself."""

    stay: bytes = field(default_factory=new_stay_key, repr=False)
    number: int = 0
    secret: bytes = field(default=b"", repr=False)
    is_own: bool = False
    strange: set[bytes] = field(default_factory=set)
    """Wishes that nobody enrolled has signed: they get nothing, and are not looked at again."""


@dataclass(frozen=True, slots=True)
class Giving:
    """Boxes to be handed to the centre, and the key that is in them."""

    given: KeysGiven
    secret: bytes = field(repr=False)


class Locksmith:
    """One for a workplace. `number_code_of` says under which letters a site registers, as its certificates do."""

    def __init__(self, signer: Signer, ring: KeyRing, number_code_of: Callable[[str], str]) -> None:
        self._signer, self._ring, self._number_code_of = signer, ring, number_code_of
        self._held: dict[bytes, _Held] = {}

    def prepare(self, call: MeetingCall, given: KeysGiven | None = None) -> MeetingCall:
        """The call with this PC's wish, as every call in a closed meeting has it."""
        held = self._held.setdefault(call.meeting, _Held())
        wish = wish_key(held.stay, self._signer.key, call.meeting, self._signer.epoch, held.number)
        return replace(call, keys=MeetingKeys(wish, given))

    def key(self, meeting: bytes) -> tuple[bytes, int]:
        """The newest key of a meeting and its number; nothing and 0 before there is one."""
        held = self._held.get(meeting)
        return (b"", 0) if held is None else (held.secret, held.number)

    def take(self, meeting: bytes, reply: MeetingReply, chair: str) -> None:
        """Open a box that came; one that is not from a PC of the office that leads is left closed."""
        given, held = reply.key_given, self._held.get(meeting)
        if given is None or held is None or given.number <= held.number:
            return
        try:
            secret = self._open(given, held, meeting, reply.who, chair)
        except ContractError:
            return  # the room says that the key has not come
        held.number, held.secret, held.is_own = given.number, secret, False

    def giving(self, meeting: bytes, reply: MeetingReply) -> Giving | None:
        """What this desk has to hand out now: the first key, the next one, or the present one to those who wait."""
        wished, held = reply.keys_wished, self._held.get(meeting)
        if wished is None or held is None:
            return None
        has_it = held.is_own and wished.holder == reply.who and wished.number == held.number
        draws = wished.number == 0 or wished.is_due or (wished.holder == reply.who and not has_it)
        if not draws and not has_it:
            return None  # another desk holds it
        secret = new_meeting_key() if draws else held.secret
        number = (wished.following or wished.number + 1) if draws else wished.number
        boxes = [self._box(one, held, secret, number, meeting) for one in wished.waiting[:BOXES_MOST]]
        sealed = tuple(box for box in boxes if box is not None)
        return Giving(KeysGiven(number, sealed), secret) if draws or sealed else None

    def gave(self, meeting: bytes, giving: Giving) -> None:
        """The centre has these boxes: from now on that is the key."""
        held = self._held[meeting]
        held.number, held.secret, held.is_own = giving.given.number, giving.secret, True

    def _box(self, wished: KeyWished, held: _Held, secret: bytes, number: int, meeting: bytes) -> KeyBox | None:
        if wished.signature in held.strange:
            return None
        try:
            epoch, signer = self._enrolled(wished.certificate, wished.who, site_of(wished.who))
            check_wish(wished.public, wished.signature, signer, meeting, epoch)
            return seal_key(secret, number, wished.public, self._signer.key, meeting, wished.who)
        except ContractError:
            held.strange.add(wished.signature)
            return None

    def _open(self, given: KeyGiven, held: _Held, meeting: bytes, who: str, chair: str) -> bytes:
        _epoch, giver = self._enrolled(given.certificate, given.giver, chair)
        return open_key(given, held.stay, giver, meeting, who)

    def _enrolled(self, certificate: bytes, who: str, site: str) -> tuple[bytes, PublicKey]:
        """The epoch and key of a PC of this site that is called so, by its certificate; raises ContractError."""
        read = self._ring.add_workplace(certificate)
        if self._ring.is_revoked(read.epoch) or read.number_code != self._number_code_of(site):
            raise NotAuthentic("certificate_of_another")
        if who_of(site, read.epoch) != who:
            raise NotAuthentic("certificate_of_another")
        return read.epoch, PublicKey(read.public_key)
