"""Whether a file is a program, told from its bytes: a scan or a letter never is, and the centre's people open both."""

import io
import zipfile
from pathlib import PurePath
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MARKS: Final = (
    b"MZ",  # Windows, DOS
    b"\x7fELF",
    b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",  # macOS
    b"\xca\xfe\xba\xbe",  # Java, macOS
    b"\x00asm",
    b"dex\n",  # Android
    b"#!",
    b"L\x00\x00\x00\x01\x14\x02\x00",  # a shortcut of Windows, which starts what it names
)  # fmt: skip
_SCRIPT_WORDS: Final = (
    b"@echo off", b"wscript.", b"createobject(", b"<job", b"powershell", b"invoke-expression", b"<hta:application",
)  # fmt: skip
_ENDINGS: Final = _words(
    ".exe .com .scr .pif .cpl .dll .msi .msp .bat .cmd .ps1 .psm1 .vbs .vbe .js .jse .wsf .wsh .hta .lnk .reg "
    ".jar .apk .sh .elf .app .deb .rpm .appimage .py"
)
"""Scripts are words: nothing in their bytes tells them from a letter, only what the system would do with the name."""

LOOKED_AT_BYTES: Final = 4096
MEMBERS_MOST: Final = 10_000


def is_program(content: bytes, name: str) -> bool:
    """Whether a system would run the file, or one inside an archive, instead of showing it."""
    if content.startswith(_MARKS) or _is_run_by_name(name):
        return True
    head = content[:LOOKED_AT_BYTES].lower()
    if content.startswith(b"PK\x03\x04"):
        return _holds_program(content)
    return b"\x00" not in head and any(head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(word) for word in _SCRIPT_WORDS)


def _is_run_by_name(name: str) -> bool:
    return PurePath(name.strip().rstrip(".").lower()).suffix in _ENDINGS


def _holds_program(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()[:MEMBERS_MOST]
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False  # a broken archive is no program; whether it is taken is said elsewhere
    return "META-INF/MANIFEST.MF" in names or any(_is_run_by_name(name) for name in names)
