"""Judges files that people bring to the centre's pages by what they hold, not by their names.

An archive says in its own list how large it is unpacked; nothing is unpacked here.
"""

import io
import struct
import zipfile
from collections.abc import Callable, Collection
from typing import Final

from server_sync.common.refusals import Refused
from server_sync.contract.direction import has_marks
from server_sync.contract.file_kinds import kind_of
from server_sync.contract.limits import FILE_NAME_CHARACTERS, check_text, is_blank

OF_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OF_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IN_ARCHIVES: Final = {
    OF_WORD: b"word/document.xml",
    OF_EXCEL: b"xl/workbook.xml",
    "application/vnd.oasis.opendocument.text": b"mimetypeapplication/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet": b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
}
"""Kinds that are archives, and what stands unpacked in each that is one."""
MACROS: Final = (b"vbaProject.bin", b"Basic/script-lc.xml")
DOCUMENTS: Final = frozenset({"application/pdf", "image/jpeg", "image/png", "text/plain", *IN_ARCHIVES})
SOUNDS: Final = frozenset({"audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/amr"})

UNPACKED_MOST_BYTES: Final = 200 * 1024 * 1024
TIMES_MOST: Final = 200
"""No document is so much larger unpacked; a bomb is a thousand times."""
PARTS_MOST: Final = 5_000
_END: Final = b"PK\x05\x06"
_END_BYTES: Final = 22
_COMMENT_BYTES: Final = 65_535
_SURE: Final[dict[str, Callable[[bytes], bool]]] = {
    "audio/mp4": lambda content: content[4:8] == b"ftyp",
    "audio/ogg": lambda content: content[:4] == b"OggS",
    "audio/wav": lambda content: content[:4] == b"RIFF" and content[8:12] == b"WAVE",
    "audio/amr": lambda content: content[:5] == b"#!AMR",
    "audio/mpeg": lambda content: content[:3] == b"ID3" or (content[:1] == b"\xff" and content[1:2] >= b"\xe0"),
}


def name_taken(name: str) -> str:
    """The name of a file without the folders some programs send before it.

    Raises Refused `file_name` for one that shows nothing, is too long, or holds what turns the direction of a text.
    """
    bare = name.replace("\\", "/").rpartition("/")[2].strip()
    if is_blank(bare) or bare in {".", ".."} or has_marks(bare) or any(check_text("", bare, FILE_NAME_CHARACTERS)):
        raise Refused("file_name")
    return bare


def kind_taken(name: str, content: bytes, taken: Collection[str]) -> str:
    """Which kind a file is; raises Refused `file_kind`, `file_empty`, `file_macros`, `file_packed`."""
    if not content:
        raise Refused("file_empty")
    kind = kind_of(name, content)
    if kind not in taken or not _is_that(kind, content):
        raise Refused("file_kind")
    if kind in IN_ARCHIVES:
        if any(mark in content for mark in MACROS):
            raise Refused("file_macros")
        _demand_small(content)
    return kind


def _is_that(kind: str, content: bytes) -> bool:
    if kind == "text/plain":
        try:
            return "\0" not in content.decode()
        except UnicodeDecodeError:
            return False
    if kind in _SURE:
        return _SURE[kind](content)
    return kind not in IN_ARCHIVES or IN_ARCHIVES[kind] in content


def _demand_small(content: bytes) -> None:
    """Raise Refused `file_packed` for an archive that is damaged, or far larger unpacked than any document."""
    tail = content[-(_END_BYTES + _COMMENT_BYTES) :]
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_BYTES or struct.unpack_from("<H", tail, at + 10)[0] > PARTS_MOST:
        raise Refused("file_packed")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError, UnicodeDecodeError) as broken:
        raise Refused("file_packed") from broken
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > PARTS_MOST or unpacked > UNPACKED_MOST_BYTES or unpacked > TIMES_MOST * len(content):
        raise Refused("file_packed")
