"""Keeps the direction of somebody's words to themselves: an override in a name turns nothing that stands beside it.

Texts are kept as they were said (contract.limits); this is for where several of them are shown in one line.
"""

import re
from typing import Final

FSI: Final = "\u2068"
PDI: Final = "\u2069"
_OPENS: Final = frozenset("\u2066\u2067\u2068")
_TURNS: Final = re.compile(
    r"[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc"
    r"\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""Letters written from the right, and the marks that change a direction."""
_MARKS: Final = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""Embeddings, overrides and isolates, which no keyboard writes: they turn what stands beside them, too."""


def isolate(text: str) -> str:
    """Close a text's direction off (Unicode FSI … PDI), line by line; what turns nothing stays as it is."""
    if _TURNS.search(text) is None:
        return text
    return "\n".join(FSI + _closed(line) + PDI for line in text.split("\n"))


def without_marks(text: str) -> str:
    """Take out what turns a text's direction, for what all read in the middle of other words; letters stay."""
    return _MARKS.sub("", text)


def has_marks(text: str) -> bool:
    """Whether somebody put marks into a text that turn its direction."""
    return _MARKS.search(text) is not None


def _closed(line: str) -> str:
    """Leave out ends that end nothing, and end what is left open: either would let the direction out."""
    kept, depth = [], 0
    for letter in line:
        if letter == PDI and depth == 0:
            continue
        depth += (letter in _OPENS) - (letter == PDI)
        kept.append(letter)
    return "".join(kept) + PDI * depth
