"""Decides how the chair's desk opens a vote and counts it: what was typed is checked before the centre is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from liaison_desktop.domain.votes import VoteSeen
from liaison_desktop.ui.errors import say_error
from liaison_desktop.ui.meetings import vote_telling
from liaison_desktop.ui.meetings.room_presenter import RoomPresenter
from liaison_desktop.ui.meetings.vote_values import NUMBER, VoteTyped, VoteWrong
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import tr
from server_sync.contract.bodies import SHORT_CHARACTERS, Words
from server_sync.contract.errors import ContractError
from server_sync.contract.meetings import MeetingAct, MeetingState, VoteAsked

_DIGITS_MOST: Final = 4


class VoteDeskView(Protocol):
    """What the presenter needs of the desk's part of the room."""

    def show_vote_button(self, say: Say | None) -> None: ...
    def open_form(self, earlier: tuple[Say, ...]) -> None: ...
    def show_wrong(self, wrong: VoteWrong) -> None: ...
    def show_refused(self, say: Say) -> None: ...
    def close_form(self) -> None: ...
    def ask_count(self, count: Callable[[], None]) -> None: ...


class VoteDesk:
    """Shown only where the centre says that this is the desk; ``refresh`` when the room's presenter has news."""

    def __init__(self, view: VoteDeskView, room: RoomPresenter, votes: Callable[[], tuple[VoteSeen, ...]]) -> None:
        self._view, self._room, self._votes = view, room, votes

    def refresh(self) -> None:
        """Offer what can be done now: to open a vote, or to count the one that goes on."""
        if not self._is_desk:
            self._view.show_vote_button(None)
        else:
            self._view.show_vote_button(_say_open if self._running is None else _say_count)

    def press(self) -> None:
        """The button of votes."""
        if not self._is_desk:
            return
        vote = self._running
        if vote is None:
            self._view.open_form(tuple(_say_result(one) for one in self._votes() if one.count is not None))
        else:
            self._view.ask_count(lambda: self._count(vote))

    def open(self, typed: VoteTyped) -> None:
        """Open a vote as it was typed."""
        wrong = check(typed)
        if wrong is not None:
            self._view.show_wrong(wrong)
            return
        stage = self._room.stage
        self._room.do(
            MeetingAct.OPEN_VOTE,
            item=stage.item if stage is not None else 0,
            said=lambda call: replace(call, asked=asked(typed)),
            done=self._view.close_form,
            failed=self._refused,
        )

    def _count(self, vote: str) -> None:
        self._room.do(MeetingAct.END_VOTE, said=lambda call: replace(call, vote=bytes.fromhex(vote)))

    def _refused(self, error: ContractError) -> None:
        self._view.show_refused(lambda: say_error(error))

    @property
    def _is_desk(self) -> bool:
        room = self._room
        stage = room.stage
        if room.desk is None or room.desk.is_reception:
            return False
        return room.is_open and stage is not None and stage.state is MeetingState.OPEN

    @property
    def _running(self) -> str | None:
        stage = self._room.stage
        return stage.vote.vote if stage is not None and stage.vote is not None else None


def check(typed: VoteTyped) -> VoteWrong | None:
    """What has to be put right before the centre is asked; nothing when it can be."""
    if not typed.question_ky.strip() and not typed.question_ru.strip():
        return VoteWrong("question_ky", lambda: tr("Write what is voted on, in Kyrgyz or in Russian."))
    for name, text in (("question_ky", typed.question_ky), ("question_ru", typed.question_ru)):
        if len(text.strip()) > SHORT_CHARACTERS:
            return VoteWrong(name, lambda: tr("At most {limit} characters.", limit=SHORT_CHARACTERS))
    if typed.quorum == NUMBER and _number(typed.offices) is None:
        return VoteWrong("offices", lambda: tr("Write how many offices have to vote, as a number."))
    return None


def asked(typed: VoteTyped) -> VoteAsked:
    """What the centre is asked for."""
    number = _number(typed.offices) or 1
    is_share = typed.quorum != NUMBER
    return VoteAsked(
        question=Words(ky=typed.question_ky.strip(), ru=typed.question_ru.strip()),
        is_secret=typed.is_secret,
        seconds=typed.seconds,
        quorum=int(typed.quorum) if is_share else number,
        is_share=is_share,
    )


def _number(text: str) -> int | None:
    """A number as it was written; None for what is none, or nobody has."""
    written = text.strip()
    if not (written.isascii() and written.isdecimal() and len(written) <= _DIGITS_MOST):
        return None
    return int(written) or None


def _say_result(seen: VoteSeen) -> Say:
    def said() -> str:
        count = seen.count
        if count is None:
            return vote_telling.question(seen)()
        result = vote_telling.state(seen, 0).say()
        return f"{vote_telling.question(seen)()} — {result}. {vote_telling.counts(count)()}"

    return said


def _say_open() -> str:
    return tr("Vote")


def _say_count() -> str:
    return tr("Count the votes")
