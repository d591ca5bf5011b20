"""Decides what the Delivery screen and the top bar say; starts and stops an exchange."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from liaison_desktop.domain.delivery import (
    DECIDED_AT_CENTRE,
    DeliveryState,
    LineState,
    OutboxItem,
    Waiting,
    WeekOfDelivery,
    Witnesses,
)
from liaison_desktop.store.epochs import Stop
from liaison_desktop.sync.news import LineNews, Progress
from liaison_desktop.ui.delivery import telling
from liaison_desktop.ui.delivery.values import ConfirmedRow, DaySent, LineShown, ReturnedRow, RunningShown, WaitingRow
from liaison_desktop.ui.errors import say_code
from liaison_desktop.ui.formats import number, size, span
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.wrong_field import say_wrong
from liaison_desktop.workplace.words import ntr, tr

CONFIRMED_MOST = 8


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """Everything the screen shows, read at one moment."""

    waiting: Waiting = field(default_factory=Waiting)
    items: tuple[OutboxItem, ...] = ()
    week: WeekOfDelivery | None = None
    confirmed: tuple[ConfirmedRow, ...] = ()
    witnesses: Witnesses | None = None
    second_medium_missing: bool = False
    stop: Stop | None = None


class DeliveryView(Protocol):
    """What the presenter needs of the screen."""

    def show_line(self, line: LineShown, may_send: bool) -> None: ...
    def show_running(self, running: RunningShown) -> None: ...
    def show_notice(self, tone: str, icon: str, title: Say, body: Say) -> None: ...
    def hide_notice(self) -> None: ...
    def show_waiting(self, title: Say, oldest: Say, rows: tuple[WaitingRow, ...]) -> None: ...
    def show_returned(self, rows: tuple[ReturnedRow, ...]) -> None: ...
    def show_confirmed(self, rows: tuple[ConfirmedRow, ...]) -> None: ...
    def show_week(self, days: tuple[DaySent, ...], total: Say) -> None: ...
    def show_witnesses(self, say: Say, tone: str) -> None: ...


@dataclass(frozen=True, slots=True)
class DeliveryActs:
    """What the presenter may ask for."""

    facts: Callable[[Callable[[DeliveryFacts], None]], None]
    send_now: Callable[[], None]
    stop: Callable[[], None]
    show_top: Callable[[LineShown], None]
    show_count: Callable[[int, bool], None]


class DeliveryPresenter:
    """Keeps the last known state of the line and of the outbox, and says it in words."""

    def __init__(self, view: DeliveryView, acts: DeliveryActs) -> None:
        self._view = view
        self._acts = acts
        self._facts = DeliveryFacts()
        self._line = LineState.UNKNOWN
        self._last_at: datetime | None = None
        self._progress: Progress | None = None
        self._hindrance = ""

    @property
    def is_running(self) -> bool:
        """Whether an exchange is under way."""
        return self._progress is not None

    @property
    def has_line(self) -> bool:
        """Whether the centre was reached last."""
        return telling.has_line(self._line)

    @property
    def facts(self) -> DeliveryFacts:
        """What was last read."""
        return self._facts

    def refresh(self) -> None:
        """Read what waits, and show it."""
        self._acts.facts(self._read)

    def heard(self, news: LineNews) -> None:
        """News of the line: tried, under way, come further, ended, hindered."""
        was_running, stood = self._progress is not None, self._line
        self._line = news.state
        self._last_at = news.delivered_at or self._last_at
        self._progress = news.progress
        if news.hindrance != self._hindrance:
            self._hindrance = news.hindrance
            self._show_notice()
        self._show_line()
        if was_running and news.progress is None:
            self.refresh()
        elif news.state is not stood:
            self._show_facts()  # why things wait depends on the line

    @property
    def last_at(self) -> datetime | None:
        """When the centre last answered."""
        return self._last_at

    def send(self) -> None:
        """The person wants to send now."""
        if self._progress is None:
            self._acts.send_now()

    def stop(self) -> None:
        """The person wants the exchange to pause; what is sent is sent."""
        if self._progress is not None:
            self._acts.stop()

    def language_changed(self) -> None:
        """Say everything anew."""
        self._show_line()
        self._show_facts()

    def _read(self, facts: DeliveryFacts) -> None:
        self._facts = facts
        if facts.week is not None and facts.week.last_contact_at is not None:
            self._last_at = max(self._last_at or facts.week.last_contact_at, facts.week.last_contact_at)
        self._show_line()
        self._show_facts()

    def _show_line(self) -> None:
        shown = telling.line(self._line, self._facts.waiting, self._last_at, self._progress is not None)
        self._acts.show_top(shown)
        if self._progress is None:
            self._view.show_line(shown, may_send=True)
        else:
            self._view.show_running(_running(self._progress))

    def _show_facts(self) -> None:
        facts, waiting = self._facts, self._facts.waiting
        self._acts.show_count(waiting.appeals or waiting.events, bool(waiting.returned + waiting.to_correct))
        rows = tuple(telling.waiting_row(item, self._line) for item in facts.items)
        things = max(waiting.events + waiting.blobs, len(rows))
        self._view.show_waiting(
            lambda: tr("Wait to be sent: {count}", count=number(things)), telling.oldest(waiting), rows
        )
        self._view.show_returned(tuple(row_for(item) for item in facts.items if _asks(item)))
        self._view.show_confirmed(facts.confirmed[:CONFIRMED_MOST])
        if facts.week is not None:
            days = tuple(DaySent(day.day, day.delivered) for day in facts.week.days)
            self._view.show_week(days, _sum(facts.week))
        if facts.witnesses is not None:
            tone = "warning" if facts.witnesses.are_missing else "muted"
            self._view.show_witnesses(telling.witnesses(facts.witnesses), tone)
        self._show_notice()

    def _show_notice(self) -> None:
        stop = self._facts.stop
        is_said_above = stop is not None and stop.code == self._hindrance
        if self._hindrance and not is_said_above:
            code = self._hindrance
            self._view.show_notice(
                "danger", "warning-circle", lambda: tr("A person has to look at this"), lambda: say_code(code)
            )
        elif self._facts.second_medium_missing:
            self._view.show_notice(
                "neutral",
                "hard-drive",
                lambda: tr("No second medium"),
                lambda: tr(
                    "Registrations are kept on this computer's disk only. A folder on another disk or stick, chosen in"
                    " Settings, keeps them a second time."
                ),
            )
        else:
            self._view.hide_notice()


def _asks(item: OutboxItem) -> bool:
    return item.state in (DeliveryState.QUARANTINED, DeliveryState.RETURNED) and item.appeal is not None


def row_for(item: OutboxItem) -> ReturnedRow:
    """What is said of a request that the centre could not take as it is."""
    code, field = item.code, item.field
    if code in DECIDED_AT_CENTRE:
        return ReturnedRow(
            appeal=item.appeal or b"",
            number=item.number,
            title=lambda: tr("Two people at the centre decide: {number}", number=item.number),
            body=lambda: say_code(code),
            may_correct=False,
        )
    return ReturnedRow(
        appeal=item.appeal or b"",
        number=item.number,
        title=lambda: tr("The centre asks to put this right: {number}", number=item.number),
        body=lambda: say_wrong(code, field) if code else item.subject,
    )


def _sum(week: WeekOfDelivery) -> Say:
    total = sum(day.delivered for day in week.days)
    delay = week.usual_delay_s

    def words() -> str:
        said = ntr("{n} request sent", "{n} requests sent", total)
        if delay is None:
            return said
        usual = tr("usual delay: {span}", span=span(delay))
        return f"{said}, {usual}"

    return words


def _running(progress: Progress) -> RunningShown:
    part = progress.sent_bytes / progress.total_bytes if progress.total_bytes else 0.0

    def words() -> str:
        if progress.total_bytes:
            return tr("{done} of {all}", done=size(progress.sent_bytes), all=size(progress.total_bytes))
        if progress.total_events:
            return tr("{done} of {all} records", done=number(progress.sent_events), all=number(progress.total_events))
        return tr("The centre is being asked")

    def speed() -> str:
        if not progress.speed_bytes:
            return ""
        left = (progress.total_bytes - progress.sent_bytes) / progress.speed_bytes
        rate = tr("{size} a second", size=size(progress.speed_bytes))
        to_go = tr("left: {span}", span=span(left))
        return f"{rate}, {to_go}" if left >= 3 else rate

    return RunningShown(
        part,
        words,
        speed,
        lambda: tr("Texts go first, then attachments. If the line breaks, the exchange goes on from this place."),
    )
