"""What the list of meetings and the meeting that is open show."""

from __future__ import annotations

from dataclasses import dataclass

from liaison_desktop.ui.widgets.saying import Say


@dataclass(frozen=True, slots=True)
class StateShown:
    """Where a meeting stands: a word, its tone, an icon."""

    say: Say
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """One line of the list; without a state while its day and hour say all."""

    meeting: bytes
    when: Say
    title: Say
    state: StateShown | None


@dataclass(frozen=True, slots=True)
class WordShown:
    """What was changed, and why."""

    tone: str
    icon: str
    title: Say
    body: Say


@dataclass(frozen=True, slots=True)
class AgendaShown:
    """One matter: who reports on it, for how long; `is_own` when this office does."""

    place: int
    title: Say
    who: Say
    minutes: Say
    is_own: bool


@dataclass(frozen=True, slots=True)
class RuleShown:
    """What everybody in the meeting should know of it."""

    icon: str
    say: Say


@dataclass(frozen=True, slots=True)
class DecisionShown:
    """A decision: what, who does it and until when; `gone` says why it holds no more. `tone` is that of the day."""

    decision: bytes
    text: Say
    about: Say
    due: Say
    tone: str
    is_own: bool
    gone: Say | None = None


@dataclass(frozen=True, slots=True)
class LobbyShown:
    """One meeting as its offices see it before it begins; `guests` names them by what they are in it."""

    meeting: bytes
    title: Say
    chair: Say
    day: Say
    hours: Say
    state: StateShown
    word: WordShown | None
    note: Say
    agenda: tuple[AgendaShown, ...]
    length: Say
    rules: tuple[RuleShown, ...]
    invited: Say
    guests: tuple[Say, ...]
    decisions: tuple[DecisionShown, ...] = ()
