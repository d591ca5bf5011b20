"""Recognises the computer the workplace was enrolled on and the folder it stands in, so that a copy is noticed.

The fingerprint is hashed with the workplace's id: the file tells nothing about the machine. A replaced disk with the
same system keeps it; an installation on other hardware changes it. Network addresses are left out: they come and go,
and a false alarm stops a counter.
"""

import hashlib
import sys
from pathlib import Path
from typing import Protocol


class Machine(Protocol):
    """Says what this computer is."""

    def fingerprint(self, workplace: bytes) -> str:
        """Give 32 hexadecimal digits for this computer and workplace; empty when it cannot be told."""

    def traits(self, file: Path) -> frozenset[str]:
        """Give what a file has and no copy of it; empty when it is not there."""


class ThisMachine:
    """The computer the program runs on."""

    def fingerprint(self, workplace: bytes) -> str:
        """Give 32 hexadecimal digits; empty when the system tells nothing of itself."""
        parts = _machine_parts()
        if not parts:
            return ""
        return hashlib.sha256(b"machine\x00" + workplace + b"\x00".join(parts)).hexdigest()[:32]

    def traits(self, file: Path) -> frozenset[str]:
        """Ask the file system."""
        return traits_of(file)


def traits_of(file: Path) -> frozenset[str]:
    """Where a file stands in its file system, and since when: a copy has others, one moved within the disk the same.

    Both, because either may change innocently: the number on a file system that has none of its own (FAT), the time
    when somebody changes owner or rights.
    """
    try:
        found = file.stat()
    except OSError:
        return frozenset()
    return frozenset({f"at {found.st_ino}", f"since {found.st_ctime_ns}"})


def _machine_parts() -> list[bytes]:
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
                parts = [str(winreg.QueryValueEx(key, "MachineGuid")[0]).encode()]
        except OSError:
            parts = []
    else:
        parts = [raw for path in ("/etc/machine-id", "/var/lib/dbus/machine-id") if (raw := _first_line(path))][:1]
    return parts


def _first_line(path: str) -> bytes:
    try:
        return Path(path).read_bytes().split(b"\n", 1)[0].strip()
    except OSError:
        return b""
