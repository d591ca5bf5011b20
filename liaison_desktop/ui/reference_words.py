"""The reference book as the screens need it: choices in the language now spoken, and terms with their arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from liaison_desktop.ui.reception.values import DuePreview
from liaison_desktop.ui.widgets.calendar import CountedDays
from liaison_desktop.ui.widgets.chooser import Choice
from liaison_desktop.workplace.words import current, tr
from server_sync.contract.bodies import AppealKind, DueTerm
from server_sync.contract.choosing import Choices, Guess
from server_sync.contract.deadlines import Due, compute_due
from server_sync.contract.reference import Body, Category, ReferenceBook
from server_sync.contract.territory import Site, SiteKind

UNITS = (SiteKind.PROVINCE, SiteKind.DISTRICT, SiteKind.CITY)
LIST_MOST = 40


class BookWords:
    """Says what codes mean; holds nothing but how to know the book and the day, and the site of this office.

    The book is asked for each time: what was decreed meanwhile is shown as it will be registered.
    """

    def __init__(self, book: Callable[[], ReferenceBook], site: str, today: Callable[[], date]) -> None:
        self.site = site
        self._book = book
        self._today = today
        self._units_of: tuple[ReferenceBook, Choices[Site]] | None = None

    @property
    def book(self) -> ReferenceBook:
        """The tables and the calendar that hold now, the same by which requests are registered."""
        return self._book()

    # addressees

    def find_addressees(self, query: str, place: str = "") -> tuple[Choice, ...]:
        """Addressees of today for what is typed, those of a place first and then those of this office.

        One that is found by an earlier name says so.
        """
        near = (place, self.site) if place else (self.site,)
        found = self.book.find_bodies(query, near, current(), LIST_MOST, on=self._today())
        return tuple(_as_found(self._addressee(one.body, one.formerly), one.guess) for one in found)

    def addressee(self, code: str) -> Choice | None:
        """An addressee by ``POSITION`` or ``POSITION@SITE``."""
        position, _, site = code.partition("@")
        body = self.book.body(code) or self.book.body_of(position, site)
        return self._addressee(body) if body is not None else None

    def addressee_name(self, code: str, site: str = "") -> str:
        """The name of an addressee; an unknown code is shown as it is."""
        names = self.book.addressee_names(code, site or self.site)
        return names.said_in(current()) if names is not None else code

    def _addressee(self, body: Body, formerly: Body | None = None) -> Choice:
        words = body.names.said_in(current())
        if formerly is not None:
            return Choice(body.code, words, tr("formerly: {name}", name=formerly.names.said_in(current())))
        if not body.site_code:
            return Choice(body.code, words, tr("national"))
        where = self.site_name(body.site_code)
        return Choice(body.code, words, "" if where in words else where)

    # categories

    def find_categories(self, query: str) -> tuple[Choice, ...]:
        """Subjects for what is typed."""
        found = self.book.find_categories(query, current(), LIST_MOST)
        return tuple(_as_found(self._category(one.category), one.guess) for one in found)

    def category(self, code: str) -> Choice | None:
        """A subject by its code."""
        found = self.book.category(code)
        return self._category(found) if found is not None else None

    def category_name(self, code: str) -> str:
        """The name of a subject; an unknown code is shown as it is."""
        found = self.book.category(code)
        return found.names.said_in(current()) if found is not None else code

    def _category(self, category: Category) -> Choice:
        group = self.book.category(category.parent)
        return Choice(category.code, category.names.said_in(current()), group.names.said_in(current()) if group else "")

    # territory

    def find_territories(self, query: str) -> tuple[Choice, ...]:
        """Units whose words begin as the query's do; with nothing typed, this office's own and its neighbours."""
        if not query.strip():
            near = sorted((unit for unit in self.book.sites if unit.kind in UNITS), key=self._nearness)
            return tuple(map(self._territory, near[:LIST_MOST]))
        found = sorted(self._units().find(query), key=lambda one: (one[0], *self._place(one[1])))
        return tuple(_as_found(self._territory(unit), fit.guess) for fit, unit in found[:LIST_MOST])

    def _units(self) -> Choices[Site]:
        book = self.book
        if self._units_of is not None and self._units_of[0] is book:
            return self._units_of[1]
        units: Choices[Site] = Choices()
        for unit in book.sites:
            if unit.kind in UNITS:
                own, seat = tuple(unit.name), tuple(unit.seat)
                units.add(unit, own, "", wider=seat)  # its own name comes before the seat of another
        self._units_of = (book, units)
        return units

    def territory(self, code: str) -> Choice | None:
        """A unit by its code."""
        unit = self.book.site(code)
        return self._territory(unit) if unit is not None else None

    def site_name(self, code: str) -> str:
        """The name of a site."""
        unit = self.book.site(code)
        return unit.name.said_in(current()) if unit is not None else code

    def place_of_site(self, code: str) -> str:
        """The province and the seat of a site, as stand below its name."""
        unit = self.book.site(code)
        if unit is None:
            return ""
        province = self.book.territory.province(code)
        parts = [province.name.said_in(current())] if province is not None and province.code != code else []
        return ", ".join([*parts, unit.seat.said_in(current())])

    def _place(self, unit: Site) -> tuple[bool, bool, tuple[int, str]]:
        """A city comes before the province that has its name: an address is in the narrower one."""
        return unit.code != self.site, unit.kind is SiteKind.PROVINCE, self._nearness(unit)

    def _nearness(self, unit: Site) -> tuple[int, str]:
        if unit.code == self.site:
            return 0, unit.code
        own = self.book.site(self.site)
        near = own is not None and unit.parent and unit.parent == own.parent
        return (1 if near else 2), unit.code

    def _territory(self, unit: Site) -> Choice:
        province = self.book.territory.province(unit.code)
        name = unit.name.said_in(current())
        if province is None or province.code == unit.code:
            return Choice(unit.code, name)
        return Choice(unit.code, f"{province.name.said_in(current())} › {name}")

    # terms

    def preview(self, kind: AppealKind, on: date) -> DuePreview:
        """The term of a request of this kind registered on a day."""
        return self._shown(compute_due(on, kind, self.book.calendar, self.book.terms), on)

    def explain(self, term: DueTerm, kind: AppealKind, on: date) -> DuePreview:
        """The arithmetic of a term given at the counter; without days when the rules have changed since."""
        due = compute_due(on, kind, self.book.calendar, self.book.terms)
        if due.due_on == term.due_on:
            return self._shown(due, on)
        return DuePreview(term.due_on, term.working_days, term.article, term.provisional, None)

    def working_days_left(self, due_on: date, today: date) -> int:
        """Working days from today to the due day; negative when it has passed."""
        return self.book.calendar.working_days_until(today, due_on)

    def _shown(self, due: Due, on: date) -> DuePreview:
        if due.due_on is None:
            return DuePreview(None, 0, "", False, None)
        reasons = tuple((on, off.names.said_in(current())) for on, off in due.skipped if off.names is not None)
        days = CountedDays(on, due.counted, tuple(skipped for skipped, _ in due.skipped))
        return DuePreview(due.due_on, due.working_days, due.article, due.provisional, days, reasons)


def _as_found(choice: Choice, guess: Guess) -> Choice:
    """The choice, saying in what it is a guess when it is one."""
    match guess:
        case Guess.NONE:
            return choice
        case Guess.SOUND:
            return replace(choice, guess=tr("Sounds like what was typed"))
        case Guess.LETTER:
            return replace(choice, guess=tr("Written almost like what was typed"))
        case Guess.PART:
            return replace(choice, guess=tr("Fits only a part of what was typed"))
