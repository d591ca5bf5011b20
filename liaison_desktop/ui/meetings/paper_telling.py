"""Puts papers of meetings into words: of which item, how long, how much of them is here."""

from __future__ import annotations

from liaison_desktop.domain.papers import PaperSeen
from liaison_desktop.ui import formats
from liaison_desktop.ui.meetings.lobby_telling import best
from liaison_desktop.ui.meetings.lobby_values import StateShown
from liaison_desktop.ui.meetings.paper_values import PaperRow
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import joined, ntr, tr


def row(one: PaperSeen, items: int) -> PaperRow:
    """A line of the list; `items` are those of the agenda: a paper of an item that went is of the whole meeting."""
    return PaperRow(one.paper, title(one), lambda: _about(one, items), _state(one), one.is_here)


def title(one: PaperSeen) -> Say:
    """What a paper is called."""
    return lambda: best(one.added.title)


def coming(one: PaperSeen) -> Say:
    """What stands in the place of a paper that is not whole here yet."""
    if one.received_bytes:
        return lambda: tr("This paper is being fetched: {percent} % is here.", percent=one.percent)
    return lambda: tr("This paper has not come yet. It comes with the next exchange, when the line is free.")


def unreadable() -> str:
    """In the place of a page that could not be drawn."""
    return tr("This page cannot be shown. Save a copy to open it with another program.")


def opening() -> str:
    """While a paper is deciphered."""
    return tr("The paper is being opened.")


def damaged() -> str:
    """In the place of a paper whose bytes are not what they were."""
    return tr("This paper is damaged on this computer. Tell whoever looks after it.")


def _about(one: PaperSeen, items: int) -> str:
    item, pages = one.added.item, one.added.pages
    of_item = tr("Item {item}", item=item) if 1 <= item <= items else tr("The whole meeting")
    return joined([of_item, ntr("{n} page", "{n} pages", pages), formats.size(one.added.size_bytes)])


def _state(one: PaperSeen) -> StateShown:
    if one.is_withdrawn:
        return StateShown(lambda: tr("Withdrawn: {reason}", reason=best(one.reason)), "danger", "x-circle")
    if one.is_here:
        return StateShown(lambda: tr("here"), "success", "check")
    if one.received_bytes:
        return StateShown(lambda: tr("being fetched: {percent} %", percent=one.percent), "primary", "download-simple")
    return StateShown(lambda: tr("will come"), "muted", "clock")


def gone(one: PaperSeen) -> Say:
    """In the place of a paper that was withdrawn while it was read."""
    return lambda: tr("This paper was withdrawn: {reason}", reason=best(one.reason))
