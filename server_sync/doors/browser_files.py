"""Finds what other people's programs give our pages in a browser: the media server's client, a player of broadcasts.

`browser/package.json` names them, `package-lock.json` pins all that they are made of by hashes; `./liaison` fetches
them once and lays the two files that pages load beside the program, under the hash of the lock.
"""

import hashlib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
LOCK: Final = Path(__file__).resolve().parent / "browser" / "package-lock.json"
FETCHED: Final = ROOT / ".browser"
PREFIX: Final = "browser"
"""Under this they stand among the static files."""
ROOM_CLIENT: Final = f"{PREFIX}/livekit-client.js"
PLAYER: Final = f"{PREFIX}/hls.js"


def place() -> Path:
    """Where the files of this version lie once they were fetched."""
    return FETCHED / hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]


def are_here() -> bool:
    """Whether pages can load them; without them no guest can come and few browsers show a broadcast."""
    return all((place() / Path(name).name).is_file() for name in (ROOM_CLIENT, PLAYER))
