"""What was voted on in a meeting, as its minutes say it; whoever counts votes brings the counting."""

from collections.abc import Callable
from dataclasses import dataclass

from server_sync.meetings.models import Meeting


@dataclass(frozen=True, slots=True)
class Result:
    """One vote in the language of this moment: on what, for which item (0: none), how many for each choice, the end."""

    item: int
    question: str
    counted: tuple[tuple[str, int], ...]
    outcome: str


Counting = Callable[[Meeting], tuple[Result, ...]]

_counting: list[Counting] = []


def bring(counting: Counting) -> None:
    """Let minutes say what this counts."""
    _counting.append(counting)


def results_of(meeting: Meeting) -> tuple[Result, ...]:
    """Every vote of a meeting, in the order in which they were held."""
    return tuple(result for counting in _counting for result in counting(meeting))
