"""What a clerk has typed, field by field, exactly as it stands on the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from liaison_desktop.ui.widgets.calendar import CountedDays
from liaison_desktop.ui.widgets.chooser import Choice
from liaison_desktop.ui.widgets.saying import Say


@dataclass(frozen=True, slots=True)
class FormValues:
    """The form; choices are codes, everything else is text to the letter.

    `as_typed`: by the name of a list, what was typed into it and not chosen.
    """

    is_collective: bool = False
    signatories_count: str = ""
    signatories: str = ""
    pin: str = ""
    no_pin_reason: str = ""
    birth_on: str = ""
    surname: str = ""
    given_name: str = ""
    patronymic: str = ""
    phone: str = ""
    email: str = ""
    document: str = ""
    answer_by: str = ""
    territory: Choice | None = None
    settlement: str = ""
    street: str = ""
    kind: str = ""
    form: str = "written"
    language: str = "ky"
    addressee: Choice | None = None
    categories: tuple[Choice, ...] = ()
    subject: str = ""
    text: str = ""
    as_typed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AttachedRow:
    """A file of the draft as the form lists it."""

    key: str
    name: str
    size_bytes: int
    media_type: str


@dataclass(frozen=True, slots=True)
class DraftTab:
    """A draft as its tab shows it."""

    draft_id: UUID
    title: Say
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class EarlierRow:
    """An earlier request of the same person at this office."""

    appeal: bytes
    number: str
    subject: str
    state: Say
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class TwinRow:
    """A request that may be about the same matter."""

    appeal: bytes
    number: str
    subject: str
    registered_on: date
    due_on: date | None
    linked: bool


@dataclass(frozen=True, slots=True)
class DuePreview:
    """The term as it would be if the request were registered today; no day when the kind has no term."""

    due_on: date | None
    working_days: int
    article: str
    provisional: bool
    days: CountedDays | None
    reasons: tuple[tuple[date, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RegisteredFacts:
    """What the screen shows of a request just registered."""

    appeal: bytes
    number: str
    registered_at: datetime
    short_code: str
    applicant: Say
    addressee: Say
    category: Say
    answer_by: Say
    due: DuePreview
    is_hour_known: bool = True


Remark = tuple[str, str, Say]
"""A remark on a field: its name, ``warning`` or ``danger`` or ``success``, and the words."""


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """A field a person can be led to by a link: its name and how it is called."""

    name: str
    say: Say


@dataclass(frozen=True, slots=True)
class Notice:
    """A law's word on this request: an icon and a sentence."""

    icon: str
    say: Say
    more: Callable[[], None] | None = field(default=None, compare=False)
