"""The report of a quarter: what was asked, how it was answered, and how that stands beside the quarter before.

Shown as a page, a PDF and a workbook; the one for everybody hides small figures, that of officers does not.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext, pgettext

from server_sync.appeals.figures import FIRST_YEAR, Of, Period, Share, Summary, quarter_of, summary
from server_sync.pages.figured import Counts, Line, few, name_of, period_name, said, share_words, tables

Value = int | str
"""What stands in a cell: a number, or words where there is none to be told."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a report: now, in the period before, and what is to be said of the difference."""

    name: str
    now: Value
    before: Value
    change: Value = ""

    @property
    def words(self) -> tuple[str, str, str, str]:
        """The line as it is read."""
        change = f"{self.change:+}" if isinstance(self.change, int) and self.change else self.change
        return self.name, _words(self.now), _words(self.before), _words(change).replace("-", "−")


@dataclass(frozen=True, slots=True)
class Part:
    """Lines under a heading."""

    title: str
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report, in words of a language."""

    of: Of
    period: Period
    language: str
    title: str
    name: str
    period_words: str
    before_words: str
    made_on: date
    is_exact: bool
    parts: tuple[Part, ...]
    notes: tuple[str, ...]

    @property
    def file_name(self) -> str:
        """What its files are called, in plain letters."""
        code = "".join(letter if letter.isalnum() else "-" for letter in self.of.code).lower()
        return "-".join(filter(None, ("report", self.period.code.lower(), self.of.sort.value, code)))


def periods(today: date, chosen: Period) -> list[tuple[str, str, bool]]:
    """The quarters of which there can be a report, the newest first, each also from the year's first day on."""
    found: list[Period] = []
    quarter = quarter_of(today)
    for year in range(today.year, max(FIRST_YEAR, today.year - 3) - 1, -1):
        for last in range(quarter.last if year == today.year else 12, 0, -3):
            found.append(Period(year, last - 2, last))
            found += [Period(year, 1, last, is_to_date=True)] if last > 3 else []
    if chosen not in found:
        found.append(chosen)
    return [(one.code, period_name(one), one == chosen) for one in found]


def report(of: Of, period: Period, today: date, language: str, *, is_exact: bool) -> Report:
    """Make the report of one thing and period; exact figures for those who may see them."""
    now, before = (summary(of, one, today, is_exact=is_exact) for one in (period, period.before))
    notes = [
        gettext("A request counts in the period of its registration, an answer in that in which it was sent."),
        gettext("Where no difference is said of shares, chance alone may have made it (95 %)."),
    ]
    if not is_exact:
        notes.insert(
            0,
            gettext("Figures are rounded down to a full %(n)s; smaller ones, and some beside them, are not told.")
            % {"n": 5},
        )
    return Report(
        of=of,
        period=period,
        language=language,
        title=gettext("Report on requests of citizens"),
        name=name_of(of, language),
        period_words=period_name(period),
        before_words=period_name(period.before),
        made_on=today,
        is_exact=is_exact,
        parts=tuple(_parts(now, before, language)),
        notes=tuple(notes),
    )


def _parts(now: Summary, before: Summary, language: str) -> Iterator[Part]:
    yield Part(
        gettext("Requests"),
        (
            _row(gettext("requests given"), now, before, lambda one: one.given),
            _row(gettext("repeated requests"), now, before, lambda one: one.repeat),
            _row(gettext("collective requests"), now, before, lambda one: one.collective),
            _row(gettext("with an extended term"), now, before, lambda one: one.extended),
        ),
    )
    was = {table.title: table for table in tables(before, language)}
    answers = gettext("Outcomes of answers")
    for table in tables(now, language):
        if table.title == answers:
            yield _answers(now, before)
        yield Part(table.title, _lines(table, was.get(table.title), is_exact=now.is_exact), table.note)
    yield Part(
        gettext("As it stands on the day of this report"),
        tuple(
            Row(name, _value(count, is_exact=now.is_exact), "")
            for name, count in (
                (gettext("wait for an answer"), now.waiting),
                (gettext("of them overdue"), now.overdue),
            )
        ),
    )


def _answers(now: Summary, before: Summary) -> Part:
    return Part(
        gettext("Answers and terms"),
        (
            _row(gettext("answers"), now, before, lambda one: one.answers),
            _row(gettext("in time"), now, before, lambda one: one.in_time),
            Row(gettext("share in time"), _share(now.kept), _share(before.kept), _difference(now.kept, before.kept)),
            Row(gettext("days to the first answer, the middle one"), _days(now), _days(before)),
        ),
        share_words(now.kept),
    )


def _share(share: Share | None) -> str:
    if share is None:
        return gettext("too few to say")
    return gettext("%(percent)s %% (%(low)s–%(high)s), of %(n)s") % {
        "percent": share.percent,
        "low": share.low,
        "high": share.high,
        "n": number_format(share.whole, force_grouping=True),
    }


def _difference(now: Share | None, before: Share | None) -> str:
    if now is None or before is None:
        return ""
    match now.beside(before):
        case 1:
            return gettext("more than before")
        case -1:
            return gettext("less than before")
        case _:
            return gettext("no difference can be told")


def _days(one: Summary) -> str:
    if one.median_days is None:
        return gettext("too few to say")
    return ngettext("%(n)s day", "%(n)s days", one.median_days) % {"n": one.median_days}


def _row(name: str, now: Summary, before: Summary, count: Callable[[Summary], int]) -> Row:
    told, was = (_value(count(one), is_exact=one.is_exact) for one in (now, before))
    return Row(name, told, was, _change(told, was))


def _lines(now: Counts, before: Counts | None, *, is_exact: bool) -> tuple[Row, ...]:
    was = {line.name: line for line in before.lines} if before is not None else {}
    rows = []
    for line in now.lines:
        told, other = _value_of(line), was.get(line.name)
        before_it = (0 if is_exact else few()) if other is None else _value_of(other)
        rows.append(Row(line.name, told, before_it, _change(told, before_it)))
    return tuple(rows)


def _value_of(line: Line) -> Value:
    return line.words if line.count is None or line.is_few else line.count


def _value(count: int, *, is_exact: bool) -> Value:
    return count if count or is_exact else said(count, is_exact=is_exact)


def _change(now: Value, before: Value) -> Value:
    return now - before if isinstance(now, int) and isinstance(before, int) else ""


def _words(value: Value) -> str:
    return number_format(value, force_grouping=True) if isinstance(value, int) else value


def head(told: Report) -> Sequence[str]:
    """The headings of the four columns."""
    return pgettext("report", "What"), told.period_words, told.before_words, gettext("Change")
