"""A PC that is enrolled like any other and says what it likes: it keeps the rules of framing and no others."""

import time
from dataclasses import dataclass, field

import requests

from server_sync.contract import authentication, codec, frames
from server_sync.contract.enrolment import EnrolmentCode, check_reply, seal_request
from server_sync.contract.events import NO_PERSON, Event, EventKind, Header
from server_sync.contract.evidence.certificate import WorkplaceCertificate
from server_sync.contract.evidence.chain import advance, genesis, sign_head
from server_sync.contract.identifiers import new_salt
from server_sync.contract.messages import (
    ENROL_PATH,
    EXCHANGE_PATH,
    EnrolReply,
    EnrolRequest,
    ExchangeReply,
    ExchangeRequest,
    RawEvent,
    Refusal,
    Sealed,
    Status,
)
from server_sync.contract.shapes import from_plain, to_plain
from server_sync.contract.signing import PrivateKey, random_bytes

CALL_S = 60.0


@dataclass
class ForgingPc:
    """One such PC; `person` is who it says is at its keyboard."""

    address: str
    site: str
    epoch: bytes
    key: PrivateKey
    certificate: bytes
    person: bytes = NO_PERSON
    events: list[Event] = field(default_factory=list)
    counter: int = 0
    sent: int = 0
    _chains: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chains = [genesis(self.certificate)]

    def write(
        self, kind: int, raw: bytes, *, appeal: bytes | None = None, person: bytes | None = None, **header: int | bytes
    ) -> Event:
        """Make its next event out of bytes as they are."""
        registers = kind == EventKind.APPEAL_REGISTERED
        said: dict[str, int | bytes | None] = {
            "epoch": self.epoch,
            "seq": len(self.events) + 1,
            "kind": kind,
            "wall_ms": _now_ms(),
            "monotonic_ms": time.monotonic_ns() // 1_000_000,
            "boot": bytes(8),
            "year": time.gmtime().tm_year if registers else 0,
            "counter": self.counter + 1 if registers else 0,
            "random": (self.counter + 1) % 100 if registers else 0,
            "appeal": None if registers else appeal,
            "person": self.person if person is None else person,
            **header,
        }
        made = Event(codec.encode(to_plain(Header(**said))), new_salt(), raw)  # type: ignore[arg-type]  # named above
        self.events.append(made)
        self._chains.append(advance(self._chains[-1], made.hash))
        return made

    def exchange(self) -> ExchangeReply | Refusal:
        """Send what is new, and give what the centre says."""
        head = len(self.events)
        chain = self._chains[head]
        message = ExchangeRequest(
            epoch=self.epoch,
            last_seq=head,
            head_seq=head,
            chain=chain,
            signature=sign_head(self.key, self.epoch, head, chain),
            clock_ms=_now_ms(),
            events=tuple(RawEvent.of(event) for event in self.events[self.sent :]),
        )
        answer = self.post(EXCHANGE_PATH, message)
        if answer.status_code != 200:
            return frames.unpack(Refusal, answer.content)
        self.sent = head
        return frames.unpack(ExchangeReply, answer.content)

    def post(self, path: str, message: object) -> requests.Response:
        """Send a message as a signed call, and give the answer as it comes."""
        body = frames.pack(message)
        signed = authentication.sign_request(
            self.key, "POST", path, body, authentication.new_nonce(), self.epoch, _now_ms()
        )
        headers = {**signed, "Content-Type": frames.MEDIA_TYPE}
        return requests.post(self.address + path, body, headers=headers, timeout=CALL_S)

    def take_back(self, count: int) -> None:
        """Forget the newest events, which the centre would not have."""
        del self.events[len(self.events) - count :]
        del self._chains[len(self._chains) - count :]


def enrol(address: str, site: str, typed_code: str, person: bytes) -> ForgingPc:
    """Become a workplace, as the protocol has it."""
    code, key = EnrolmentCode.parse(typed_code), PrivateKey.generate()
    message = codec.encode(to_plain(EnrolRequest(key.public.raw, "Терезе", random_bytes(16), None)))
    body = frames.pack(Sealed(message, seal_request(code.mac_key, message), code.id))
    headers = {authentication.NONCE_HEADER: authentication.new_nonce().hex(), "Content-Type": frames.MEDIA_TYPE}
    answer = requests.post(address + ENROL_PATH, body, headers=headers, timeout=CALL_S)
    answer.raise_for_status()
    sealed = frames.unpack(Sealed, answer.content)
    check_reply(code.mac_key, message, sealed.message, sealed.mac)
    reply = from_plain(EnrolReply, codec.decode(sealed.message, len(sealed.message)))
    certificate = from_plain(WorkplaceCertificate, codec.decode(reply.certificate, len(reply.certificate)))
    return ForgingPc(address, site, certificate.epoch, key, reply.certificate, person)


def results_of(reply: ExchangeReply) -> list[tuple[Status, str]]:
    """What became of each event of a batch."""
    return [(run.status, run.code) for run in reply.results for _ in range(run.count)]


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
