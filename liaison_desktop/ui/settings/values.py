"""What the Settings screen shows."""

from __future__ import annotations

from dataclasses import dataclass

from liaison_desktop.ui.widgets.saying import Say

LOCK_MINUTES = (10, 20, 30)
"""After how many minutes without a touch the citizen can be hidden."""


@dataclass(frozen=True, slots=True)
class PersonShown:
    """Who is signed in."""

    name: str
    login: str
    role: Say


@dataclass(frozen=True, slots=True)
class AppearanceShown:
    """What the person chose."""

    language: str
    theme: str
    text_size: int


@dataclass(frozen=True, slots=True)
class PrinterShown:
    """A printer of this computer."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class MediumShown:
    """The second place every registration is also written to."""

    folder: str
    say: Say
    tone: str


Fact = tuple[Say, Say]
