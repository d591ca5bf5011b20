"""Opens an attachment for an officer: deciphered whole before the first byte goes out, so that damage is seen."""

from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO

from server_sync.appeals.models import Attachment
from server_sync.blobs.storage import read_whole
from server_sync.contract.blobs import unseal_pieces

IN_MEMORY_BYTES = 4 * 1024 * 1024


def opened(file: Attachment) -> IO[bytes]:
    """Give the plain file, at its beginning. Raises Refused `not_here`, NotAuthentic `blob_damaged`."""
    with ExitStack() as unless_whole:
        plain = unless_whole.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))
        for piece in unseal_pieces(read_whole(file.site_id, bytes(file.blob_id)), bytes(file.blob_key)):
            plain.write(piece)
        plain.seek(0)
        unless_whole.pop_all()  # from here on the answer closes it
    return plain
