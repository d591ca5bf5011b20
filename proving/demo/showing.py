"""Says how far a demonstration has come: one line that counts on a terminal, plain lines elsewhere."""

import shutil
import sys
import threading
import time
from typing import Final, TextIO

PLAIN_EVERY_S: Final = 5.0


class Shown:
    """Progress for a person who watches."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._began = time.monotonic()
        self._said_at = 0.0
        self._words = ""
        self._lock = threading.Lock()

    def stage(self, words: str) -> None:
        """A new part of the story begins."""
        with self._lock:
            self._end_line()
            self._words = words
            self._said_at = time.monotonic()
            self._write(f"{self._clock()}  {words}")
            if not self._is_terminal:
                self._stream.write("\n")
            self._stream.flush()

    def count(self, done: int, of: int, note: str = "") -> None:
        """So many of so many."""
        now = time.monotonic()
        with self._lock:
            wait = 0.1 if self._is_terminal else PLAIN_EVERY_S
            if now - self._said_at < wait and done < of:
                return
            if not self._is_terminal and now - self._said_at < 1:
                return
            self._said_at = now
            text = f"{self._clock()}  {self._words}: {done} of {of} {note}".rstrip()
            self._write(("\r" if self._is_terminal else "") + text)
            if not self._is_terminal:
                self._stream.write("\n")
            self._stream.flush()

    def say(self, words: str) -> None:
        """A line that stays."""
        with self._lock:
            self._end_line()
            self._stream.write(f"         {words}\n")
            self._stream.flush()

    def end(self) -> None:
        """The story is over."""
        with self._lock:
            self._end_line()

    def _end_line(self) -> None:
        if self._is_terminal and self._words:
            self._stream.write("\n")
            self._words = ""

    def _write(self, text: str) -> None:
        if self._is_terminal:
            width = shutil.get_terminal_size().columns
            text = text[: width - 1] + "\x1b[K"
        self._stream.write(text)

    def _clock(self) -> str:
        return f"{time.monotonic() - self._began:6.1f} s"
