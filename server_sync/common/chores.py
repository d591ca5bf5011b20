"""What rooms let the worker do now and then: it stands below them and knows none by name."""

from collections.abc import Callable
from typing import Final

import structlog

log = structlog.get_logger(__name__)

Chore = Callable[[], object]
_chores: Final[list[Chore]] = []


def add_chore(chore: Chore) -> None:
    """Let the worker do something once a minute or so, when the program starts; what is there is not added again."""
    if chore not in _chores:
        _chores.append(chore)


def do_chores() -> None:
    """Do all of them, one after the other; one that fails keeps none of the others from being done."""
    for chore in _chores:
        try:
            chore()
        except Exception as failure:  # noqa: BLE001 (whatever a room's own trouble is, it is no other room's)
            log.error("chore_failed", chore=f"{chore.__module__}.{chore.__qualname__}", kind=type(failure).__name__)
