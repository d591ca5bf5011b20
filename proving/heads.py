"""Invents who holds the positions of the reference book, as the table that the directory of officials takes.

Nobody of it lives: surnames and given names of two short lists are drawn together by the position's own code, so a
second run names the same people.
"""

import csv
import io
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from liaison_desktop.workplace.resources import reference_texts
from server_sync.contract.reference import ReferenceBook
from server_sync.contract.reference_rows import Body, Level

_COLUMNS: Final = (
    *("what", "position", "village", "from", "to", "name_ky", "name_ru", "name_latin"),
    *("weekday", "opens", "closes", "by_appointment", "place_ky", "place_ru", "place_en"),
)


class _Name(NamedTuple):
    """A name in Cyrillic as Kyrgyz and Russian write it alike, and in Latin letters."""

    cyrillic: str
    latin: str


_SURNAMES: Final = tuple(
    _Name(*told.split("/"))
    for told in [
        "Арчалуу/Archaluu",
        "Белестен/Belesten",
        "Булактан/Bulaktan",
        "Бөксөбек/Boksobek",
        "Дайрабай/Dairabai",
        "Жайлообек/Zhailoobek",
        "Жээктен/Zheekten",
        "Кырчынбек/Kyrchynbek",
        "Мөңгүбек/Mongubek",
        "Өзөнбек/Ozonbek",
        "Самандыр/Samandyr",
        "Талаадан/Talaadan",
        "Тоолук/Tooluk",
        "Үркөрбек/Urkorbek",
        "Чабыттан/Chabyttan",
        "Шамалдуу/Shamalduu",
    ]
)
_GIVEN: Final = tuple(
    _Name(*told.split("/"))
    for told in [
        "Айбек/Aibek",
        "Айнура/Ainura",
        "Бакыт/Bakyt",
        "Гүлнара/Gulnara",
        "Жаңыл/Zhangyl",
        "Замир/Zamir",
        "Кубат/Kubat",
        "Мээрим/Meerim",
        "Нурлан/Nurlan",
        "Өмүр/Omur",
        "Салтанат/Saltanat",
        "Таалай/Taalai",
        "Үмүт/Umut",
        "Чынара/Chynara",
        "Эльмира/Elmira",
        "Эркин/Erkin",
    ]
)
_VILLAGES: Final = ("Кең-Жайлоо", "Үч-Булак")
_NOBODY: Final = frozenset({"PRESIDENT"})
"""Positions for which no name is invented."""
_TERM_DAYS: Final = 2_000
_VACANT, _ACTING, _FORMER = 17, 11, 5
"""Of so many positions one is vacant, one has somebody acting, one changed hands within the last half year."""


def invented_directory(today: date, sites: frozenset[str]) -> bytes:
    """A table (CSV, UTF-8) of holders, those who act, vacancies and receptions of every position there is today.

    Rural positions get two villages at each of `sites`, and none elsewhere.
    """
    told = io.StringIO()
    writer = csv.DictWriter(told, _COLUMNS, restval="")
    writer.writeheader()
    for body in ReferenceBook.from_texts(reference_texts()).bodies:
        if body.code in _NOBODY or not body.exists_on(today):
            continue
        villages = ("",) if body.level is not Level.RURAL else _VILLAGES if body.site_code in sites else ()
        for village in villages:
            writer.writerows(_of_position(body, village, today))
    return told.getvalue().encode()


def _of_position(body: Body, village: str, today: date) -> Iterator[dict[str, str]]:
    drawn = random.Random(f"{body.code} {village}")
    seat = {"position": body.code, "village": village}
    began = max(today - timedelta(drawn.randrange(40, _TERM_DAYS)), body.valid_from_on or date.min)
    if drawn.randrange(_VACANT) == 0:
        yield seat | {"what": "vacant", "from": began.isoformat()}
    else:
        if drawn.randrange(_FORMER) == 0:
            yield _person(seat, "holder", max(began - timedelta(_TERM_DAYS), body.valid_from_on or date.min), drawn)
        yield _person(seat, "holder", began, drawn)
    if drawn.randrange(_ACTING) == 0:
        away = today - timedelta(drawn.randrange(1, 9))
        yield _person(seat, "acting", away, drawn) | {"to": (away + timedelta(30)).isoformat()}
    for weekday in drawn.sample(range(1, 6), 2):
        opens = drawn.randrange(9, 15)
        floor = drawn.randrange(101, 420)
        yield seat | {
            "what": "reception",
            "from": began.isoformat(),
            "weekday": str(weekday),
            "opens": f"{opens:02}:00",
            "closes": f"{opens + 2:02}:00",
            "by_appointment": "yes" if drawn.randrange(3) == 0 else "no",
            "place_ky": f"{floor}-кабинет",
            "place_ru": f"кабинет {floor}",
            "place_en": f"room {floor}",
        }


def _person(seat: dict[str, str], what: str, since: date, drawn: random.Random) -> dict[str, str]:
    surname, given = drawn.choice(_SURNAMES), drawn.choice(_GIVEN)
    name = f"{surname.cyrillic} {given.cyrillic}"
    return seat | {
        "what": what,
        "from": since.isoformat(),
        "name_ky": name,
        "name_ru": name,
        "name_latin": f"{surname.latin} {given.latin}",
    }
