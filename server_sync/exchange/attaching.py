"""Attachments over the line: how far one has come, its next piece, and reading what an office may read."""

import re
from datetime import UTC, datetime
from typing import Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt

from server_sync.appeals.models import Attachment
from server_sync.blobs import storage
from server_sync.common.refusals import Refused
from server_sync.common.room import demand_room_for_offices
from server_sync.contract.authentication import OFFSET_HEADER, sign_reply
from server_sync.contract.errors import ContractError, InvalidField
from server_sync.contract.messages import BlobReply
from server_sync.evidence.keys import centre_keys
from server_sync.exchange.calls import Caller, answered, known_workplace, now_ms, refused, signed, status_of
from server_sync.exchange.walls import is_wall
from server_sync.meetings.papers.keeping import is_for
from server_sync.workplaces.models import CENTRE

_RANGE: Final = re.compile(r"bytes=([0-9]{1,12})-([0-9]{0,12})", re.ASCII)


@csrf_exempt
def blob(request: HttpRequest, blob_hex: str) -> HttpResponse | StreamingHttpResponse:
    """`HEAD`, `PATCH ?offset=&size=` and `GET` of one attachment."""
    match request.method:
        case "PATCH":
            return answered(_take_piece, "PATCH")(request, blob_hex=blob_hex)
        case "HEAD":
            return _answer_bare(request, blob_hex)
        case "GET":
            return _get(request, blob_hex)
        case _:
            return answered(_take_piece, "PATCH")(request, blob_hex=blob_hex)


def _take_piece(request: HttpRequest, body: bytes, blob_hex: str) -> BlobReply:
    caller = known_workplace(request, body)
    if is_wall(caller):
        raise Refused("not_for_walls")
    blob_id = bytes.fromhex(blob_hex)
    size_bytes = _number(request, "size")
    is_promised = _is_promised(caller, blob_id, size_bytes)
    is_own = is_promised or storage.is_begun(caller.site_code, blob_id, caller.epoch_id)
    if hasattr(caller.epoch, "revocation") and not is_own:
        raise Refused("revoked")
    if body:
        demand_room_for_offices()
    progress = storage.take_piece(
        caller.site_code,
        blob_id,
        size_bytes,
        _number(request, "offset"),
        body,
        datetime.now(UTC),
        sender=caller.epoch_id,
        is_size_known=is_promised,
    )
    return BlobReply(progress.offset, progress.is_complete, progress.acknowledgement, now_ms())


def _is_promised(caller: Caller, blob_id: bytes, size_bytes: int) -> bool:
    """Whether a request of the register names this attachment, and its size, by an event of this very PC."""
    named = Attachment.objects.filter(site=caller.site_code, event__epoch=caller.epoch, blob_id=blob_id)
    return named.filter(size_bytes=size_bytes).exists()


def _answer_bare(request: HttpRequest, blob_hex: str) -> HttpResponse:
    """An answer without a body: the signature covers `Liaison-Offset`, or the bytes of a refusal."""
    try:
        caller = known_workplace(request, b"")
        progress = storage.progress_of(caller.site_code, bytes.fromhex(blob_hex), caller.epoch_id)
    except ContractError as refusal:
        return signed(request, b"", refused(refusal), status_of(refusal))
    told = f"{progress.offset};{'complete' if progress.is_complete else 'open'}"
    response = HttpResponse(status=200)
    response[OFFSET_HEADER] = told
    for name, value in sign_reply(centre_keys().reply, caller.request_hash, 200, told.encode()).items():
        response[name] = value
    response["Cache-Control"] = "no-store"
    return response


def _get(request: HttpRequest, blob_hex: str) -> HttpResponse | StreamingHttpResponse:
    """Bytes of an own attachment, of one the feed granted, or of a paper of a meeting to which the office is invited.

    They need no signature: their hash is their name.
    """
    try:
        caller = known_workplace(request, b"")
        if hasattr(caller.epoch, "revocation"):
            raise Refused("revoked")
        blob_id = bytes.fromhex(blob_hex)
        owner = _readable_from(caller, blob_id)
        size = storage.size_of(owner, blob_id)
        if size is None:
            raise Refused("not_here")
        start, end = _asked(request, size)
        pieces = storage.read_whole(owner, blob_id, start, end)
    except ContractError as refusal:
        return signed(request, b"", refused(refusal), status_of(refusal))
    response = StreamingHttpResponse(
        pieces, status=206 if (start, end) != (0, size) else 200, content_type="application/octet-stream"
    )
    response["Content-Length"] = str(end - start)
    response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    response["Cache-Control"] = "no-store"
    return response


def _readable_from(caller: Caller, blob_id: bytes) -> str:
    """The site under which the caller may read this blob, or Refused `not_here`: naming a hash reveals nothing."""
    if is_wall(caller):
        return _paper_from(caller, blob_id)
    if storage.size_of(caller.site_code, blob_id) is not None:
        return caller.site_code
    granted = Attachment.objects.filter(blob_id=blob_id, appeal__site=caller.site_code)
    for site_code in granted.values_list("site_id", flat=True).distinct():
        if storage.size_of(site_code, blob_id) is not None:
            return site_code
    return _paper_from(caller, blob_id)


def _paper_from(caller: Caller, blob_id: bytes) -> str:
    if is_for(caller.site_code, blob_id) and storage.size_of(CENTRE, blob_id) is not None:
        return CENTRE
    raise Refused("not_here")


def _asked(request: HttpRequest, size: int) -> tuple[int, int]:
    asked = _RANGE.fullmatch(request.headers.get("Range", "bytes=0-"))
    if asked is None:
        raise InvalidField("wrong_type", field="Range")
    start = int(asked[1])
    end = min(int(asked[2]) + 1, size) if asked[2] else size
    if start >= end:
        raise InvalidField("out_of_range", field="Range", limit=size)
    return start, end


def _number(request: HttpRequest, name: str) -> int:
    told = request.GET.get(name, "")
    if not told.isascii() or not told.isdigit() or len(told) > 12:
        raise InvalidField("wrong_type", field=name)
    return int(told)
