"""Tells the kind of a file by its bytes, and by its name only where bytes do not tell.

Messengers and telephones name a WebP or HEIC picture `.jpg`, people rename scans: a sound file is taken as what it is.
"""

import re
from typing import Final

UNKNOWN: Final = "application/octet-stream"
_HEAD_BYTES: Final = 1_024
"""A PDF may have a few bytes of a mail program before its mark."""

_SOUND_BYTES: Final = 24
"""A shorter file that is not what its name says is the torn beginning of something."""

_BEGINNINGS: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"{\\rtf", "application/rtf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
)
_IN_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_HEIC: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_BRANDS: Final = {b"mif1": "image/heif", b"msf1": "image/heif", b"avif": "image/avif", b"avis": "image/avif",
                  b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"qt  ": "video/quicktime"}  # fmt: skip
_BY_ENDING: Final = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".jpe": "image/jpeg", ".jfif": "image/jpeg", ".png": "image/png",
    ".gif": "image/gif", ".bmp": "image/bmp", ".dib": "image/bmp", ".tif": "image/tiff", ".tiff": "image/tiff",
    ".webp": "image/webp", ".heic": "image/heic", ".heif": "image/heif", ".avif": "image/avif",
    ".pdf": "application/pdf", ".txt": "text/plain", ".rtf": "application/rtf", ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xls": "application/vnd.ms-excel", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".odt": "application/vnd.oasis.opendocument.text", ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".mp3": "audio/mpeg", ".wav": "audio/wav", ".ogg": "audio/ogg", ".oga": "audio/ogg", ".opus": "audio/ogg",
    ".m4a": "audio/mp4", ".amr": "audio/amr", ".flac": "audio/flac", ".mp4": "video/mp4", ".mov": "video/quicktime",
    ".3gp": "video/3gpp", ".avi": "video/x-msvideo", ".zip": "application/zip", ".7z": "application/x-7z-compressed",
    ".rar": "application/vnd.rar",
}  # fmt: skip
_ENDING_OF: Final = {kind: ending for ending, kind in reversed(_BY_ENDING.items())}
_HOLDERS: Final = {
    "application/zip": re.compile(r"application/vnd\.(?:openxmlformats|oasis)|application/zip"),
    "application/msword": re.compile(r"application/(?:msword|vnd\.ms-)"),
    "video/mp4": re.compile(r"(?:audio/mp4|video/(?:mp4|3gpp|quicktime))"),
    "audio/ogg": re.compile(r"(?:audio|video)/ogg"),
}
"""Kinds whose bytes are those of others too: there the name tells which."""
_TOLD_BY_BYTES: Final = frozenset(
    {"image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff", "image/webp", "image/heic", "image/heif",
     "image/avif", "application/pdf"}
)  # fmt: skip


def kind_by_name(name: str) -> str:
    """What a file claims to be by its name."""
    dot = name.rfind(".")
    return _BY_ENDING.get(name[dot:].lower(), UNKNOWN) if dot >= 0 else UNKNOWN


def kind_by_bytes(content: bytes) -> str:
    """What a file is by its bytes; empty when they do not tell."""
    head = content[:_HEAD_BYTES]
    for mark, kind in _BEGINNINGS:
        if head.startswith(mark):
            return kind
    if head[:4] == b"RIFF":
        return _IN_RIFF.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        return "image/bmp"
    if head[:1] == b"\xff" and head[1:2] in {b"\xfb", b"\xf3", b"\xf2", b"\xfa"}:
        return "audio/mpeg"
    return ""


def kind_of(name: str, content: bytes, claimed: str = "") -> str:
    """The kind of a file; `claimed` stands for what its name says. Empty when it is not what it is said to be."""
    said = claimed or kind_by_name(name)
    found = kind_by_bytes(content)
    if not found and said == "application/pdf" and b"%PDF-" in content[:_HEAD_BYTES]:
        return said
    if not found:
        return "" if said in _TOLD_BY_BYTES else said
    holder = _HOLDERS.get(found)
    if found == said or (holder is not None and holder.match(said)):
        return said
    return found if len(content) >= _SOUND_BYTES or said not in _TOLD_BY_BYTES else ""


def fitting_name(name: str, kind: str) -> str:
    """A file's name for whoever opens it: with an ending of its kind when it has that of another."""
    ending = _ENDING_OF.get(kind)
    if ending is None or kind_by_name(name) in {kind, UNKNOWN}:
        return name
    return f"{name}{ending}"


def _by_brand(head: bytes) -> str:
    """ISO 14496-12: the major brand, then the compatible ones, of which HEIC's tells more than `mif1`."""
    length = min(int.from_bytes(head[:4]), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))]
    if not _HEIC.isdisjoint(brands):
        return "image/heic"
    if brands[0].startswith(b"3g"):
        return "video/3gpp"
    return next((_BRANDS[brand] for brand in brands if brand in _BRANDS), "video/mp4")
