"""Every pair of text and ground that the style sheets make can be read: 4.5 to 1, in the light and in the dark."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from server_sync.config import urls

ROOMS = Path(urls.__file__).resolve().parents[1]
SHEETS = sorted(ROOMS.glob("*/static/**/*.css"))
RULE = re.compile(r"([^{}@]+)\{([^{}]*)\}")
DARK = re.compile(r"@media \(prefers-color-scheme:dark\)\{:root\{([^}]*)\}\}")
PRINT = re.compile(r"@media print\{(?:[^{}]*\{[^{}]*\})*\}")
LEAST = 4.5
GROUNDS = ("var(--canvas)", "var(--surface)")
"""What a text stands on when its own rule says nothing: the page, or a card on it."""
TEXTS = ("var(--text)", "var(--muted)", "var(--link)")
"""What may stand on any ground that holds running text."""
DRAWN = re.compile(r"svg|rect|path|\.sign|\.map|\.legend|::before|hr|\.term i\b|\.d\d|\.kept|\.calm|\.absent")
"""Rules of shapes and of short texts whose pairs the rule itself names."""
ON_THE_RAIL = re.compile(r"^\.(head|brand|public \.head|tongues)|\.count|\.who")


@dataclass
class Look:
    """The colours of one theme by their names."""

    colours: dict[str, str] = field(default_factory=dict)

    def read(self, value: str) -> str:
        """A colour as six figures; empty for what is none."""
        named = re.fullmatch(r"var\((--[\w-]+)\)", value)
        value = self.colours.get(named[1], "") if named else value
        short = re.fullmatch(r"#(\w)(\w)(\w)", value)
        return "".join(2 * figure for figure in short.groups()) if short else value.removeprefix("#")


def looks() -> dict[str, Look]:
    found = {"light": Look(), "dark": Look()}
    for sheet in SHEETS:
        text = sheet.read_text(encoding="utf-8")
        for of_theme in (found["light"], found["dark"]):
            for said in re.findall(r":root\{([^}]*)\}", DARK.sub("", text)):
                of_theme.colours |= dict(re.findall(r"(--[\w-]+):([^;]+)", said))
        for said in DARK.findall(text):
            found["dark"].colours |= dict(re.findall(r"(--[\w-]+):([^;]+)", said))
    return found


def rules() -> list[tuple[str, dict[str, str]]]:
    found = []
    for sheet in SHEETS:
        text = PRINT.sub("", DARK.sub("", sheet.read_text(encoding="utf-8")))
        for names, said in RULE.findall(text):
            found.append((names.strip(), dict(re.findall(r"([\w-]+):([^;]+)", said))))
    return found


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4))
    r, g, b = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def pairs() -> set[tuple[str, str, str]]:
    """Selector, text, ground: what a rule says itself, and what it leaves to where it stands."""
    found = set()
    for names, said in rules():
        text, ground = said.get("color", ""), said.get("background", "")
        text = "" if text in {"inherit", "currentColor"} else text
        ground = "" if ground == "none" or " " in ground else ground
        if text and ground:
            found.add((names, text, ground))
        elif ON_THE_RAIL.search(names):
            found |= {(names, text or "var(--words)", ground or "var(--rail)")}
        elif text and not DRAWN.search(names):
            found |= {(names, text, one) for one in GROUNDS}
        elif ground and not DRAWN.search(names):
            found |= {(names, one, ground) for one in TEXTS}
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_can_be_read_on_every_ground_it_may_stand_on(theme):
    look = looks()[theme]
    assert len(pairs()) > 30
    weak = []
    for names, text, ground in sorted(pairs()):
        one, other = look.read(text), look.read(ground)
        if len(one) == len(other) == 6 and contrast(one, other) < LEAST:
            weak.append(f"{names}: {text} on {ground}, {contrast(one, other):.2f}")
    assert weak == []


def test_no_text_is_made_paler_by_opacity():
    assert [names for names, said in rules() if "opacity" in said] == []
