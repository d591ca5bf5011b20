"""What a sealed attachment promises."""

import pytest

from server_sync.contract import blobs
from server_sync.contract.errors import NotAuthentic

SIZES = (0, 1, blobs.PIECE_BYTES - 1, blobs.PIECE_BYTES, blobs.PIECE_BYTES + 1, 3 * blobs.PIECE_BYTES)


@pytest.mark.parametrize("size", SIZES)
def test_a_file_comes_back_to_the_byte_whatever_the_chunks(size: int) -> None:
    key = blobs.new_blob_key()
    plain = bytes(index % 251 for index in range(size))
    sealed = blobs.seal(plain, key)
    assert len(sealed) == blobs.sealed_size(size)
    chunks = [sealed[start : start + 7_001] for start in range(0, len(sealed), 7_001)]
    assert b"".join(blobs.unseal_pieces(chunks, key)) == plain == blobs.unseal(sealed, key)


def test_a_shortened_swapped_or_changed_blob_is_refused() -> None:
    key = blobs.new_blob_key()
    sealed = blobs.seal(b"a" * (2 * blobs.PIECE_BYTES + 5), key)
    piece = blobs.PIECE_BYTES + blobs.TAG_BYTES
    damaged = (
        sealed[: 1 + 2 * piece],
        sealed[:1] + sealed[1 + piece : 1 + 2 * piece] + sealed[1 : 1 + piece] + sealed[1 + 2 * piece :],
        sealed[:-1] + bytes([sealed[-1] ^ 1]),
        b"\x02" + sealed[1:],
        b"",
    )
    for wrong in damaged:
        with pytest.raises(NotAuthentic, match="blob_damaged"):
            blobs.unseal(wrong, key)
    with pytest.raises(NotAuthentic):
        blobs.unseal(sealed, blobs.new_blob_key())
