"""A client of the centre that somebody wrote who has docs/protocol.md and public libraries, and nothing of ours.

It is the smallest that is whole: it keeps its store in memory, where a real one needs a durable store and a mirror of
its head (section 11).
"""

import base64
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.stranger.encoding import Refused, open_frame, pack, press, unpack
from tests.stranger.keyring import Certificate, Keyring
from tests.stranger.line import NOBODY, Answer, Asked, Refusal, refusal, send, the_header, verified
from tests.stranger.numbering import Number
from tests.stranger.page import the_page
from tests.stranger.suite import (
    chain_over,
    event_hash,
    event_hash_after_erasure,
    h,
    head_to_sign,
    mac,
    public_half,
    sign,
)
from tests.stranger.transparency import (
    Checkpoint,
    check_consistency,
    check_inclusion,
    check_range,
    cosign,
    cosigned_at,
    read_checkpoint,
    verified_checkpoint,
    witness_name,
)
from tests.stranger.verifying import acknowledged, make_receipt

MEDIA_TYPE: Final = "application/vnd.liaison+zstd"

DAY_S: Final = 24 * 60 * 60
THE_CENTRE: Final = "WEB"

RawEvent = tuple[bytes, bytes, bytes | None]
"""Header, salt and body; of an erased event header and commitment, and no body."""


