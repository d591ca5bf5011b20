"""Finds where a photograph says it was taken, and takes that out of it without touching the picture.

JPEG (Exif in APP1, XMP in another, IPTC in APP13) and PNG (eXIf and texts). Only the list of places of Exif is emptied:
which way up the picture is stays.
"""

import struct
from collections.abc import Iterator
from typing import Final

_EXIF: Final = b"Exif\0\0"
_XMP: Final = (b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0")
_GPS_TAG: Final = 0x8825
_ENTRY_BYTES: Final = 12
_ENTRIES_MOST: Final = 64
"""Entries of one list that are read; a list of places has some thirty."""
_EXIF_MOST: Final = 65_536
"""Exif is no larger in a JPEG, and none is believed that is larger elsewhere."""
_SEGMENTS_MOST: Final = 4
_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_TEXTS: Final = frozenset({b"tEXt", b"zTXt", b"iTXt"})


def says_place(content: bytes) -> bool:
    """Whether a photograph says where it was taken."""
    return without_place(content) != content


def without_place(content: bytes) -> bytes:
    """The same photograph without it; what is no JPEG or PNG, or says nothing, stays as it is."""
    if content.startswith(b"\xff\xd8"):
        return b"".join(_of_jpeg(content))
    if content.startswith(_PNG):
        return b"".join(_of_png(content))
    return content


def _of_jpeg(content: bytes) -> Iterator[bytes]:
    yield content[:2]
    at, looked = 2, 0
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] not in {0xDA, 0xD9}:
        length = int.from_bytes(content[at + 2 : at + 4])
        segment = content[at : at + 2 + length]
        if length < 2 or len(segment) < 2 + length:
            break
        marker, inside = content[at + 1], segment[4:]
        at += 2 + length
        if marker == 0xE1 and inside.startswith(_EXIF):
            looked += 1
            if looked <= _SEGMENTS_MOST:  # of more there is no honest use: they are left out
                yield segment[: 4 + len(_EXIF)] + _of_exif(inside[len(_EXIF) :])
        elif not (marker == 0xE1 and inside.startswith(_XMP) and b"GPS" in inside) and not (
            marker == 0xED and (b"\x1c\x02\x5a" in inside or b"\x1c\x02\x5c" in inside)
        ):
            yield segment
    yield content[at:]


def _of_png(content: bytes) -> Iterator[bytes]:
    yield _PNG
    at = len(_PNG)
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4])
        kind, chunk = content[at + 4 : at + 8], content[at : at + 12 + length]
        at += 12 + length
        inside = chunk[8:-4]
        is_exif = kind == b"eXIf"
        has_place = (is_exif and (len(inside) > _EXIF_MOST or _of_exif(inside) != inside)) or (
            kind in _PNG_TEXTS and b"GPS" in inside
        )
        if not has_place:
            yield chunk
    yield content[at:]


def _of_exif(tiff: bytes) -> bytes:
    """Exif with nothing in its list of places; as it was where there is none or it cannot be read."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return tiff
    cleaned = bytearray(tiff)
    left = len(tiff)  # of values to empty: those that lie over one another are a trap
    for at in dict.fromkeys(_places(tiff, order)):
        count = _number(tiff, at, order)
        for entry in range(at + 2, at + 2 + min(count, _ENTRIES_MOST) * _ENTRY_BYTES, _ENTRY_BYTES):
            if entry + _ENTRY_BYTES > len(tiff):
                break
            _, kind, values, where = struct.unpack_from(f"{order}HHII", tiff, entry)
            size = _SIZES.get(kind, 0) * values
            if 4 < size <= left and where + size <= len(tiff):
                cleaned[where : where + size] = bytes(size)
                left -= size
            cleaned[entry : entry + _ENTRY_BYTES] = bytes(_ENTRY_BYTES)
        if count:
            cleaned[at : at + 2] = bytes(2)
    return bytes(cleaned)


def _places(tiff: bytes, order: str) -> Iterator[int]:
    """Where lists of places begin."""
    at = int(struct.unpack_from(f"{order}I", tiff, 4)[0])
    for entry in range(at + 2, at + 2 + min(_number(tiff, at, order), _ENTRIES_MOST) * _ENTRY_BYTES, _ENTRY_BYTES):
        if entry + _ENTRY_BYTES > len(tiff):
            return
        tag, _, _, where = struct.unpack_from(f"{order}HHII", tiff, entry)
        if tag == _GPS_TAG and where + 2 <= len(tiff):
            yield where


def _number(tiff: bytes, at: int, order: str) -> int:
    return int(struct.unpack_from(f"{order}H", tiff, at)[0]) if at + 2 <= len(tiff) else 0
