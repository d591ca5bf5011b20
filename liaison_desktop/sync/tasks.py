"""Small pieces of work, each for one lane: what a run of exchanges is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Lane(Enum):
    """Where a task belongs: the one thread that has the store, or the one that waits for the network."""

    STORE = "store"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Task:
    """A small piece of work for one lane."""

    lane: Lane
    run: Callable[[], Any]
