"""Short names of the days of the week, Monday first: one set for the window at the counter and the pages."""

from typing import Final

_SHORT: Final = {  # two letters (CLDR): the longer ones touch in a narrow column
    "ky": "дш шш шр бш жм иш жш",
    "ru": "пн вт ср чт пт сб вс",
    "en": "Mon Tue Wed Thu Fri Sat Sun",
}


def weekdays_short(language: str) -> tuple[str, ...]:
    """Heads of narrow columns."""
    return tuple(_SHORT[language].split())
