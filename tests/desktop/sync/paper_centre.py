"""A centre made of the contract alone: takes events into custody, logs, acknowledges and signs like the real one.

Its faults are switches, so that a test can say what goes wrong on the way or at the centre.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from typing_extensions import override

from liaison_desktop.sync.line import Line, LineBroke, Progress, RawAnswer
from liaison_desktop.sync.outcomes import Reason
from server_sync.contract import frames
from server_sync.contract.authentication import (
    UNREAD_HEADER,
    bare_refusal,
    request_hash_of,
    sign_reply,
    verify_request,
)
from server_sync.contract.bodies import Body
from server_sync.contract.errors import ContractError, NotAuthentic
from server_sync.contract.events import KIND_OF, Event, Header, make_event, read_header
from server_sync.contract.evidence.acknowledgement import (
    Acknowledgement,
    BlobAcknowledgement,
    CustodyRange,
    sign_acknowledgement,
    sign_blob_acknowledgement,
)
from server_sync.contract.evidence.certificate import WorkplaceCertificate
from server_sync.contract.evidence.chain import (
    advance_over,
    commitment,
    event_hash_after_erasure,
    genesis,
    verify_head,
)
from server_sync.contract.evidence.checkpoint import Checkpoint, sign_checkpoint
from server_sync.contract.evidence.merkle import MemoryNodes, Tree
from server_sync.contract.identifiers import new_salt
from server_sync.contract.messages import (
    BLOB_PATH,
    EXCHANGE_PATH,
    BlobReply,
    Confirmed,
    EventRow,
    ExchangeReply,
    ExchangeRequest,
    FeedEntry,
    FeedPage,
    MissingErased,
    RawEvent,
    RawRow,
    Refusal,
    ResultRun,
    Standing,
    Status,
)
from server_sync.contract.signing import PublicKey, sha256
from server_sync.contract.statuses import STATUS_OF
from tests.contract.invented import NOW_MS, ORIGIN, Centre

CENTRE_EPOCH = sha256(b"the centre's own epoch")[:16]


@dataclass(frozen=True)
class Kept:
    """An event in custody."""

    epoch: bytes
    seq: int
    event: Event
    leaf: int
    named: bytes = b""
    """The hash of an event that came without its words."""

    @property
    def hash(self) -> bytes:
        return self.named or self.event.hash


@dataclass
class PaperCentre:
    """Knows the certificates it was told of (`know`); one site, one feed."""

    keys: Centre = field(default_factory=Centre)
    origin: str = ORIGIN
    server_epoch: int = 1
    now_ms: int = NOW_MS
    certificates: dict[bytes, bytes] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)
    tree: Tree = field(default_factory=lambda: Tree(MemoryNodes()))
    feed: list[Kept | FeedEntry] = field(default_factory=list)
    common: list[FeedEntry] = field(default_factory=list)
    numbers: dict[bytes, str] = field(default_factory=dict)
    erased: dict[bytes, bytes] = field(default_factory=dict)
    """What remains of events that were erased, by their hashes."""
    results: dict[int, tuple[Status, str]] = field(default_factory=dict)
    revoked: set[bytes] = field(default_factory=set)
    blobs: dict[bytes, bytearray] = field(default_factory=dict)
    whole: dict[bytes, int] = field(default_factory=dict)
    exchanges: list[ExchangeRequest] = field(default_factory=list)
    pieces: list[tuple[int, int]] = field(default_factory=list)
    page_rows: int = 1_000
    change_reply: Callable[[ExchangeReply], ExchangeReply] = lambda reply: reply
    own_seq: int = 0

    def know(self, certificate: bytes) -> None:
        self.certificates[WorkplaceCertificate.from_bytes(certificate).epoch] = certificate

    def of_epoch(self, epoch: bytes) -> list[Kept]:
        return [one for one in self.kept if one.epoch == epoch]

    def say(self, body: Body, appeal: bytes | None = None, *, number: str = "", out_of_turn: bool = False) -> Event:
        """Write an act of the centre, about a request or of no one, and put it into the feed."""
        self.own_seq += 1
        header = Header(
            epoch=CENTRE_EPOCH,
            seq=self.own_seq,
            kind=KIND_OF[type(body)],
            wall_ms=self.now_ms,
            monotonic_ms=1,
            boot=bytes(8),
            appeal=appeal,
        )
        event = make_event(header, body, new_salt())
        self.tree.append([event.hash])
        self.feed.append(EventRow(event.header, event.salt, event.body, number, out_of_turn))
        return event

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> RawAnswer:
        """Answer one HTTP request, signed."""
        place, _, query = path.partition("?")
        try:
            epoch = bytes.fromhex(headers["Liaison-Epoch"])
            if epoch not in self.certificates:
                raise NotAuthentic("epoch_unknown")
            certificate = WorkplaceCertificate.from_bytes(self.certificates[epoch])
            verify_request(headers, method, path, body, PublicKey(certificate.public_key), self.now_ms)
            if method == "HEAD":
                return self._tell_offset(headers, path, bytes.fromhex(place.removeprefix(BLOB_PATH)))
            if method == "GET":
                return self._give(headers, bytes.fromhex(place.removeprefix(BLOB_PATH)))
            if method == "PATCH":
                numbers = dict(part.split("=") for part in query.split("&"))
                blob_id = bytes.fromhex(place.removeprefix(BLOB_PATH))
                message: object = self._take_piece(blob_id, int(numbers["offset"]), int(numbers["size"]), body)
            else:
                assert place == EXCHANGE_PATH
                message = self._exchange(frames.unpack(ExchangeRequest, body), certificate)
            status = 200
        except ContractError as refusal:
            message = Refusal(refusal.code, refusal.params or None, server_time_ms=self.now_ms)
            status = STATUS_OF.get(refusal.code, 400)
        return self.signed(method, path, headers, body, message, status)

    def signed(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | int, message: object, status: int
    ) -> RawAnswer:
        """Sign a message as the answer to this request, or to one whose body of a length was not read."""
        raw = frames.pack(message)
        named = request_hash_of(headers, method, path, body)
        told = {"Content-Type": frames.MEDIA_TYPE, **sign_reply(self.keys.reply, named, status, raw)}
        if isinstance(body, int):
            told[UNREAD_HEADER] = str(body)
        if method == "HEAD":
            return RawAnswer(status, told | bare_refusal(raw), b"")
        return RawAnswer(status, told, raw)

    def _exchange(self, request: ExchangeRequest, certificate: WorkplaceCertificate) -> ExchangeReply:
        self.exchanges.append(request)
        epoch = request.epoch
        before = self.of_epoch(epoch)
        batch = [(read_header(raw.header).seq, raw.event().hash, raw.event()) for raw in request.events]
        for left in request.erased:
            named = event_hash_after_erasure(left.header, left.commitment)
            assert named in self.erased
            batch.append((read_header(left.header).seq, named, Event(left.header, b"", b"")))
        batch.sort(key=lambda item: item[0])
        base = batch[0][0] - 1 if batch else request.head_seq
        if base > len(before):
            raise ContractError("gap", permanent=False, expects_seq=len(before) + 1)
        chain = genesis(self.certificates[epoch])
        chain = advance_over(chain, (one.hash for one in before[:base]))
        chain = advance_over(chain, (named for _, named, _ in batch))
        if chain != request.chain:
            raise NotAuthentic("chain_wrong", seq=base, expects_seq=1)
        key = PublicKey(certificate.public_key)
        verify_head(key, epoch, request.head_seq, request.chain, request.signature)
        known = {one.hash: one for one in before}
        taken = []
        for seq, named, event in batch:
            if named not in known:
                kept = Kept(epoch, seq, event, self.tree.size, named)
                self.tree.append([named])
                self.kept.append(kept)
                known[named] = kept
                if self.results.get(kept.seq, (Status.REGISTERED, ""))[0] is Status.REGISTERED:
                    self.feed.append(kept)
            taken.append(known[named])
        reply = ExchangeReply(
            server_epoch=self.server_epoch,
            server_time_ms=self.now_ms,
            expects_seq=len(self.of_epoch(epoch)) + 1,
            standing=self._standing(request),
            acknowledgement=self.acknowledge(epoch, taken, request.chain) if taken else b"",
            results=tuple(
                ResultRun(one.seq, 1, *self.results.get(one.seq, (Status.REGISTERED, "")), b"") for one in taken
            ),
            feed=self._page(epoch, request),
            common=self._common(request),
            checkpoint="" if self._is_held(request) else self.checkpoint(),
            consistency=self._consistency(request),
            range_proof=self._range_proof(taken),
            missing=tuple(RawEvent.of(one.event) for one in self._missing(request) if one.hash not in self.erased),
            missing_erased=tuple(self._left_of(one) for one in self._missing(request) if one.hash in self.erased),
        )
        return self.change_reply(reply)

    def _missing(self, request: ExchangeRequest) -> list[Kept]:
        return [one for one in self.of_epoch(request.epoch) if one.seq > request.last_seq]

    def _left_of(self, one: Kept) -> MissingErased:
        held = commitment(one.event.salt, one.event.body)
        proof = self.tree.inclusion_proof(one.leaf, self.tree.size)
        return MissingErased(one.event.header, held, self.erased[one.hash], one.leaf, proof)

    def _standing(self, request: ExchangeRequest) -> Standing:
        if request.epoch in self.revoked:
            return Standing.REVOKED
        return Standing.ROLLED_BACK if request.last_seq < len(self.of_epoch(request.epoch)) else Standing.GOOD

    def acknowledge(self, epoch: bytes, taken: list[Kept], chain: bytes) -> bytes:
        """Sign custody of consecutive events."""
        run = CustodyRange(taken[0].seq, taken[-1].seq, taken[0].leaf)
        said = Acknowledgement(1, self.server_epoch, epoch, (run,), chain, self.now_ms)
        return sign_acknowledgement(self.keys.reply, said)

    def checkpoint(self) -> str:
        """The newest signed checkpoint."""
        return sign_checkpoint(self.keys.log, self.origin, Checkpoint(self.origin, self.tree.size, self.tree.root()))

    def _is_held(self, request: ExchangeRequest) -> bool:
        return request.server_epoch in (0, self.server_epoch) and self.tree.size == request.checkpoint_size

    def _consistency(self, request: ExchangeRequest) -> tuple[bytes, ...]:
        held = request.checkpoint_size
        if request.server_epoch != self.server_epoch or not 0 < held < self.tree.size:
            return ()
        return self.tree.consistency_proof(held, self.tree.size)

    def _range_proof(self, taken: list[Kept]) -> tuple[bytes, ...]:
        return self.tree.range_proof(taken[0].leaf, taken[-1].leaf, self.tree.size) if taken else ()

    def _page(self, epoch: bytes, request: ExchangeRequest) -> FeedPage:
        if epoch in self.revoked:
            return FeedPage(request.feed_read + 1)
        read = request.feed_read if request.server_epoch in (0, self.server_epoch) else 0
        rows: list[FeedEntry] = []
        for one in self.feed[read : read + self.page_rows]:
            if not isinstance(one, Kept):
                rows.append(one)
            elif one.epoch == epoch:
                rows.append(Confirmed(one.seq, 1))
            else:
                rows.append(EventRow(one.event.header, one.event.salt, one.event.body, self.numbers[one.epoch], False))
        has_more = read + self.page_rows < len(self.feed)
        return FeedPage(read + 1, tuple(RawRow.of(row) for row in rows), has_more)

    def _common(self, request: ExchangeRequest) -> FeedPage:
        read = request.common_read if request.server_epoch in (0, self.server_epoch) else 0
        return FeedPage(read + 1, tuple(RawRow.of(row) for row in self.common[read:]))

    def _take_piece(self, blob_id: bytes, offset: int, size: int, piece: bytes) -> BlobReply:
        here = self.blobs.setdefault(blob_id, bytearray())
        self.pieces.append((offset, len(piece)))
        if blob_id in self.whole:
            return self._whole(blob_id)
        if offset > len(here):
            raise ContractError("offset_wrong", permanent=False, offset=len(here))
        here += piece[len(here) - offset :]
        if len(here) < size:
            return BlobReply(len(here), server_time_ms=self.now_ms)
        if sha256(bytes(here)) != blob_id:
            here.clear()
            raise ContractError("blob_hash_wrong", permanent=False, offset=0)
        self.whole[blob_id] = size
        return self._whole(blob_id)

    def _whole(self, blob_id: bytes) -> BlobReply:
        said = BlobAcknowledgement(1, self.server_epoch, blob_id, self.whole[blob_id], self.now_ms)
        raw = sign_blob_acknowledgement(self.keys.reply, said)
        return BlobReply(self.whole[blob_id], is_complete=True, acknowledgement=raw, server_time_ms=self.now_ms)

    def _tell_offset(self, headers: Mapping[str, str], path: str, blob_id: bytes) -> RawAnswer:
        if blob_id not in self.blobs:
            raise ContractError("not_here")
        told = f"{len(self.blobs[blob_id])};{'complete' if blob_id in self.whole else 'open'}"
        named = request_hash_of(headers, "HEAD", path, b"")
        return RawAnswer(200, {"Liaison-Offset": told, **sign_reply(self.keys.reply, named, 200, told.encode())}, b"")

    def _give(self, headers: Mapping[str, str], blob_id: bytes) -> RawAnswer:
        if blob_id not in self.whole:
            raise ContractError("not_here")
        start, _, end = headers["Range"].removeprefix("bytes=").partition("-")
        piece = bytes(self.blobs[blob_id][int(start) : int(end) + 1])
        return RawAnswer(206, {"Content-Type": "application/octet-stream"}, piece)


class PaperLine(Line):
    """A line to the paper centre. What the centre says can be lost, kept back, or said by somebody else.

    `faults` are used up one a call: a Reason breaks the line before the request arrives, `"lost"` loses the answer of a
    request that arrived, a RawAnswer is somebody else's.
    """

    def __init__(self, centre: PaperCentre) -> None:
        super().__init__("http://centre.test")
        self.centre = centre
        self.faults: list[Reason | RawAnswer | str] = []
        self.calls: list[tuple[str, str, int]] = []
        self.during: Callable[[str], object] = lambda _method: None

    @override
    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        limit_bytes: int,
        progress: Progress = lambda _up, _down: None,
    ) -> RawAnswer:
        self.calls.append((method, path.partition("?")[0], len(body)))
        self.during(method)
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, Reason):
            raise LineBroke(fault)
        if isinstance(fault, RawAnswer):
            return fault
        answer = self.centre.answer(method, path, headers, body)
        progress(len(body), len(answer.body))
        if fault == "lost":
            raise LineBroke(Reason.HALF_ANSWER)
        return answer

    @override
    def stop(self) -> None:
        self.faults.insert(0, Reason.STOPPED)
