"""Says whether others want to write just now, so that who holds the one writer of SQLite alone need not let it go."""

import threading
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class _Writers:
    def __init__(self) -> None:
        self.count = 0
        self._counting = threading.Lock()

    def add(self, more: int) -> None:
        with self._counting:
            self.count += more


_writers: Final = _Writers()


class CountWriters:
    """Middleware: counts the requests of this process that may write, from their first step to their answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Count it while it is answered."""
        if request.method in SAFE:
            return self.get_response(request)
        _writers.add(1)
        try:
            return self.get_response(request)
        finally:
            _writers.add(-1)


def others_write() -> bool:
    """Whether this process serves more requests that may write than the one that asks."""
    return _writers.count > 1
