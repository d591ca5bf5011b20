"""Gives a file out as a download: deciphered whole before the first byte goes, so that damage is seen."""

from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO, Final, Protocol

from django.http import FileResponse, Http404

from server_sync.blobs.storage import read_whole
from server_sync.common.refusals import Refused
from server_sync.contract.blobs import unseal_pieces
from server_sync.contract.errors import NotAuthentic
from server_sync.contract.file_kinds import UNKNOWN, fitting_name

IN_MEMORY_BYTES = 4 * 1024 * 1024
TOLD_AS_THEY_ARE: Final = frozenset({"image/jpeg", "image/png", "application/pdf", "text/plain"})
"""Types told to the browser as they are; others are plain bytes to it. All are downloads."""


class Kept(Protocol):
    """A file by the name of its ciphertext and the key that opens it, as a row of a register or of a working paper."""

    blob_id: bytes
    blob_key: bytes
    name: str
    media_type: str


def opened(site_code: str, file: Kept) -> IO[bytes]:
    """Give the plain file, at its beginning. Raises Refused `not_here`, NotAuthentic `blob_damaged`."""
    with ExitStack() as unless_whole:
        plain = unless_whole.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))
        for piece in unseal_pieces(read_whole(site_code, bytes(file.blob_id)), bytes(file.blob_key)):
            plain.write(piece)
        plain.seek(0)
        unless_whole.pop_all()  # from here on the answer closes it
    return plain


def given_out(site_code: str, file: Kept) -> FileResponse:
    """Answer with a file of a site; raises Http404 where it is not here or is damaged."""
    try:
        plain = opened(site_code, file)
    except (Refused, NotAuthentic, OSError) as missing:
        raise Http404 from missing
    kind = file.media_type if file.media_type in TOLD_AS_THEY_ARE else UNKNOWN
    name = fitting_name(file.name, file.media_type) or "file"
    response = FileResponse(plain, as_attachment=True, filename=name, content_type=kind)
    response["Content-Security-Policy"] = "sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
