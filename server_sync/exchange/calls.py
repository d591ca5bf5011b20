"""Knows who calls and signs every answer. What the calls do lies in the other modules of this room.

A refusal is an answer too: named, signed, and nothing has been changed.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NoReturn

import structlog
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from server_sync.common.refusals import Refused
from server_sync.contract import frames
from server_sync.contract.authentication import (
    UNREAD_HEADER,
    UNREAD_MOST_BYTES,
    bare_refusal,
    read_request_headers,
    request_hash_of,
    sign_reply,
    verify_request,
)
from server_sync.contract.errors import ContractError, MalformedBytes, NotAuthentic
from server_sync.contract.messages import PIECE_MOST_BYTES, Refusal
from server_sync.contract.signing import PublicKey
from server_sync.contract.statuses import MALFORMED, STATUS_OF
from server_sync.evidence.keys import centre_keys
from server_sync.workplaces.epochs import find_epoch
from server_sync.workplaces.models import Epoch

log = structlog.get_logger(__name__)

LENGTH_MOST_DIGITS: Final = 20
REQUEST_MOST_BYTES: Final = max(frames.FRAME_LIMIT_BYTES, PIECE_MOST_BYTES)
RETRY_S: Final = 30
PATH_LOGGED: Final = len("/sync/v1/exchange")


@dataclass(frozen=True, slots=True)
class Caller:
    """An enrolled PC that signed this request; its site comes from its row and from nowhere else."""

    epoch: Epoch
    request_hash: bytes

    @property
    def epoch_id(self) -> bytes:
        """The asking incarnation."""
        return bytes(self.epoch.id)

    @property
    def site_code(self) -> str:
        """The caller's own site."""
        return self.epoch.site_id


Call = Callable[..., HttpResponse]
Answer = Callable[..., object]


def now_ms() -> int:
    """The centre's time, milliseconds UTC."""
    return time.time_ns() // 1_000_000


def known_workplace(request: HttpRequest, body: bytes) -> Caller:
    """Find and verify the workplace that signed, or raise NotAuthentic."""
    claimed = read_request_headers(request.headers)
    try:
        epoch = find_epoch(claimed.epoch)
    except Refused as unknown:
        raise NotAuthentic(unknown.code) from unknown
    public_key = PublicKey(bytes(epoch.public_key))
    named = verify_request(request.headers, str(request.method), request.get_full_path(), body, public_key, now_ms())
    return Caller(epoch, named)


def answered(call: Answer, method: str | None) -> Call:
    """Turn a function that returns a typed message into a view with signed answers and refusals by name."""

    @csrf_exempt
    def view(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            body = read_body(request)
        except MalformedBytes as refusal:
            return signed(request, announced_bytes(request) or 0, refused(refusal), status_of(refusal))
        try:
            if method is not None and request.method != method:
                raise Refused("method_not_allowed")
            message, status = call(request, body, *args, **kwargs), 200
        except ContractError as refusal:
            log.info("refused", code=refusal.code, path=request.path[:PATH_LOGGED])
            message, status = refused(refusal), status_of(refusal)
        return signed(request, body, message, status)

    return view


def unknown(_request: HttpRequest, _body: bytes) -> NoReturn:
    """Refuse every other address below the sync API, so that a newer office knows that it met the centre."""
    raise Refused("path_unknown")


def read_body(request: HttpRequest) -> bytes:
    """Read a request's body within its limit, or raise MalformedBytes `too_large`, `request_cut_short`."""
    announced = announced_bytes(request)
    if announced is None:
        raise MalformedBytes("request_cut_short")
    if announced > REQUEST_MOST_BYTES:
        raise MalformedBytes("too_large", size=announced, limit=REQUEST_MOST_BYTES)
    try:
        body = request.read(REQUEST_MOST_BYTES + 1)
    except UnreadablePostError as broken:  # the line broke in the middle
        raise MalformedBytes("request_cut_short", permanent=False, size=announced) from broken
    if len(body) < announced:
        raise MalformedBytes("request_cut_short", permanent=False, size=announced)
    if len(body) > REQUEST_MOST_BYTES:
        raise MalformedBytes("too_large", limit=REQUEST_MOST_BYTES)
    return body


def announced_bytes(request: HttpRequest) -> int | None:
    """The length that a request says its body has, 0 when it says none; None for what is no length."""
    told = request.headers.get("Content-Length") or "0"
    if not (told.isascii() and told.isdigit()):
        return None
    return min(int(told), UNREAD_MOST_BYTES) if len(told) < LENGTH_MOST_DIGITS else UNREAD_MOST_BYTES


def signed(request: HttpRequest, body: bytes | int, message: object, status: int) -> HttpResponse:
    """Send a message as the centre's own answer to this very request; `body` is the length of one that was not read.

    In an answer to `HEAD`, which has no body, a header brings the bytes that are signed.
    """
    raw = frames.pack(message)
    named = request_hash_of(request.headers, str(request.method), request.get_full_path(), body)
    response = HttpResponse(raw, status=status, content_type=frames.MEDIA_TYPE)
    for name, value in sign_reply(centre_keys().reply, named, status, raw).items():
        response[name] = value
    if isinstance(body, int):
        response[UNREAD_HEADER] = str(body)
    if request.method == "HEAD":
        for name, value in bare_refusal(raw).items():
            response[name] = value
    response["Cache-Control"] = "no-store"
    if isinstance(message, Refusal) and message.retry_after_s:
        response["Retry-After"] = str(message.retry_after_s)
    return response


def refused(refusal: ContractError) -> Refusal:
    """Say no by name, with the centre's time so that a wrong clock can be measured."""
    wait_s = refusal.params.get("wait_s", 0)
    retry_after_s = wait_s if isinstance(wait_s, int) else 0
    if not retry_after_s and status_of(refusal) in (503, 507):
        retry_after_s = RETRY_S
    return Refusal(
        code=refusal.code, params=refusal.params or None, retry_after_s=retry_after_s, server_time_ms=now_ms()
    )


def status_of(refusal: ContractError) -> int:
    """The HTTP status that goes with a refusal."""
    named = STATUS_OF.get(refusal.code)
    if named is not None:
        return named
    return 409 if isinstance(refusal, Refused) else MALFORMED
