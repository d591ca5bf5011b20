"""Reads requests: the list with its filters and counts, one by its hash or number, those of one person."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from liaison_desktop.domain.appeals import AppealRow
from liaison_desktop.domain.asking import AppealCounts, AppealFilter, AppealQuery
from liaison_desktop.domain.delivery import DECIDED_AT_CENTRE, DeliveryState
from liaison_desktop.domain.times import moment
from liaison_desktop.store import feed
from liaison_desktop.store.connection import placeholders
from liaison_desktop.store.projecting import name_key
from liaison_desktop.store.store import Store
from server_sync.contract.bodies import AppealKind
from server_sync.contract.folding import digits_in
from server_sync.contract.person import PHONE_KEY_DIGITS, PHONE_SHORT_DIGITS, phone_keys
from server_sync.contract.workflow import State

SELECT: Final = """
SELECT a.appeal, a.number, a.registered_at_ms, a.registered_on, a.surname, a.given_name, a.patronymic, a.is_collective,
       a.subject, a.kind, a.state, a.due_on, a.due_provisional, a.is_extended, a.answered_at_ms, a.is_told, a.has_doubt,
       a.addressee_code, a.addressee_site, a.categories, o.state,
       (SELECT q.code FROM outbox q WHERE q.appeal = a.appeal AND q.state = 8 LIMIT 1), a.is_erased, a.id
FROM appeals a LEFT JOIN outbox o ON o.epoch = a.newest_epoch AND o.seq = a.newest_seq
"""
OPEN: Final = "a.state IN ('registered', 'with_body', 'returned_to_office')"
_HERE: Final = "a.is_withdrawn_from_here = 0"
_TO_PUT_RIGHT: Final = (
    "a.id IN (SELECT id FROM appeals WHERE state = 'returned_to_office' "
    "UNION SELECT b.id FROM outbox q JOIN appeals b ON b.appeal = q.appeal WHERE q.state = 8)"
)
MANY_WAITING: Final = 2_000
"""From here on the list is walked in its order, because nearly everything waits (weeks without a line)."""

MANY: Final = "EXISTS (SELECT 1 FROM outbox w WHERE w.appeal = a.appeal AND w.state < 3)"
ONLY: Final[dict[AppealFilter, str]] = {
    AppealFilter.ALL: _HERE,
    AppealFilter.WAITING: "a.appeal IN (SELECT appeal FROM outbox WHERE state < 3 AND appeal IS NOT NULL)",
    AppealFilter.ANSWERED: "a.answered_at_ms IS NOT NULL AND a.is_told = 0",
    AppealFilter.DUE_SOON: f"{OPEN} AND a.due_on IS NOT NULL AND a.due_on >= :today AND a.due_on <= :soon",
    AppealFilter.OVERDUE: f"{OPEN} AND a.due_on IS NOT NULL AND a.due_on < :today",
    AppealFilter.TO_PUT_RIGHT: _TO_PUT_RIGHT,
    AppealFilter.IN_DOUBT: "a.has_doubt = 1",
}
_LENGTHS: Final = range(PHONE_SHORT_DIGITS, PHONE_KEY_DIGITS + 1)
_COUNTED_APART: Final[dict[AppealFilter, str]] = {
    AppealFilter.ALL: "SELECT (SELECT count(*) FROM appeals)"
    " - (SELECT count(*) FROM appeals WHERE is_withdrawn_from_here = 1)",
    AppealFilter.WAITING: "SELECT count(*) FROM"
    " (SELECT DISTINCT appeal FROM outbox WHERE state < 3 AND appeal IS NOT NULL)",
}


def list_appeals(store: Store, query: AppealQuery) -> tuple[AppealRow, ...]:
    """One page of the list, newest first, without a search."""
    walks = query.only is AppealFilter.ALL or nearly_all(store, query)
    where = MANY if walks and query.only is AppealFilter.WAITING else ONLY[query.only]
    values: dict[str, Any] = {
        "today": query.today.isoformat(),
        "soon": query.soon_until.isoformat(),
        "limit": query.limit,
    }
    if query.after is not None:
        where += " AND (a.registered_at_ms, a.id) < (:after_ms, :after_id)"
        values |= {"after_ms": query.after[0], "after_id": query.after[1]}
    # A filter's own index finds its few requests; without one the list is walked in its order.
    free = "" if walks else "+"
    rows = store.connection.execute(
        f"{SELECT} WHERE {where} ORDER BY {free}a.registered_at_ms DESC, {free}a.id DESC LIMIT :limit", values
    )
    return tuple(row_of(row) for row in rows)


def nearly_all(store: Store, query: AppealQuery) -> bool:
    """Whether so many requests wait that their own index is of no use."""
    if query.only is not AppealFilter.WAITING:
        return False
    count = store.connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM outbox WHERE state < 3 LIMIT ?)", (MANY_WAITING,)
    ).fetchone()[0]
    return bool(count >= MANY_WAITING)


def place_of(store: Store, appeal: bytes) -> tuple[int, int] | None:
    """Where a request stands in the list: what the next page begins after."""
    row = store.connection.execute("SELECT registered_at_ms, id FROM appeals WHERE appeal = ?", (appeal,)).fetchone()
    return None if row is None else (row[0], row[1])


def count_appeals(store: Store, today: date, soon_until: date) -> AppealCounts:
    """Count the requests of each filter."""
    values = {"today": today.isoformat(), "soon": soon_until.isoformat()}
    counted = {
        one.value: store.connection.execute(f"SELECT count(*) FROM appeals a WHERE {where}", values).fetchone()[0]  # noqa: S608
        for one, where in ONLY.items()
        if one not in _COUNTED_APART
    }
    for one, statement in _COUNTED_APART.items():
        counted[one.value] = store.connection.execute(statement).fetchone()[0]
    return AppealCounts(**counted)


def ids_of_filter(store: Store, query: AppealQuery) -> frozenset[int]:
    """The rows a filter lets through, found by the filter's own index."""
    values = {"today": query.today.isoformat(), "soon": query.soon_until.isoformat()}
    rows = store.connection.execute(f"SELECT a.id FROM appeals a WHERE {ONLY[query.only]}", values)  # noqa: S608
    return frozenset(row[0] for row in rows)


