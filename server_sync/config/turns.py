"""Whose request is served next, when more have come than there are threads."""

from collections import deque
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Turns(Generic[T]):
    """Requests that wait for a thread.

    The rooms come in turn, and in each room the addresses: many requests of one address wait for each other, and
    offices that deliver do not wait for whoever reads pages, be it from their own address.
    """

    def __init__(self) -> None:
        self._rooms: dict[Hashable, dict[str, deque[T]]] = {}
        self._waiting = 0

    def __len__(self) -> int:
        return self._waiting

    def line(self, room: Hashable, place: str) -> int:
        """How many requests of one address wait in a room."""
        return len(self._rooms.get(room, {}).get(place, ()))

    def wait(self, request: T, room: Hashable, place: str) -> None:
        """Let a request wait behind those of its room and address."""
        self._rooms.setdefault(room, {}).setdefault(place, deque()).append(request)
        self._waiting += 1

    def give_up(self) -> T | None:
        """Take the last request out of the longest line; None when nobody has more than one waiting in a room."""
        lines = [queue for places in self._rooms.values() for queue in places.values()]
        longest = max(lines, key=len, default=())
        if not isinstance(longest, deque) or len(longest) < 2:
            return None
        self._waiting -= 1
        return longest.pop()

    def next(self) -> T:
        """Take the request whose turn it is. Raises KeyError when nobody waits."""
        if not self._rooms:
            raise KeyError("nobody waits")
        room = next(iter(self._rooms))
        places = self._rooms.pop(room)
        place = next(iter(places))
        queue = places.pop(place)
        request = queue.popleft()
        self._waiting -= 1
        if queue:
            places[place] = queue  # behind the other addresses
        if places:
            self._rooms[room] = places  # behind the other rooms
        return request
