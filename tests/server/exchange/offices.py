"""A small office for the server's tests: it makes real events, signs real requests and keeps what comes back."""

import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from server_sync.contract import authentication, frames
from server_sync.contract.bodies import (
    Address,
    AnswerBy,
    AppealForm,
    AppealKind,
    AppealRegistered,
    Applicant,
    Body,
    DueTerm,
)
from server_sync.contract.events import KIND_OF, NO_PERSON, Event, EventKind, Header, make_event, read_body, read_header
from server_sync.contract.evidence.certificate import WorkplaceCertificate
from server_sync.contract.evidence.chain import advance, genesis, sign_head
from server_sync.contract.evidence.receipt import Receipt, qr_text, sign_receipt
from server_sync.contract.identifiers import new_salt
from server_sync.contract.messages import (
    EXCHANGE_PATH,
    ExchangeReply,
    ExchangeRequest,
    FeedEntry,
    Health,
    RawEvent,
    Refusal,
    length_of,
    rows_of,
)
from server_sync.contract.moments import claimed_ms
from server_sync.contract.numbers import RegistrationNumber
from server_sync.contract.signing import PrivateKey
from server_sync.evidence.keys import key_ring

TODAY = timezone.localdate()
"""The day on which these tests write; it stays when midnight comes while they run."""
THIS_YEAR = TODAY.year
REQUEST = AppealRegistered(
    kind=AppealKind.COMPLAINT,
    form=AppealForm.WRITTEN,
    language="ky",
    applicant=Applicant(surname="Турдубаева", given_name="Бактыгүл", pin="10101198099656"),
    address=Address(territory_code="KG-C-ALA"),
    answer_by=AnswerBy.PHONE,
    addressee_code="AKIM",
    addressee_site="KG-C-ALA",
    categories=("11.04",),
    subject="Мал уурулугу боюнча тергөөнүн созулушу",
    text="Түнкүсүн келип, жылкы менен уйду унаага жүктөп кетишти.",
    registered_on=TODAY,
    due=DueTerm(due_on=TODAY + timedelta(days=20), working_days=14, rules_version=1),
)


