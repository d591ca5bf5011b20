"""What the list of a meeting's papers shows, and one of them that is read."""

from __future__ import annotations

from dataclasses import dataclass

from liaison_desktop.ui.meetings.lobby_values import StateShown
from liaison_desktop.ui.widgets.saying import Say


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper in the list: of which item it is, how long and large, how much of it is here."""

    paper: bytes
    title: Say
    about: Say
    state: StateShown
    can_open: bool


@dataclass(frozen=True, slots=True)
class ReadingShown:
    """The paper that is read, at a page from 1; `word` stands in the page's place.

    `follows` is None where nobody shows papers to all. `to_all` is None but at the chair's desk: whether this paper is
    shown to all.
    """

    title: Say
    page: int
    pages: int
    zoom: int
    word: Say | None = None
    follows: bool | None = None
    to_all: bool | None = None
    can_keep: bool = False
