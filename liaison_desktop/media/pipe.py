"""The two pipes to the parent. When the parent is gone, so is this process, whatever holds up its other threads."""

from __future__ import annotations

import os
import sys
import threading
from queue import Empty, SimpleQueue

from liaison_desktop.meetings.messages import LINE_LIMIT_BYTES, Asked, NotAMessage, Told, read_asked, write


class Pipe:
    """Hears on the standard input, speaks on the standard output; nothing else in the process can speak there."""

    def __init__(self) -> None:
        self._in = os.fdopen(os.dup(0), "rb")
        self._out = os.dup(1)
        os.dup2(2, 1)  # libraries that print do not speak to the parent
        self._heard: SimpleQueue[Asked] = SimpleQueue()
        self._saying = threading.Lock()
        threading.Thread(target=self._listen, name="pipe", daemon=True).start()

    def say(self, message: Told) -> None:
        """Tell the parent; from any thread."""
        line = write(message)
        with self._saying:
            while line:
                line = line[os.write(self._out, line) :]

    def next(self, timeout_s: float) -> Asked | None:
        """The next message, or None when none comes in time."""
        try:
            return self._heard.get(timeout=timeout_s)
        except Empty:
            return None

    def _listen(self) -> None:
        while line := self._in.readline(LINE_LIMIT_BYTES + 1):
            try:
                self._heard.put(read_asked(line))
            except NotAMessage:
                break  # the parent is another version: it starts the right one
        sys.stderr.flush()
        os._exit(0)  # devices are given back by the system; a driver that hangs cannot keep this process