def rows_by_id(store: Store, ids: Iterable[int]) -> tuple[AppealRow, ...]:
    """The rows of these ids, in their order."""
    wanted = list(ids)
    found = {
        row[-1]: row_of(row)
        for row in store.connection.execute(f"{SELECT} WHERE a.id IN ({placeholders(wanted)})", wanted)
    }
    return tuple(found[one] for one in wanted if one in found)


def row_by_hash(store: Store, appeal: bytes) -> AppealRow | None:
    """A request by its hash."""
    row = store.connection.execute(f"{SELECT} WHERE a.appeal = ?", (appeal,)).fetchone()
    return None if row is None else row_of(row)


def rows_by_number(store: Store, number: str) -> tuple[AppealRow, ...]:
    """Requests with this whole number; more than one only in a listed doubt."""
    rows = store.connection.execute(f"{SELECT} WHERE a.number = ?", (number,))
    return tuple(row_of(row) for row in rows)


def rows_of_person(
    store: Store, *, pin: str = "", phone: str = "", surname: str = "", given_name: str = "", limit: int = 20
) -> tuple[AppealRow, ...]:
    """Earlier requests of a person, newest first: the same PIN, else a telephone and the name, else the same name."""
    pin_digits, whole = digits_in(pin), [key for key in phone_keys(phone) if len(key) == PHONE_KEY_DIGITS]
    key = name_key(surname, given_name)
    if len(pin_digits) == 14:
        found = _newest(store, "a.pin = :pin AND a.pin != ''", limit, pin=pin_digits)
        if found:
            return found
    if whole and surname:
        found = _newest(store, f"{of_phones(whole)} AND a.name_key = :name", limit, name=key, **phone_values(whole))
        if found:
            return found
    if surname.strip() and given_name.strip():
        return _newest(store, "a.name_key = :name", limit, name=key)
    return ()


def rows_of_matter(store: Store, matter: str, since_ms: int, limit: int = 10) -> tuple[AppealRow, ...]:
    """Requests to the same addressee with the same subject, newest first."""
    rows = store.connection.execute(
        f"{SELECT} WHERE a.matter_key = ? AND a.registered_at_ms >= ? ORDER BY +a.registered_at_ms DESC LIMIT ?",
        (matter, since_ms, limit),
    )
    return tuple(row_of(row) for row in rows)


def quarantined_field(store: Store, appeal: bytes) -> str:
    """Which field the centre named of the event of this request that it could not take; empty when it named none."""
    row = store.connection.execute(
        "SELECT event_hash FROM outbox WHERE appeal = ? AND state = 8 LIMIT 1", (appeal,)
    ).fetchone()
    return "" if row is None else feed.wrong_field(store.connection, row[0])


def of_phones(keys: Iterable[str]) -> str:
    """The condition for requests with one of these telephones (person.phone_keys); its values are `phone_values`.

    A short number stands for all that end with it, and a whole one also for the short one it ends with.
    """
    asked = [
        f"backwards >= :phone{place} AND backwards < :phone{place} || ':'"
        if len(key) < PHONE_KEY_DIGITS
        else f"backwards IN ({', '.join(f'substr(:phone{place}, 1, {length})' for length in _LENGTHS)})"
        for place, key in enumerate(keys)
    ]
    return f"a.id IN (SELECT id FROM phones WHERE {' OR '.join(asked)})"  # noqa: S608 (places and lengths only)


def phone_values(keys: Iterable[str]) -> dict[str, str]:
    """The values that `of_phones` names."""
    return {f"phone{place}": key[::-1] for place, key in enumerate(keys)}


def _newest(store: Store, where: str, limit: int, **values: str) -> tuple[AppealRow, ...]:
    rows = store.connection.execute(
        f"{SELECT} WHERE {where} AND a.is_erased = 0 ORDER BY +a.registered_at_ms DESC LIMIT :limit",
        {**values, "limit": limit},
    )
    return tuple(row_of(row) for row in rows)


def row_of(row: Any) -> AppealRow:
    """Read a row of SELECT."""
    state = State(row[10])
    code = row[21] or ""
    delivery = DeliveryState.REGISTERED if row[20] is None else DeliveryState(row[20])
    if code:
        delivery = DeliveryState.HELD if code in DECIDED_AT_CENTRE else DeliveryState.QUARANTINED
    elif state is State.RETURNED_TO_OFFICE and delivery.is_in_custody:
        delivery = DeliveryState.RETURNED
    return AppealRow(
        appeal=row[0],
        number=row[1],
        registered_at=moment(row[2]),
        registered_on=date.fromisoformat(row[3]),
        surname=row[4],
        given_name=row[5],
        patronymic=row[6],
        is_collective=bool(row[7]),
        subject=row[8],
        kind=AppealKind(row[9]),
        state=state,
        delivery=delivery,
        due_on=None if row[11] is None else date.fromisoformat(row[11]),
        due_provisional=bool(row[12]),
        is_extended=bool(row[13]),
        answered_at=None if row[14] is None else moment(row[14]),
        is_told=bool(row[15]),
        has_doubt=bool(row[16]),
        addressee_code=row[17],
        addressee_site=row[18],
        categories=tuple(json.loads(row[19])),
        quarantine_code=code,
        is_erased=bool(row[22]),
    )
