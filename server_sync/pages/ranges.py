"""Answers with a large file, whole or the one range of it that a browser asks for to begin in the middle."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)
READ_BYTES: Final = 64 * 1024
PART_BYTES: Final = 4 * 1024 * 1024
"""No part is longer, whatever was asked for: players ask for all that is left, look at some of it and ask anew."""


def answer_with(request: HttpRequest, path: Path, media_type: str) -> HttpResponseBase:
    """Give a file; raises OSError when it is not there. A range that is none of one is answered by 416 (RFC 9110)."""
    size = path.stat().st_size
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    is_part = asked is not None and any(asked.groups())  # several ranges at once are answered by the whole
    first, last = _bounds(asked[1], asked[2], size) if asked is not None and is_part else (0, size - 1)
    if is_part and first > last:
        refused = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    if is_part:
        last = min(last, first + PART_BYTES - 1)
    status = HTTPStatus.PARTIAL_CONTENT if is_part else HTTPStatus.OK
    response = StreamingHttpResponse(_read(path, first, last), status=status, content_type=media_type)
    if is_part:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    return response


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """The first and the last byte that are meant; `-500` means the last five hundred."""
    if not first:
        return max(0, size - int(last)), size - 1 if int(last) else -1
    return int(first), min(int(last), size - 1) if last else size - 1


def _read(path: Path, first: int, last: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        left = last - first + 1
        while left and (read := file.read(min(READ_BYTES, left))):
            left -= len(read)
            yield read