@dataclass
class PlainOffice:
    """One enrolled PC, as the wire sees it."""

    epoch: bytes
    key: PrivateKey
    certificate: bytes
    client: Client = field(default_factory=Client)
    events: list[Event] = field(default_factory=list)
    sent: int = 0
    feed_read: int = 0
    common_read: int = 0
    checkpoint_size: int = 0
    server_epoch: int = 0
    feed: list[FeedEntry] = field(default_factory=list)
    counter: int = 0
    person: bytes = NO_PERSON
    posted: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def write(self, body: Body, *, appeal: bytes | None = None, person: bytes | None = None, **header: int) -> Event:
        """Make the next event of this PC."""
        registers = KIND_OF[type(body)] is EventKind.APPEAL_REGISTERED
        if registers:
            self.counter += 1
        made = make_event(
            replace(
                Header(
                    epoch=self.epoch,
                    seq=len(self.events) + 1,
                    kind=KIND_OF[type(body)],
                    wall_ms=time.time_ns() // 1_000_000,
                    monotonic_ms=time.monotonic_ns() // 1_000_000,
                    boot=bytes(8),
                    year=THIS_YEAR if registers else 0,
                    counter=self.counter if registers else 0,
                    random=self.counter % 100 if registers else 0,
                    appeal=appeal,
                    person=self.person if person is None else person,
                ),
                **header,  # type: ignore[arg-type]  # a test changes what it likes
            ),
            body,
            new_salt(),
        )
        self.events.append(made)
        return made

    def paper(self, event: Event) -> str:
        """The text of the receipt's code that this PC prints for a registration."""
        certificate, header = WorkplaceCertificate.from_bytes(self.certificate), read_header(event.header)
        place = (certificate.number_code, header.year, certificate.slot, header.counter, header.random)
        body = read_body(header, event.body)
        time_ms = claimed_ms(header.wall_ms, body.registered_on if isinstance(body, AppealRegistered) else TODAY)
        said = Receipt(str(RegistrationNumber(*place)), header.seq, time_ms, event.hash)
        return qr_text(sign_receipt(self.key, said), "https://kattar.test")

    def chain_at(self, seq: int) -> bytes:
        """The chain after this PC's event number `seq`."""
        chain = genesis(self.certificate)
        for event in itertools.islice(self.events, seq):
            chain = advance(chain, event.hash)
        return chain

    def request(self, **changes: object) -> ExchangeRequest:
        """The exchange this PC would ask for now."""
        fresh = self.events[self.sent :]
        head = len(self.events)
        chain = self.chain_at(head)
        asked = ExchangeRequest(
            epoch=self.epoch,
            last_seq=len(self.events),
            head_seq=head,
            chain=chain,
            signature=sign_head(self.key, self.epoch, head, chain),
            clock_ms=time.time_ns() // 1_000_000,
            events=tuple(RawEvent.of(event) for event in fresh),
            server_epoch=self.server_epoch,
            feed_read=self.feed_read,
            common_read=self.common_read,
            checkpoint_size=self.checkpoint_size,
            health=Health(waiting_events=len(fresh)),
            versions={"program": "1.0"},
        )
        return replace(asked, **changes)  # type: ignore[arg-type]  # a test changes what it likes

    def post(self, message: object, path: str = EXCHANGE_PATH) -> tuple[int, bytes]:
        """Send a signed message and demand a signed answer."""
        return self.post_raw(frames.pack(message), path)

    def post_raw(self, body: bytes, path: str = EXCHANGE_PATH) -> tuple[int, bytes]:
        nonce = authentication.new_nonce()
        headers = authentication.sign_request(
            self.key, "POST", path, body, nonce, self.epoch, time.time_ns() // 1_000_000
        )
        self.posted.append((path, body, headers))
        response = self.client.post(path, body, content_type=frames.MEDIA_TYPE, headers=headers)
        named = authentication.request_hash("POST", path, body, nonce, self.epoch)
        authentication.verify_reply(key_ring(), named, response.status_code, dict(response.items()), response.content)
        return response.status_code, response.content

    def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Any:
        """Ask anything, signed."""
        nonce, now = authentication.new_nonce(), time.time_ns() // 1_000_000
        signed = authentication.sign_request(self.key, method, path, body, nonce, self.epoch, now)
        return self.client.generic(
            method, path, body, content_type=frames.MEDIA_TYPE, headers={**signed, **(headers or {})}
        )

    def clone(self) -> "PlainOffice":
        """The same PC as a copied disk has it, from here on by itself."""
        return replace(self, events=list(self.events), feed=list(self.feed), posted=[])

    def exchange(self, **changes: object) -> ExchangeReply:
        """Exchange once and take what came; a refusal fails the test."""
        status, raw = self.post(self.request(**changes))
        assert status == 200, frames.unpack(Refusal, raw)
        reply = frames.unpack(ExchangeReply, raw)
        self.take(reply)
        return reply

    def refused(self, **changes: object) -> Refusal:
        """Exchange and expect a named no."""
        status, raw = self.post(self.request(**changes))
        assert status != 200
        return frames.unpack(Refusal, raw)

    def take(self, reply: ExchangeReply) -> None:
        """Keep an answer as an office does."""
        self.sent = reply.expects_seq - 1
        if reply.server_epoch > self.server_epoch > 0:  # the centre was restored: its feeds begin anew
            self.feed_read = self.common_read = 0
            self.feed.clear()
        self.server_epoch = reply.server_epoch
        assert reply.feed.first == self.feed_read + 1
        for number, entry in rows_of(reply.feed):
            assert number == self.feed_read + 1
            self.feed.append(entry)
            self.feed_read += length_of(entry)
        for _, entry in rows_of(reply.common):
            self.common_read += length_of(entry)