@dataclass
class Workplace:
    """An enrolled PC: its key, its events, and how far it has read."""

    server: str
    key: Ed25519PrivateKey
    certificate: Certificate
    raw_certificate: bytes
    keyring: Keyring
    site_code: str
    server_epoch: int
    origin: str
    portal: str
    events: list[RawEvent] = field(default_factory=list)
    acknowledged_seq: int = 0
    feed_read: int = 0
    common_read: int = 0
    counter: int = 0
    checkpoint: Checkpoint | None = None
    acknowledgements: list[bytes] = field(default_factory=list)
    common: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    feed: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    person: bytes = NOBODY
    session: int = 0
    clock_ahead_ms: int = 0
    boot: bytes = field(default_factory=lambda: secrets.token_bytes(8))
    draw_digits: Callable[[], int] = lambda: secrets.randbelow(100)
    """Draws the two digits of a number that nobody can guess."""

    # Who asks, who answers

    @property
    def epoch(self) -> bytes:
        epoch = self.certificate["epoch"]
        assert isinstance(epoch, bytes)
        return epoch

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000 + self.clock_ahead_ms

    def call(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        """Make one signed call and verify the answer; a clock that is off is put right by the answer's time, once."""
        try:
            return self.call_once(method, path, body, headers)
        except Refusal as no:
            if no.code != "request_time":
                raise
            self.clock_ahead_ms += no.params["now_ms"] - self.now_ms()
        return self.call_once(method, path, body, headers)

    def call_once(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        """Sign, send, verify; raises Refusal for a verified no and LineFailed for what is not verified."""
        asked, signed = self.signed(method, path, body)
        kind = {"Content-Type": MEDIA_TYPE} if method == "POST" else {}
        answer = send(method, self.server + path, body, {**kind, **signed, **(headers or {})})
        return verified(answer, asked, self.keyring)

    def signed(self, method: str, path: str, body: bytes) -> tuple[Asked, dict[str, str]]:
        """Name a request and sign it; gives the headers that say who asks."""
        asked, now = Asked(method, path, body, secrets.token_bytes(16), self.epoch), self.now_ms()
        signature = sign(self.key, "liaison/request/1", asked.hash() + now.to_bytes(8, "big", signed=True))
        said = {
            "Liaison-Epoch": self.epoch.hex(),
            "Liaison-Nonce": asked.nonce.hex(),
            "Liaison-Time": str(now),
            "Liaison-Signature": base64.b64encode(signature).decode(),
        }
        return asked, {the_header(name): value for name, value in said.items()}

    def ask(self, path: str, request: str, reply: str, /, **values: object) -> dict[str, Any]:
        """Send one structure of the page and read another."""
        return unpack(reply, open_frame(self.call("POST", path, press(pack(request, **values))).body))

    def sign_in(self, login: str, password: str) -> dict[str, Any]:
        """A person's first sign-in on this PC; opens a session that the events after it name."""
        reply = self.ask("/sync/v1/person", "PersonRequest", "PersonReply", login=login, password=password)
        self.person = reply["person"]
        role = reply["roles"][0]["role"]
        self.session = 0
        self.session = self.write("session_opened", role=role, program="stranger")
        return reply

    # Events

    def write(self, kind: str, *, appeal: bytes | None = None, **body: object) -> int:
        """Make an event of any kind but a registration; gives its seq."""
        return self._make(kind, body, appeal=appeal, follows=[appeal] if appeal else [])

    def register(self, *, year: int, **body: object) -> tuple[Number, bytes]:
        """Register a request; gives its number and the hash of the event."""
        self.counter += 1
        number = Number(
            self.certificate["number_code"], year, self.certificate["slot"], self.counter, self.draw_digits()
        )
        self._make("appeal_registered", body, year=year, counter=number.counter, random=number.random)
        return number, named(self.events[-1])

    def _make(self, kind: str, body: dict[str, object], **header: object) -> int:
        number, structure = the_page().events[kind]
        written = pack("Header", **self.header(number), **header)
        self.events.append((written, secrets.token_bytes(16), pack(structure, **body)))
        return len(self.events)

    def header(self, kind: int) -> dict[str, object]:
        """Where and when the next event is made, and by whom."""
        return {
            "epoch": self.epoch,
            "seq": len(self.events) + 1,
            "kind": kind,
            "wall_ms": self.now_ms(),
            "monotonic_ms": time.monotonic_ns() // 1_000_000,
            "boot": self.boot,
            "person": self.person,
            "session": self.session,
            "anchor": self.checkpoint.size if self.checkpoint else 0,
        }

    def hashes(self) -> list[bytes]:
        return [named(event) for event in self.events]

    def receipt(self, number: Number, registered: bytes) -> bytes:
        """The paper for the citizen: verifiable at once and without a line."""
        seq = self.hashes().index(registered) + 1
        time_ms = unpack("Header", self.events[seq - 1][0])["wall_ms"]
        assert isinstance(time_ms, int)
        return make_receipt(self.key.sign, public_half(self.key), number.plain(), seq, time_ms, registered)

    # The exchange

    def exchange(self, *, cosignature: str = "", **changed: Any) -> dict[str, Any]:
        """Send what is not acknowledged, take what is new, verify every word of the answer."""
        hashes = self.hashes()
        sent = self.events[self.acknowledged_seq :]
        chain = chain_over(self.raw_certificate, hashes)
        held = self.checkpoint
        asked: dict[str, object] = {
            "epoch": self.epoch,
            "last_seq": len(hashes),
            "head_seq": len(hashes),
            "chain": chain,
            "signature": sign(self.key, "liaison/chain/1", head_to_sign(self.epoch, len(hashes), chain)),
            "clock_ms": self.now_ms(),
            "events": [raw_event(event) for event in sent],
            "server_epoch": self.server_epoch,
            "feed_read": self.feed_read,
            "common_read": self.common_read,
            "checkpoint_size": held.size if held else 0,
            "checkpoint_root": held.root if held else b"",
            "cosignature": cosignature,
            "versions": {"program": "stranger", "erased": 1},
        }
        reply = self.ask("/sync/v1/exchange", "ExchangeRequest", "ExchangeReply", **(asked | changed))
        self.keyring.seen_ms = max(self.keyring.seen_ms, reply["server_time_ms"])
        if reply["server_epoch"] > self.server_epoch:
            self._begin_anew(reply)
        self._keep_acknowledgement(reply, hashes)
        self._keep_rows(reply)
        return reply

    def _begin_anew(self, reply: dict[str, Any]) -> None:
        """A server epoch of its own: its feeds begin with row 1, its log is another one."""
        self.server_epoch = reply["server_epoch"]
        self.feed_read = self.common_read = 0
        self.checkpoint = None
        self.origin = read_checkpoint(reply["checkpoint"]).origin

    def deliver(self) -> list[dict[str, Any]]:
        """Exchange until everything is up and everything is down."""
        replies = [self.exchange()]
        while replies[-1]["common"]["has_more"] or replies[-1]["feed"]["has_more"]:
            replies.append(self.exchange())
        return replies

    def take_back(self) -> list[dict[str, Any]]:
        """After a loss: take again from the centre, page by page, what this store no longer has."""
        replies = [self.exchange()]
        while replies[-1]["missing"] or replies[-1]["missing_erased"]:
            given: list[tuple[int, RawEvent]] = [
                (self._place(event["header"]), (event["header"], event["salt"], event["body"]))
                for event in replies[-1]["missing"]
            ]
            for event in replies[-1]["missing_erased"]:
                assert self.checkpoint is not None
                left = (event["header"], event["commitment"], None)
                newest = self.checkpoint
                check_inclusion(named(left), event["leaf"], newest.size, event["proof"], newest.root)
                given.append((self._place(event["header"]), left))
            for seq, one in sorted(given):
                if seq != len(self.events) + 1:
                    raise Refused("seq_not_consecutive")
                self.events.append(one)
                self.acknowledged_seq = len(self.events)
            replies.append(self.exchange())
        return replies

    def _place(self, header: bytes) -> int:
        """The seq of an event that came back, which must be of this epoch."""
        read = unpack("Header", header)
        if read["epoch"] != self.epoch:
            raise Refused("foreign_epoch")
        seq = read["seq"]
        assert isinstance(seq, int)
        return seq

    def come_back(self) -> dict[str, Any]:
        """After the centre was restored: send again from where it wants, and begin its feeds and its log anew."""
        try:
            return self.exchange()
        except Refusal as no:
            if no.code not in {"gap", "chain_wrong"}:
                raise
            self.acknowledged_seq = no.params["expects_seq"] - 1
        return self.exchange()

    def cosign(self) -> dict[str, Any]:
        """Say that this office saw the log that it holds."""
        assert self.checkpoint is not None
        name = witness_name(self.epoch)
        return self.exchange(cosignature=cosign(self.checkpoint, name, self.key, self.now_ms() // 1000))

    def witnesses(self, reply: dict[str, Any]) -> set[str]:
        """The letters of other sites that saw the log lately and whose lines were verified."""
        newest, found = self.checkpoint, set()
        assert newest is not None
        for one in reply["witnessed"]:
            seen = verified_checkpoint(one["note"], self.origin, self.keyring.log_keys())
            check_consistency(seen.size, seen.root, newest.size, newest.root, one["consistency"])
            for certificate in self.keyring.workplaces.values():
                if certificate["epoch"] in self.keyring.last_good:
                    continue
                time_s = cosigned_at(seen, certificate["epoch"], certificate["public_key"])
                if time_s is not None and -DAY_S <= reply["server_time_ms"] // 1000 - time_s <= 7 * DAY_S:
                    found.add(certificate["number_code"])
        return found - {self.certificate["number_code"], THE_CENTRE}

    def _keep_acknowledgement(self, reply: dict[str, Any], hashes: Sequence[bytes]) -> None:
        """Believe the centre's word when its signature, the log and the own events say the same."""
        held = checkpoint = self.checkpoint
        if reply["checkpoint"]:
            checkpoint = verified_checkpoint(reply["checkpoint"], self.origin, self.keyring.log_keys())
            if held is not None:
                check_consistency(held.size, held.root, checkpoint.size, checkpoint.root, reply["consistency"])
        if reply["acknowledgement"]:
            said = acknowledged(reply["acknowledgement"], self.keyring)
            newest = said["ranges"][-1]
            first, last = newest["seq_from"], newest["seq_to"]
            if said["epoch"] != self.epoch or said["chain"] != chain_over(self.raw_certificate, hashes[:last]):
                raise Refused("acknowledgement_forged")
            if checkpoint is not None:
                proof = reply["range_proof"]
                check_range(hashes[first - 1 : last], newest["leaf_from"], checkpoint.size, proof, checkpoint.root)
            self.acknowledgements.append(reply["acknowledgement"])
        self.checkpoint = checkpoint
        if reply["standing"] == "good":
            self.acknowledged_seq = min(reply["expects_seq"] - 1, len(hashes))

    def _keep_rows(self, reply: dict[str, Any]) -> None:
        self.feed_read = self._read_page(reply["feed"], self.feed_read, self.feed)
        self.common_read = self._read_page(reply["common"], self.common_read, self.common)

    def _read_page(self, page: dict[str, Any], read: int, kept: list[tuple[str, dict[str, Any]]]) -> int:
        """Take rows that follow what was read without a gap; gives the new cursor."""
        if not page["rows"]:
            return read
        if page["first"] != read + 1:
            raise Refused("seq_not_consecutive")
        for row in page["rows"]:
            name = the_page().feed_rows[row["kind"]]
            says = unpack(name, row["raw"])
            kept.append((name, says))
            read += says["count"] if name == "Confirmed" else 1
            self._learn(name, says)
        return read

    def _learn(self, name: str, says: dict[str, Any]) -> None:
        match name:
            case "KeyRow":
                self.keyring.add_key(says["certificate"])
            case "WorkplaceRow":
                self.keyring.add_workplace(says["certificate"])
            case "RevokedRow" | "RevokedInLogRow":
                self.keyring.add_revocation(says["revocation"])
            case _:
                pass

    def table(self, name: str) -> str:
        """Ask for one of the tables of codes, as CSV."""
        row = unpack("ReferenceRow", open_frame(self.call("GET", f"/sync/v1/reference/{name}").body))
        if row["name"] != name:
            raise Refused("unknown_value", "ReferenceRow.name")
        return str(row["text"])

    # Attachments

    def blob_offset(self, blob_id: bytes) -> tuple[int, bool]:
        """How far an attachment has come, and whether it is whole."""
        try:
            told = self.call("HEAD", f"/sync/v1/blob/{blob_id.hex()}").headers[the_header("Liaison-Offset")]
        except Refusal as no:
            if no.code != "not_here":
                raise
            return 0, False
        offset, _, state = told.partition(";")
        return int(offset), state == "complete"

    def read_blob(self, blob_id: bytes, size: int) -> bytes:
        """Fetch an attachment in two ranges; its hash is its name, so the answers need no signature."""
        half = size // 2
        path, blob = f"/sync/v1/blob/{blob_id.hex()}", b""
        for first, last in ((0, half - 1), (half, size - 1)):
            _asked, headers = self.signed("GET", path, b"")
            blob += send("GET", self.server + path, b"", {**headers, "Range": f"bytes={first}-{last}"}).content
        if h(blob) != blob_id:
            raise Refused("blob_hash_wrong")
        return blob

    def send_blob(self, blob: bytes, *, piece: int = 64 * 1024, pieces: int | None = None) -> dict[str, Any] | None:
        """Send the next pieces from where the centre is, and verify its word when it has the whole."""
        blob_id = h(blob)
        offset, is_whole = self.blob_offset(blob_id)
        reply = None
        while not is_whole and (pieces is None or pieces > 0):
            path = f"/sync/v1/blob/{blob_id.hex()}?offset={offset}&size={len(blob)}"
            answer = self.call("PATCH", path, blob[offset : offset + piece])
            reply = unpack("BlobReply", open_frame(answer.body))
            offset, is_whole = int(str(reply["offset"])), bool(reply["is_complete"])
            pieces = None if pieces is None else pieces - 1
        return reply


def enrol(server: str, code: str, name: str, key: Ed25519PrivateKey) -> Workplace:
    """Show the code without sending it, and believe the certificate by its MAC and its roots."""
    letters = read_code(code)
    code_id, code_key = h(b"enrol-id\0", letters)[:16], h(b"enrol-mac\0", letters)
    message = pack("EnrolRequest", public_key=public_half(key), workplace_name=name, nonce=secrets.token_bytes(16))
    sealed = pack("Sealed", message=message, mac=mac(code_key, "liaison/enrol-request/1", message), code_id=code_id)
    body = press(sealed)
    answer = send("POST", server + "/sync/v1/enrol", body, {"Content-Type": MEDIA_TYPE})
    if answer.status_code != 200:
        raise refusal(answer.status_code, answer.content)
    reply = unpack("Sealed", open_frame(answer.content))
    said = reply["message"]
    assert isinstance(said, bytes)
    if reply["mac"] != mac(code_key, "liaison/enrol-reply/1", h(message) + said):
        raise Refused("mac_wrong")
    told: dict[str, Any] = unpack("EnrolReply", said)
    keyring = Keyring(told["roots"])
    for certificate in told["keys"]:
        keyring.add_key(certificate)
    certificate = keyring.add_workplace(told["certificate"])
    if certificate["public_key"] != public_half(key):
        raise Refused("certificate_forged")
    verified(answer, Asked("POST", "/sync/v1/enrol", body), keyring)
    return Workplace(
        server=server,
        key=key,
        certificate=certificate,
        raw_certificate=told["certificate"],
        keyring=keyring,
        site_code=told["site_code"],
        server_epoch=told["server_epoch"],
        origin=told["log_origin"],
        portal=told["portal"],
    )


def read_code(code: str) -> bytes:
    """The twenty letters of a one-time code, as it may be typed."""
    return code.upper().replace("-", "").replace(" ", "").translate(str.maketrans("OIL", "011")).encode()


def named(event: RawEvent) -> bytes:
    """The hash of an event, whole or erased."""
    header, salt, body = event
    return event_hash_after_erasure(header, salt) if body is None else event_hash(header, salt, body)


def raw_event(event: RawEvent) -> dict[str, object]:
    return dict(zip(("header", "salt", "body"), event, strict=True))


def results(reply: dict[str, Any]) -> list[tuple[str, str]]:
    """Status and code of each event that was sent, one by one."""
    return [(run["status"], run["code"]) for run in reply["results"] for _ in range(run["count"])]


def statuses(reply: dict[str, Any]) -> list[str]:
    """What became of each event that was sent."""
    return [status for status, _code in results(reply)]
