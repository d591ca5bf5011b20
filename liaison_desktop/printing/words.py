"""Words of paper: always Kyrgyz and Russian together, whatever language the screen speaks.

The part's own catalogue (`resources/translations/paper/*.po`) is read directly, because a paper needs two languages at
once and must come out the same on every workplace.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Final

from liaison_desktop.domain.times import BISHKEK
from liaison_desktop.printing.content import Pair
from liaison_desktop.printing.shipped import resource

LANGUAGES: Final = ("ky", "ru")
NO_BREAK: Final = "\N{NO-BREAK SPACE}"
CONTEXT: Final = "paper"
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@cache
def _catalogue(language: str) -> dict[str, tuple[str, ...]]:
    from babel.messages.pofile import read_po  # 50 ms: only when the first paper is made

    with resource("translations", "paper", f"{language}.po").open("rb") as source:
        catalogue = read_po(source, locale=language)
    words: dict[str, tuple[str, ...]] = {}
    for message in catalogue:
        if message.context != CONTEXT or not message.string:
            continue
        msgid = message.id if isinstance(message.id, str) else message.id[-1]
        words[msgid] = (message.string,) if isinstance(message.string, str) else tuple(message.string)
    return words


def _plural_form(language: str, count: int) -> int:
    if language != "ru":
        return 0
    if count % 10 == 1 and count % 100 != 11:
        return 0
    return 1 if 2 <= count % 10 <= 4 and not 12 <= count % 100 <= 14 else 2


def say(language: str, msgid: str, /, **params: object) -> str:
    """Give a text of paper in one language, with its values filled in.

    Raises KeyError for a text that was never translated: that is a mistake in the program, found by the tests.
    """
    return _catalogue(language)[msgid][0].format(**params)


def say_count(language: str, msgid: str, count: int, /, **params: object) -> str:
    """Give a text that depends on a number, by the language's own plural rule."""
    forms = _catalogue(language)[msgid]
    return forms[min(_plural_form(language, count), len(forms) - 1)].format(n=count, **params)


def both(msgid: str, /, **params: object) -> Pair:
    """Give a text of paper in both languages."""
    return Pair(*(say(language, msgid, **params) for language in LANGUAGES))


def day_in_figures(day: date) -> str:
    """Write a date as both languages do: 14.09.2026."""
    return f"{day:%d.%m.%Y}"


def clock(moment: datetime) -> str:
    """Write the office's time of an aware moment: 14:07."""
    return f"{moment.astimezone(BISHKEK):%H:%M}"


def office_day(moment: datetime) -> date:
    """The office's date of an aware moment."""
    return moment.astimezone(BISHKEK).date()


def moment_in_figures(moment: datetime, *, is_hour_known: bool = True) -> str:
    """Write the office's date and time of an aware moment: 24.08.2026 14:07, or the date alone."""
    day = day_in_figures(office_day(moment))
    return f"{day}{NO_BREAK}{clock(moment)}" if is_hour_known else day


def weekday(language: str, day: date) -> str:
    """Name the day of the week with a capital letter, as a sentence of its own needs it."""
    return say(language, WEEKDAYS[day.weekday()]).capitalize()


def days_named(language: str, days: Iterable[date]) -> str:
    """List days shortly, neighbours joined: `31-август`, `1–6-январь`, in Russian in the genitive `1–6 января`."""
    spans: list[tuple[date, date]] = []
    for day in sorted(days):
        if spans and (day - spans[-1][1]).days <= 1 and day.month == spans[-1][1].month:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return ", ".join(
        say(
            language,
            "{days} of {month}",
            days=str(first.day) if first == last else f"{first.day}–{last.day}",
            month=say(language, MONTHS[last.month - 1]),
        )
        for first, last in spans
    )
