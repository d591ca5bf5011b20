"""Section 9 of the page, *Who asks, who answers*: requests with a name, and answers that are believed by it only."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Final

import requests

from tests.stranger.encoding import Refused, open_frame, unpack
from tests.stranger.keyring import Keyring
from tests.stranger.page import PageBroken, the_page
from tests.stranger.suite import h, request_hash, unread_request_hash, verify

NOBODY: Final = bytes(16)
"""In place of an epoch, a nonce or a person that is not there."""
WAIT_S: Final = (15, 60)
"""For a connection, and for bytes."""


class Refusal(Exception):
    """The centre said no, by name and signed."""

    def __init__(self, status: int, code: str, params: dict[str, Any], server_time_ms: int) -> None:
        super().__init__(f"{status} {code} {params}")
        self.status = status
        self.code = code
        self.params = params
        self.server_time_ms = server_time_ms


class LineFailed(Exception):
    """What came is not the centre's answer: nothing in it is believed and nothing is dropped."""


@dataclass
class Answer:
    """An answer whose signature was verified."""

    status: int
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Asked:
    """A request as its signature and the one of its answer name it."""

    method: str
    path: str
    body: bytes
    nonce: bytes = NOBODY
    epoch: bytes = NOBODY

    def hash(self) -> bytes:
        return request_hash(self.method, self.path, self.body, self.nonce, self.epoch)

    def hash_unread(self, length: str) -> bytes:
        """Name it for an answer that was given before its body was read; the length must be that of the body."""
        if length != str(len(self.body)):
            raise LineFailed("reply_forged")
        return unread_request_hash(self.method, self.path, len(self.body), self.nonce, self.epoch)


def send(method: str, address: str, body: bytes, headers: dict[str, str]) -> requests.Response:
    """Put bytes on the line; whatever goes wrong there is a failure of the line."""
    try:
        return requests.request(
            method, address, data=body, headers=headers, timeout=WAIT_S, allow_redirects=False, stream=False
        )
    except requests.RequestException as broken:
        raise LineFailed(str(broken)) from broken


def verified(answer: requests.Response, asked: Asked, keyring: Keyring) -> Answer:
    """Believe an answer by its signature only."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    signature, signer = split_reply(headers.get(the_header("Liaison-Reply"), ""))
    public_key = keyring.replying(signer)
    if public_key is None:
        raise LineFailed("reply_key_unknown")
    covered = body = answer.content
    if asked.method == "HEAD":
        body = unbase64(headers.get(the_header("Liaison-Refusal"), ""))
        covered = body or headers.get(the_header("Liaison-Offset"), "").encode()
    unread = headers.get(the_header("Liaison-Unread"))
    named = asked.hash() if unread is None else asked.hash_unread(unread)
    try:
        signed = named + answer.status_code.to_bytes(2, "big") + h(covered)
        verify(public_key, "liaison/reply/1", signed, signature)
    except Refused as no:
        raise LineFailed("reply_forged") from no
    if answer.status_code >= 400:
        raise refusal(answer.status_code, body)
    return Answer(answer.status_code, body, headers)


def the_header(name: str) -> str:
    """A header that the page's table has, as it is looked up."""
    if name not in the_page().headers:
        raise PageBroken(f"the page has no header {name}")
    return name.lower()


def split_reply(written: str) -> tuple[bytes, bytes]:
    """Take the signature and the id of its key out of an answer's header."""
    if not written:
        raise LineFailed("reply_unsigned")
    raw = unbase64(written)
    return raw[:64], raw[64:]


def unbase64(written: str) -> bytes:
    try:
        return base64.b64decode(written, validate=True)
    except binascii.Error as broken:
        raise LineFailed("reply_forged") from broken


def refusal(status: int, body: bytes) -> Refusal:
    """Read a refusal."""
    said: dict[str, Any] = unpack("Refusal", open_frame(body))
    return Refusal(status, said["code"], said["params"] or {}, said["server_time_ms"])
