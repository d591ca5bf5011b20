"""Reads what a visitor wants to see of the published requests, and offers what can be wanted."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.utils.translation import gettext

from server_sync.appeals.facets import UNANSWERED, Facts
from server_sync.appeals.figures import FIRST_YEAR
from server_sync.contract.bodies import AppealKind, Outcome
from server_sync.contract.reference import ReferenceBook
from server_sync.pages.appeal_words import KINDS, OUTCOMES, body_name, site_name
from server_sync.pages.tiles import CENTRE, places
from server_sync.pages.wording import capital, month_name
from server_sync.workplaces.models import CENTRE as WEB
from server_sync.workplaces.reference import reference_book

TYPED_MOST: Final = 200
_PERIOD: Final = re.compile(r"(20[0-9]{2})(?:-(0[1-9]|1[0-2]))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen; with `under` those of a group."""

    code: str
    name: str
    is_chosen: bool = False
    under: tuple["Option", ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One list to choose from."""

    name: str
    label: str
    every: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words and facts that published requests shall have."""

    query: str
    facts: Facts

    @classmethod
    def of(cls, typed: Mapping[str, str]) -> "Wanted":
        """Read it from an address; what there is none of is not asked for."""
        book = reference_book()
        place, topic, body = typed.get("place", ""), typed.get("topic", ""), typed.get("body", "")
        official = typed.get("official", "")
        kind, outcome, period = typed.get("kind", ""), typed.get("outcome", ""), typed.get("period", "")
        return cls(
            typed.get("q", "")[:TYPED_MOST],
            Facts(
                place=place if place == WEB or book.site(place) is not None else "",
                topic=topic if book.category(topic) is not None else "",
                kind=kind if kind in _KINDS else "",
                outcome=outcome if outcome in _OUTCOMES or outcome == UNANSWERED else "",
                body=body if book.body(body) is not None else "",
                period=period if _PERIOD.fullmatch(period) else "",
                official=official if book.body(official) is not None else "",
            ),
        )

    @property
    def address(self) -> str:
        """It as the end of an address, without a page; empty when all is wanted."""
        facts = self.facts
        named = {
            "q": self.query,
            "topic": facts.topic,
            "place": facts.place,
            "kind": facts.kind,
            "outcome": facts.outcome,
            "period": facts.period,
            "body": facts.body,
            "official": facts.official,
        }
        return urlencode({name: value for name, value in named.items() if value})

    def choices(self, today: date, language: str) -> tuple[Choice, ...]:
        """All lists, with what is chosen now."""
        book, facts = reference_book(), self.facts
        return (
            Choice("topic", gettext("Topic"), gettext("All topics"), tuple(_topics(book, facts.topic, language))),
            Choice("place", gettext("Office"), gettext("The whole country"), tuple(_places(facts.place, language))),
            Choice(
                "outcome",
                gettext("Answer"),
                gettext("Any"),
                (
                    *(
                        Option(code, capital(OUTCOMES[outcome]), code == facts.outcome)
                        for code, outcome in _OUTCOMES.items()
                    ),
                    Option(UNANSWERED, gettext("Not answered yet"), facts.outcome == UNANSWERED),
                ),
            ),
            Choice(
                "kind",
                gettext("Kind"),
                gettext("All kinds"),
                tuple(Option(code, capital(KINDS[kind]), code == facts.kind) for code, kind in _KINDS.items()),
            ),
            Choice("period", gettext("Period"), gettext("Any time"), tuple(_periods(today, facts.period))),
        )

    def body_name(self, language: str) -> str:
        """Whose answers are wanted, in words; empty when anybody's are."""
        return body_name(self.facts.body, language) if self.facts.body else ""

    def official_name(self, language: str) -> str:
        """To whom those that are wanted are addressed, in words; empty when it may be anybody."""
        return body_name(self.facts.official, language) if self.facts.official else ""


_KINDS: Final = {kind.name.lower(): kind for kind in AppealKind}
_OUTCOMES: Final = {outcome.name.lower(): outcome for outcome in Outcome}


def _topics(book: ReferenceBook, chosen: str, language: str) -> Iterator[Option]:
    for topic in book.categories:
        if topic.parent:
            continue
        below = tuple(
            Option(one.code, one.names.said_in(language), one.code == chosen)
            for one in book.categories
            if one.parent == topic.code
        )
        yield Option(topic.code, topic.names.said_in(language), topic.code == chosen, below)


def _places(chosen: str, language: str) -> Iterator[Option]:
    groups: dict[str, list[Option]] = {}
    for place in places():
        groups.setdefault(place.province, []).append(
            Option(place.code, site_name(place.code, language), place.code == chosen)
        )
    for province, found in groups.items():
        if province == CENTRE:
            yield from found
            continue
        rest = tuple(one for one in found if one.code != province)
        yield Option(province, site_name(province, language), province == chosen, rest)
    yield Option(WEB, site_name(WEB, language), chosen == WEB)


def _periods(today: date, chosen: str) -> Iterator[Option]:
    for year in range(today.year, FIRST_YEAR - 1, -1):
        code = str(year)
        yield Option(code, code, code == chosen)
        if year == today.year:
            months = (f"{year}-{month:02}" for month in range(today.month, 0, -1))
            yield from (Option(month, month_name(month), month == chosen) for month in months)
    is_offered = chosen[:4].isdecimal() and FIRST_YEAR <= int(chosen[:4]) <= today.year
    if chosen and not (is_offered and (len(chosen) == 4 or chosen.startswith(str(today.year)))):
        yield Option(chosen, month_name(chosen) if "-" in chosen else chosen, is_chosen=True)
