"""What rooms let the worker do now and then: it stands below them and knows none by name."""

from collections.abc import Callable
from typing import Final

Chore = Callable[[], object]
_chores: Final[list[Chore]] = []


def add_chore(chore: Chore) -> None:
    """Let the worker do something once a minute or so, when the program starts; what is there is not added again."""
    if chore not in _chores:
        _chores.append(chore)


def do_chores() -> None:
    """Do all of them, one after the other."""
    for chore in _chores:
        chore()
