"""Answers anybody who wants to check the public log: no sign-in, no cookies, nothing about a person.

Answers that can never change say so; a bad question is a 400 with a named code, something unknown a 404.
"""

import base64
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import condition, require_safe

from server_sync.common.refusals import Refused
from server_sync.contract.errors import ContractError, InvalidField
from server_sync.contract.evidence.checkpoint import verifier_key
from server_sync.evidence import cosignatures
from server_sync.evidence import log as public_log
from server_sync.evidence.keys import centre_keys
from server_sync.evidence.models import Log
from server_sync.workplaces.models import Epoch, Revocation

FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "public, no-cache"
NOT_HERE: Final = frozenset({"hash_unknown", "origin_unknown", "not_cosigned"})
HASH_DIGITS: Final = 64
MOST_DIGITS: Final = 18
SITES_MOST: Final = 1_000

View = Callable[[HttpRequest], HttpResponse]


def refuses_by_name(view: View) -> View:
    """Turn a refusal into an answer that a program can read; a bad question is never a 500."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            response = view(request)
        except ContractError as refused:
            status = 404 if refused.code in NOT_HERE else 400
            response = JsonResponse({"code": refused.code, "params": refused.params}, status=status)
            response["Cache-Control"] = "no-store"
        response["Access-Control-Allow-Origin"] = "*"  # an auditor's page may ask too: all of it is public
        return response

    return answer


def _tag(request: HttpRequest) -> str | None:
    try:
        log = _log_of(request)
    except ContractError:
        return None
    return f'"{log.server_epoch}-{log.size}-{cosignatures.stamp_of(log)}"'


@require_safe
@condition(etag_func=_tag)
@refuses_by_name
def checkpoint(request: HttpRequest) -> HttpResponse:
    """Give the newest checkpoint, or that of `size`, or the newest that `cosigned` different sites saw, as C2SP text.

    Below the log's own line stand those of the offices; each may still get more of them, so none is final.
    """
    log = _log_of(request)
    size, sites = _number(request, "size"), _number(request, "cosigned")
    if sites is not None and not 0 < sites <= SITES_MOST:
        raise InvalidField("out_of_range", field="cosigned")
    if size is not None:
        published = public_log.checkpoint_at(log, size)
        if published is None:
            raise InvalidField("size_not_published", field="size")
    elif sites is not None:
        published = cosignatures.newest_cosigned(log, sites)
    else:
        published = public_log.newest_checkpoint(log)
    note = cosignatures.with_cosignatures(published)
    response = HttpResponse(note, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = ASK_AGAIN
    return response


@require_safe
@condition(etag_func=_tag)
@refuses_by_name
def cosigned(request: HttpRequest) -> HttpResponse:
    """Give every site's newest cosignature, with the size of the checkpoint it stands under."""
    log = _log_of(request)
    seen = [
        {
            "number_code": one.number_code,
            "size": one.size,
            "time": int(one.signed_at.timestamp()),
            "cosignature": one.line,
        }
        for one in cosignatures.last_seen(log)
    ]
    response = JsonResponse({"origin": log.origin, "cosignatures": seen})
    response["Cache-Control"] = ASK_AGAIN
    return response


@require_safe
@refuses_by_name
def inclusion(request: HttpRequest) -> HttpResponse:
    """Prove that the event `hash` (64 hexadecimal digits) is in the log of `size` leaves (the newest, if not said)."""
    leaf = public_log.find_leaf(_event_hash(request))
    asked = _number(request, "size")
    size = public_log.newest_checkpoint(leaf.log).size if asked is None else asked
    proof = public_log.inclusion_proof(leaf.index, size, leaf.log)
    return _proof(leaf.log, asked is not None, {"index": leaf.index, "size": size}, proof)


@require_safe
@refuses_by_name
def consistency(request: HttpRequest) -> HttpResponse:
    """Prove that the log of `from` leaves is the beginning of that of `to` leaves (the newest, if not said)."""
    log = _log_of(request)
    old_size = _number(request, "from")
    if old_size is None:
        raise InvalidField("missing", field="from")
    asked = _number(request, "to")
    size = public_log.newest_checkpoint(log).size if asked is None else asked
    proof = public_log.consistency_proof(old_size, size, log)
    return _proof(log, asked is not None, {"from": old_size, "to": size}, proof)


@require_safe
@refuses_by_name
def keys(_request: HttpRequest) -> HttpResponse:
    """Give every public key, its certificate, what was withdrawn and every origin of the log, to check without us."""
    held = centre_keys()
    response = JsonResponse(
        {
            "roots": [{"key_id": root.key_id.hex(), "public_key": _base64(root.raw)} for root in held.roots],
            "keys": [
                {
                    "purpose": certificate.purpose.name.lower(),
                    "key_id": certificate.key_id.hex(),
                    "public_key": _base64(certificate.public_key),
                    "not_before_ms": certificate.not_before_ms,
                    "not_after_ms": certificate.not_after_ms,
                    "certificate": _base64(certificate.to_bytes()),
                }
                for certificate in held.certificates
            ],
            "workplaces": [
                {"number_code": code, "slot": slot, "certificate": _base64(bytes(raw))}
                for code, slot, raw in Epoch.objects.order_by("opened_at", "slot").values_list(
                    "site__number_code", "slot", "certificate"
                )
            ],
            "revocations": [
                {
                    "revocation": _base64(bytes(one.statement)),
                    "in_logs": [_base64(bytes(named.statement)) for named in one.in_logs.all()],
                }
                for one in Revocation.objects.order_by("revoked_at").prefetch_related("in_logs")
            ],
            "logs": [
                {"origin": log.origin, "server_epoch": log.server_epoch, "verifier_key": _verifier(log)}
                for log in Log.objects.order_by("server_epoch")
            ],
        }
    )
    response["Cache-Control"] = ASK_AGAIN
    return response


def _proof(log: Log, is_for_ever: bool, told: dict[str, int], proof: Sequence[bytes]) -> HttpResponse:
    size = told.get("size", told.get("to", 0))
    published = public_log.checkpoint_at(log, size)
    answer: dict[str, Any] = {"origin": log.origin, **told, "proof": [_base64(step) for step in proof]}
    answer["checkpoint"] = published.text if published else None
    response = JsonResponse(answer)
    # a size may get its checkpoint later, so only an answer that has one is final
    response["Cache-Control"] = FOR_EVER if is_for_ever and published else ASK_AGAIN
    return response


def _log_of(request: HttpRequest) -> Log:
    origin = request.GET.get("origin")
    if origin is None:
        return public_log.current_log()
    log = Log.objects.filter(origin=origin).first() if "\x00" not in origin else None
    if log is None:
        raise Refused("origin_unknown")
    return log


def _number(request: HttpRequest, field: str) -> int | None:
    text = request.GET.get(field)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise InvalidField("not_a_number", field=field)
    return int(text)


def _event_hash(request: HttpRequest) -> bytes:
    text = request.GET.get("hash")
    if text is None:
        raise InvalidField("missing", field="hash")
    if len(text) != HASH_DIGITS or not set(text.lower()) <= set("0123456789abcdef"):
        raise InvalidField("not_a_hash", field="hash")
    return bytes.fromhex(text)


def _verifier(log: Log) -> str:
    return verifier_key(log.origin, centre_keys().log.public)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
