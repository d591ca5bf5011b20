"""By what published requests are filtered: facts of a request as words of the index in which the public searches.

A fact is a word that nobody writes: `f`, a letter for what it is about, the value, `zz`. The database's index finds
those that have it as it finds words, so a filter costs what a word costs, however large the register is.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from server_sync.appeals.models import Answer, Appeal
from server_sync.common.word_index import indexed
from server_sync.contract.bodies import AppealKind, Outcome
from server_sync.workplaces.reference import reference_book

UNANSWERED: Final = "none"
"""The outcome of what nobody has answered yet."""

_PLAIN: Final = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True, slots=True)
class Facts:
    """What published requests are wanted; what is empty is not asked for.

    `place` is a site or all of a province, by the office that registered; `topic` a category or all below it; `body`
    one that answered; `official` one to whom it is addressed (`POSITION@SITE`); `period` a year (`2026`) or a month
    (`2026-11`) of registration.
    """

    place: str = ""
    topic: str = ""
    kind: str = ""
    outcome: str = ""
    body: str = ""
    period: str = ""
    official: str = ""

    def __bool__(self) -> bool:
        return any(value for _letter, value in self._asked)

    @property
    def words(self) -> tuple[str, ...]:
        """What is asked of the index."""
        return tuple(_word(letter, value) for letter, value in self._asked if value)

    @property
    def _asked(self) -> tuple[tuple[str, str], ...]:
        return (
            ("p", self.place),
            ("t", self.topic),
            ("k", self.kind),
            ("o", self.outcome),
            ("b", self.body),
            ("m", self.period),
            ("a", self.official),
        )


def official_of(code: str, site: str) -> str:
    """To whom a request is addressed: a position of the country, or one at a place (`POSITION@SITE`)."""
    return f"{code}@{site}" if code and site and "@" not in code else code


def words_of(appeal: Appeal, texts: Iterable[str]) -> str:
    """What the index has of a published request: its number, its texts and its facts."""
    return " ".join((indexed(appeal.number, *texts), *dict.fromkeys(_facts(appeal))))


def texts_in(summary: object) -> tuple[str, ...]:
    """The texts of a summary, whichever row of it this is."""
    columns = ("subject_ky", "subject_ru", "subject_en", "text_ky", "text_ru", "text_en")
    return tuple(str(getattr(summary, column)) for column in columns)


def _facts(appeal: Appeal) -> Iterator[str]:
    book, site = reference_book(), appeal.site_id
    yield _word("p", site)
    province = book.territory.province(site) if book.site(site) is not None else None
    if province is not None:
        yield _word("p", province.code)
    for code in appeal.categories:
        parts = code.split(".")
        yield from (_word("t", ".".join(parts[:length])) for length in range(1, len(parts) + 1))
    official = official_of(appeal.addressee_code, appeal.addressee_site)
    if official:
        yield _word("a", official)
    yield _word("k", AppealKind(appeal.kind).name)
    yield _word("m", f"{appeal.registered_on:%Y}")
    yield _word("m", f"{appeal.registered_on:%Y-%m}")
    answers = list(Answer.objects.filter(appeal_id=appeal.pk).values_list("outcome", "body_code"))
    for outcome, body in answers:
        yield _word("o", Outcome(outcome).name)
        yield _word("b", body)
    if not answers:
        yield _word("o", UNANSWERED)


def _word(letter: str, value: str) -> str:
    return f"f{letter}{_PLAIN.sub('', value.lower())}zz"
