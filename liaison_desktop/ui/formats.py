"""How dates, times and sizes are written in the person's language; times are those of Bishkek."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from liaison_desktop.workplace.clock import SystemClock
from liaison_desktop.workplace.words import current, joined, ntr, tr
from server_sync.contract.weekdays import weekdays_short

BISHKEK = ZoneInfo("Asia/Bishkek")
HARD_SPACE = "\u00a0"
HARD_HYPHEN = "\u2011"
DAY_MINUTES = 24 * 60

_MONTHS = {
    "ky": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "ky_of": "январы февралы марты апрели майы июну июлу августу сентябры октябры ноябры декабры",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "en": "January February March April May June July August September October November December",
}
_WEEKDAYS = {
    "ky": "дүйшөмбү шейшемби шаршемби бейшемби жума ишемби жекшемби",
    "ru": "понедельник вторник среда четверг пятница суббота воскресенье",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}


def local(at: datetime) -> datetime:
    """The moment on Bishkek's clock."""
    return at.astimezone(BISHKEK)


_away = [timedelta(0)]
"""How far this computer's clock is from the time that counts here."""
_wall_ms: list[Callable[[], int]] = [SystemClock().wall_ms]
"""This computer's clock, the same that the services go by."""


def reckon_by(wall_ms: Callable[[], int]) -> None:
    """Take the clock that the program was given."""
    _wall_ms[0] = wall_ms


def go_by(away: timedelta) -> None:
    """Reckon from here on with a clock that is so far ahead of the time that counts."""
    _away[0] = away


def away() -> timedelta:
    """How far this computer's clock is ahead of the time that counts."""
    return _away[0]


def now() -> datetime:
    """The time that counts here: this computer's clock, put right by what the centre said."""
    return by_this_computer() - _away[0]


def by_this_computer() -> datetime:
    """What this computer's clock shows, right or wrong."""
    return datetime.fromtimestamp(_wall_ms[0]() / 1000, UTC)


def today() -> date:
    """Today in Bishkek by the time that counts here."""
    return now().astimezone(BISHKEK).date()


def clock(at: datetime) -> str:
    """``14:05``."""
    return local(at).strftime("%H:%M")


def day(on: date) -> str:
    """``14.09.2026``."""
    return on.strftime("%d.%m.%Y")


def short_day(on: date) -> str:
    """``14.09``, where the year is plain."""
    return on.strftime("%d.%m")


def day_and_clock(at: datetime, *, is_hour_known: bool = True) -> str:
    """``14.09.2026, 14:05``; an hour that nobody measured is said to be unknown."""
    hour = clock(at) if is_hour_known else tr("hour not known")
    return f"{day(local(at).date())}, {hour}"


def lately(at: datetime, now: datetime | None = None) -> str:
    """``14:05`` of today, ``yesterday, 17:58``, or the day; moments that this computer noted, by its own clock."""
    today_on = local(now or by_this_computer()).date()
    on = local(at).date()
    if on == today_on:
        return clock(at)
    if on == today_on - timedelta(days=1):
        return tr("yesterday, {time}", time=clock(at))
    return day(on)


def day_in_words(on: date, *, weekday: bool = True, year: bool = True) -> str:
    """The day as offices write it: ``2026-жылдын 24-августу, дүйшөмбү``; ``24 августа 2026, понедельник``."""
    language = current()
    place = on.month - 1
    if language == "ky":
        months = _MONTHS["ky_of"].split() if year else _MONTHS["ky"].split()
        words = unbroken(f"{on.year}-жылдын {on.day}-{months[place]}" if year else f"{on.day}-{months[place]}")
    else:
        month = _MONTHS[language].split()[place]
        words = f"{on.day} {month} {on.year}" if year else f"{on.day} {month}"
    return f"{words}, {weekday_name(on)}" if weekday else words


def unbroken(words: str) -> str:
    """Words in a sentence whose hyphens end no line, such as a registration number that is read out."""
    return words.replace("-", HARD_HYPHEN)


def day_runs(days: list[date]) -> str:
    """``29–30.08, 05–06.09``: days that follow each other as one run."""
    runs: list[list[date]] = []
    for on in sorted(days):
        if runs and on - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(on)
        else:
            runs.append([on])
    return ", ".join(_run(run) for run in runs)


def _run(run: list[date]) -> str:
    if len(run) == 1:
        return short_day(run[0])
    first = run[0].strftime("%d") if run[0].month == run[-1].month else short_day(run[0])
    return f"{first}–{short_day(run[-1])}"


def weekday_name(on: date) -> str:
    """``понедельник``."""
    return _WEEKDAYS[current()].split()[on.weekday()]


def weekday_heads() -> tuple[str, ...]:
    """Heads of a calendar's columns, Monday first."""
    return weekdays_short(current())


def size(size_bytes: int) -> str:
    """``240 кБ``, ``1,4 МБ``."""
    units = ("B", "kB", "MB", "GB") if current() == "en" else ("Б", "кБ", "МБ", "ГБ")
    if size_bytes < 1000:
        return f"{size_bytes}{HARD_SPACE}{units[0]}"
    if size_bytes < 999_500:
        return f"{max(1, round(size_bytes / 1000))}{HARD_SPACE}{units[1]}"
    value, unit = (size_bytes / 1_000_000, units[2]) if size_bytes < 999_500_000 else (size_bytes / 1e9, units[3])
    figure = f"{value:.1f}"
    return f"{figure if current() == 'en' else figure.replace('.', ',')}{HARD_SPACE}{unit}"


def number(value: int) -> str:
    """``18 204`` with spaces that do not break."""
    return f"{value:,}".replace(",", HARD_SPACE)


def span(seconds: float) -> str:
    """How long: ``2 h``, ``3 days`` — the largest unit only, at least a minute."""
    minutes = max(1, int(seconds // 60))
    if minutes < 60:
        return ntr("{n} minute", "{n} minutes", minutes)
    if minutes < 60 * 24:
        return ntr("{n} hour", "{n} hours", minutes // 60)
    return ntr("{n} day", "{n} days", minutes // (60 * 24))


def difference(seconds: float) -> str:
    """How far two clocks are apart: ``3 days``, ``2 days 21 hours``, ``7 hours 5 minutes``; nothing is rounded down."""
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return ntr("{n} minute", "{n} minutes", minutes)
    hours = round(minutes / 60) if minutes >= DAY_MINUTES else minutes // 60
    if hours < 24:
        least = minutes % 60
        return joined(
            (ntr("{n} hour", "{n} hours", hours), ntr("{n} minute", "{n} minutes", least) if least else ""), " "
        )
    days, rest = divmod(hours, 24)
    return joined((ntr("{n} day", "{n} days", days), ntr("{n} hour", "{n} hours", rest) if rest else ""), " ")


def initials(surname: str, given_name: str, patronymic: str = "") -> str:
    """``Турдубаева Б. Н.``; a name without surname stays as it is."""
    if not surname:
        return " ".join(part for part in (given_name, patronymic) if part)
    letters = "".join(f" {part[0].upper()}." for part in (given_name, patronymic) if part)
    return f"{surname}{letters}"
