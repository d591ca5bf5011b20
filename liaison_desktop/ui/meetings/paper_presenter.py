"""Decides which paper of a meeting is read at which page: as the person turns it, or as the chair's desk shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from liaison_desktop.domain.errors import NotFound
from liaison_desktop.domain.papers import PaperSeen
from liaison_desktop.ui.meetings import paper_telling
from liaison_desktop.ui.meetings.paper_values import PaperRow, ReadingShown
from liaison_desktop.ui.widgets.saying import Say
from server_sync.contract.errors import ContractError

ZOOMS: Final = (100, 125, 150, 200, 300, 400)
"""Of a page that fits whole into its room."""

Failed = Callable[[ContractError], None]


class PapersScreen(Protocol):
    """What the presenter needs of the screen."""

    def show_papers(self, rows: tuple[PaperRow, ...]) -> None: ...
    def show_reading(self, shown: ReadingShown | None) -> None: ...


@dataclass(frozen=True, slots=True)
class PaperActs:
    """What the presenter may ask for. `read` has a paper from now on, `draw` asks for one of its pages, from 0."""

    listed: Callable[[bytes, Callable[[tuple[PaperSeen, ...]], None]], None]
    load: Callable[[bytes, bytes, Callable[[bytes], None], Failed], None]
    read: Callable[[bytes], None]
    draw: Callable[[int, int, int], None]
    end: Callable[[], None]
    print: Callable[[str, bytes, int], None]
    save: Callable[[str, bytes], None]
    note: Failed
    show_to_all: Callable[[bytes | None, int, Callable[[], None], Failed], None] | None = None
    """None outside of a room."""


class PapersPresenter:
    """The papers of one meeting, between ``attend`` and ``leave``."""

    def __init__(self, view: PapersScreen, acts: PaperActs) -> None:
        self._view, self._acts = view, acts
        self._meeting = b""
        self._items = 0
        self._papers: dict[bytes, PaperSeen] = {}
        self._width = self._height = 1
        self._forget()

    def _forget(self) -> None:
        self._open = b""
        self._page, self._zoom = 1, 0
        self._content = b""
        self._is_loading = False
        self._word: Say | None = None
        self._shown = (b"", 0)
        self._follows = True
        self._is_desk = False
        self._is_by_desk = False
        self._sending = False
        self._to_send: tuple[bytes | None, int] | None = None

    # which meeting

    @property
    def rows(self) -> tuple[PaperRow, ...]:
        """The papers as they are listed."""
        return tuple(paper_telling.row(one, self._items) for one in self._papers.values())

    def is_of(self, meeting: bytes) -> bool:
        """Whether this meeting's papers are shown."""
        return meeting == self._meeting

    def attend(self, meeting: bytes, items: int) -> None:
        """Show the papers of this meeting, whose agenda has so many items."""
        if meeting != self._meeting:
            self.leave()
        self._meeting, self._items = meeting, items
        self.refresh()

    def leave(self) -> None:
        """Show none."""
        if self._open:
            self.close()
        self._meeting, self._papers = b"", {}
        self._forget()
        self._view.show_papers(())

    def refresh(self) -> None:
        """Ask anew for what there is."""
        if self._meeting:
            meeting = self._meeting
            self._acts.listed(meeting, lambda papers: self._listed(meeting, papers))

    def _listed(self, meeting: bytes, papers: tuple[PaperSeen, ...]) -> None:
        if meeting != self._meeting:
            return
        self._papers = {one.paper: one for one in papers}
        self._view.show_papers(self.rows)
        if self._open:
            self._look()
        if self._is_led and self._shown[0] != self._open:
            self._follow()

    # what the person does

    def open(self, paper: bytes) -> None:
        """Read a paper from its first page, or from the one that is shown to all, and follow that one alone."""
        if paper not in self._papers:
            return
        self._is_by_desk = False
        if self._shown[0]:
            self._follows = paper == self._shown[0]
        self._begin(paper, self._shown[1] if paper == self._shown[0] else 1)

    def close(self) -> None:
        """Put the paper away; one that is shown to all is followed no more."""
        if self._shown[0]:
            self._follows = False
        self._put_away()

    def turn(self, pages: int) -> None:
        """Go so many pages on, or back."""
        self.go_to(self._page + pages)

    def go_to(self, page: int) -> None:
        """Show a page; at the desk everybody goes there who follows."""
        seen = self._papers.get(self._open)
        if seen is None:
            return
        page = max(1, min(page, seen.added.pages))
        if page == self._page:
            return
        self._page = page
        if self._is_shown_by_desk:
            self._send(self._open, page)
        elif self._shown[0]:
            self._follows = False
        self._draw()

    def last(self) -> None:
        """Show the last page."""
        seen = self._papers.get(self._open)
        if seen is not None:
            self.go_to(seen.added.pages)

    def zoom(self, steps: int) -> None:
        """Show the page larger or smaller; with 0 so that it fits."""
        wanted = 0 if steps == 0 else max(0, min(self._zoom + steps, len(ZOOMS) - 1))
        if wanted != self._zoom:
            self._zoom = wanted
            self._draw()

    def sized(self, width: int, height: int) -> None:
        """There is room for so many pixels of a page."""
        if (width, height) != (self._width, self._height):
            self._width, self._height = width, height
            if self._content:
                self._draw()

    def turn_following(self) -> None:
        """Follow the desk, or turn the pages oneself."""
        if self._shown[0]:
            self._follows = not self._follows
            if self._is_led:
                self._follow()
            else:
                self._tell()

    def turn_showing(self) -> None:
        """At the desk: show this page to all, or nobody any paper any more."""
        if self._is_desk and self._open:
            if self._is_shown_by_desk:
                self._send(None, 0)
            else:
                self._follows = True
                self._send(self._open, self._page)

    def print(self) -> None:
        """Print it."""
        seen = self._papers.get(self._open)
        if seen is not None and self._content:
            self._acts.print(paper_telling.title(seen)(), self._content, seen.added.pages)

    def save(self) -> None:
        """Save a copy."""
        seen = self._papers.get(self._open)
        if seen is not None and self._content:
            self._acts.save(paper_telling.title(seen)(), self._content)

    # what is told

    def stage_is(self, paper: str, page: int, *, is_desk: bool) -> None:
        """The desk shows this to all, or nothing."""
        shown = (bytes.fromhex(paper), page) if paper else (b"", 0)
        was_desk, self._is_desk = self._is_desk, is_desk
        before, self._shown = self._shown, shown
        if shown == before:
            if was_desk != is_desk:
                self._tell()
            return
        if self._sending or self._to_send is not None:
            return  # the own word is newer than what is told
        if shown[0] and not before[0]:
            self._follows = True  # a showing begins: whoever closed the one before sees it
        if not shown[0]:
            if self._is_by_desk and self._is_led:
                self._put_away()
            else:
                self._tell()
        elif self._is_led:
            self._follow()
        else:
            self._tell()

    def is_current(self, place: int) -> bool:
        """Whether a picture that came is of the page that is shown."""
        return bool(self._content) and place == self._page - 1

    def drawn(self) -> None:
        """The page is there."""
        if self._word is not None:
            self._word = None
            self._tell()

    def not_drawn(self, place: int) -> None:
        """A page cannot be shown."""
        if self.is_current(place):
            self._word = paper_telling.unreadable
            self._tell()

    # what is so

    @property
    def _is_shown_by_desk(self) -> bool:
        return self._is_desk and bool(self._open) and self._shown[0] == self._open

    @property
    def _is_led(self) -> bool:
        """Whether what is shown to all is shown here; nobody takes from the desk the paper that it has open."""
        return self._follows and not (self._is_desk and self._open)

    def _follow(self) -> None:
        paper, page = self._shown
        if paper not in self._papers:
            return  # its event is on its way
        if paper != self._open:
            self._is_by_desk = True
            self._begin(paper, page)
        elif page != self._page:
            self._page = page
            self._draw()
        else:
            self._tell()

    def _begin(self, paper: bytes, page: int) -> None:
        if paper != self._open:
            self._acts.end()
            self._open, self._content, self._is_loading = paper, b"", False
            self._zoom, self._word = 0, None
        self._page = page
        if self._content:
            self._draw()
        else:
            self._look()

    def _look(self) -> None:
        """Bring what is read after what is here: loaded when it has come, put away when it was withdrawn."""
        seen = self._papers.get(self._open)
        if seen is None:
            self._put_away()
            return
        if seen.is_withdrawn:
            self._drop()
            self._word = paper_telling.gone(seen)
        elif not seen.is_here:
            self._word = paper_telling.coming(seen)
        elif not self._content and not self._is_loading:
            self._is_loading, self._word = True, paper_telling.opening
            paper = self._open
            self._acts.load(
                self._meeting, paper, lambda content: self._loaded(paper, content), lambda e: self._not_loaded(paper, e)
            )
        self._tell()

    def _loaded(self, paper: bytes, content: bytes) -> None:
        if paper == self._open and self._is_loading:
            self._is_loading, self._content = False, content
            self._acts.read(content)
            self._draw()

    def _not_loaded(self, paper: bytes, error: ContractError) -> None:
        if paper == self._open and self._is_loading:
            self._is_loading = False
            if isinstance(error, NotFound):  # it was withdrawn this very moment: the list says so
                self._put_away()
                return
            self._word = paper_telling.damaged
            self._tell()

    def _drop(self) -> None:
        self._acts.end()
        self._content, self._is_loading = b"", False

    def _put_away(self) -> None:
        self._drop()
        self._open, self._is_by_desk = b"", False
        self._view.show_reading(None)

    def _draw(self) -> None:
        self._tell()
        if self._content:
            factor = ZOOMS[self._zoom] / 100
            self._acts.draw(self._page - 1, round(self._width * factor), round(self._height * factor))

    def _tell(self) -> None:
        seen = self._papers.get(self._open)
        if seen is None:
            return
        self._view.show_reading(
            ReadingShown(
                title=paper_telling.title(seen),
                page=self._page,
                pages=seen.added.pages,
                zoom=ZOOMS[self._zoom],
                word=self._word,
                follows=self._follows if self._shown[0] and not self._is_desk else None,
                to_all=self._shown[0] == self._open if self._is_desk and not seen.is_withdrawn else None,
                can_keep=bool(self._content),
            )
        )

    # the desk

    def _send(self, paper: bytes | None, page: int) -> None:
        """Show a page to all; of several that are turned quickly the newest is sent when the one before has arrived."""
        show = self._acts.show_to_all
        if show is None:
            return
        if self._sending:
            self._to_send = (paper, page)
            return
        self._sending = True
        meeting = self._meeting
        show(paper, page, lambda: self._sent(meeting), lambda error: self._not_sent(meeting, error))
        self._tell()

    def _sent(self, meeting: bytes) -> None:
        if meeting != self._meeting:
            return
        self._sending = False
        waiting, self._to_send = self._to_send, None
        if waiting is not None:
            self._send(*waiting)
        else:
            self._tell()

    def _not_sent(self, meeting: bytes, error: ContractError) -> None:
        self._acts.note(error)
        if meeting == self._meeting:
            self._sending, self._to_send = False, None
            self._tell()
