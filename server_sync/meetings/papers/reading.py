"""Says whether a file is a PDF that can be shown, and how many pages it has, without reading it in this process.

Whoever uploads a file may have been given it. It is read by a process of its own (`python -m
server_sync.meetings.papers`) with little memory and little time, that knows nothing of this one's surroundings: a file
that ends or hangs it is a broken one.
"""

import os
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

from server_sync.common.refusals import Refused
from server_sync.contract.bodies import PAPER_LIMIT_BYTES, PAPER_PAGES_MOST

PROGRAM: Final = "server_sync.meetings.papers"
PATIENCE_S: Final = 20.0
BUSY_S: Final = 5
BEGINS: Final = b"%PDF-"
BEGINS_WITHIN: Final = 1_024
"""So far into a file its first line may stand, by what programs take."""
SURROUNDINGS: Final = ("PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""What the program needs to be found and started (the last: on Windows); nothing else is handed on to it."""
ROOT: Final = Path(__file__).resolve().parents[3]
"""Where the program is found."""
SAID_MOST: Final = 64
ENCRYPTED: Final = "encrypted"
BROKEN: Final = "broken"
"""What the program says of a file instead of a number of pages."""

_reading: Final = BoundedSemaphore(2)


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF has.

    Raises Refused `paper_too_large`, `paper_not_pdf`, `paper_encrypted`, `paper_broken`, `paper_too_long`, or
    `paper_readers_busy` while others are read.
    """
    if len(pdf) > PAPER_LIMIT_BYTES:
        raise Refused("paper_too_large", limit_bytes=PAPER_LIMIT_BYTES)
    if BEGINS not in pdf[:BEGINS_WITHIN]:
        raise Refused("paper_not_pdf")
    if not _reading.acquire(blocking=False):
        raise Refused("paper_readers_busy", permanent=False, wait_s=BUSY_S)
    try:
        said = _said_of(pdf)
    finally:
        _reading.release()
    if said == ENCRYPTED:
        raise Refused("paper_encrypted")
    if not (said.isascii() and said.isdecimal() and int(said) >= 1):
        raise Refused("paper_broken")
    if int(said) > PAPER_PAGES_MOST:
        raise Refused("paper_too_long", limit=PAPER_PAGES_MOST)
    return int(said)


def surroundings() -> dict[str, str]:
    """What a reader is told of this computer."""
    return {name: os.environ[name] for name in SURROUNDINGS if name in os.environ}


def _said_of(pdf: bytes) -> str:
    try:
        done = subprocess.run(
            [sys.executable, "-m", PROGRAM],
            input=pdf,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE_S,
            check=False,
            cwd=ROOT,
            env=surroundings(),
        )
    except subprocess.TimeoutExpired:
        return BROKEN
    return done.stdout[:SAID_MOST].decode("ascii", "replace").strip() if done.returncode == 0 else BROKEN
