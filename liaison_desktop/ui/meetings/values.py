"""What the Meetings screen shows."""

from __future__ import annotations

from dataclasses import dataclass

from liaison_desktop.ui.widgets.saying import Say


@dataclass(frozen=True, slots=True)
class Verdict:
    """What can be said of a device, with its tone and icon."""

    say: Say
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class NoPicture:
    """What stands in the picture's place: what is so, and what to do."""

    icon: str
    title: Say
    body: Say


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """What is known of the line, for a meeting."""

    icon: str
    title: Say
    body: Say
