"""What rooms let the worker do now and then: it stands below them and knows none by name."""

from collections.abc import Callable
from contextlib import ExitStack
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
    """Do all of them, one after the other; what one raises is raised when all others were done."""
    with ExitStack() as waiting:
        for chore in reversed(_chores):
            waiting.callback(_do, chore)


def _do(chore: Chore) -> None:
    try:
        chore()
    except Exception as failure:
        log.error("chore_failed", chore=f"{chore.__module__}.{chore.__qualname__}", kind=type(failure).__name__)
        raise
