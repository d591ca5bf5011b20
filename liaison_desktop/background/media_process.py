"""The media process as a real one: started with two pipes and the shared memory, its words read by a thread."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path
from typing import IO, Final

from liaison_desktop.meetings.memory import SharedMemory
from liaison_desktop.meetings.messages import LINE_LIMIT_BYTES

PROGRAM: Final = "liaison_desktop.media"
LINES_MOST: Final = 2_000
"""More than a window can leave unheard in a minute; of more the oldest are forgotten."""
NO_WINDOW: Final = 0x0800_0000 if sys.platform == "win32" else 0
"""Windows: no black window of a console (CREATE_NO_WINDOW)."""
LEAVING_S: Final = 0.5
GONE_S: Final = 1.0
"""So long is waited for one that was ended; a driver may hold it longer, and the window does not wait for drivers."""


class MediaProcess:
    """One run of it; it ends by itself when its parent is gone, because then nobody holds the other end of its pipe."""

    def __init__(self, memory: SharedMemory) -> None:
        root = str(Path(__file__).resolve().parents[2])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH", "")])]
        self._process = subprocess.Popen(
            [sys.executable, "-m", PROGRAM, memory.token],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # drivers and libraries talk there; what matters comes as a message
            pass_fds=memory.descriptors,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            creationflags=NO_WINDOW,
        )
        self._lines: deque[bytes] = deque(maxlen=LINES_MOST)
        self._reader = threading.Thread(target=self._read, name="liaison-media", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Its number in the system."""
        return self._process.pid

    def send(self, line: bytes) -> None:
        """Say a line; to one that is gone it is said in vain."""
        pipe = self._process.stdin
        if pipe is None or pipe.closed:
            return
        try:
            pipe.write(line)
            pipe.flush()
        except OSError:
            return  # `has_ended` tells

    def take(self) -> tuple[bytes, ...]:
        """The whole lines that have come since."""
        return tuple(self._lines.popleft() for _ in range(len(self._lines)))

    def has_ended(self) -> bool:
        """Whether it is gone."""
        return self._process.poll() is not None

    def leave(self) -> None:
        """Close its pipe: it puts the devices away and goes."""
        _shut(self._process.stdin)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def close(self) -> None:
        """Wait for it a moment, end it if it has not, and let go of the pipes."""
        self.leave()
        if not self._is_gone_in(LEAVING_S):
            self.kill()
            if not self._is_gone_in(GONE_S):
                return
        self._reader.join(GONE_S)
        _shut(self._process.stdout)

    def _is_gone_in(self, seconds: float) -> bool:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _read(self) -> None:
        pipe = self._process.stdout
        while pipe is not None and (line := pipe.readline(LINE_LIMIT_BYTES + 1)):
            self._lines.append(line)


def _shut(pipe: IO[bytes] | None) -> None:
    try:
        if pipe is not None:
            pipe.close()
    except OSError:
        return  # what was not written yet went to one that is gone
