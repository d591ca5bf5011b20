"""Finds requests as typed: a number in any spelling first, then words by their beginnings, then parts of words.

Newest first within each tier; ranking by relevance would read every match (80–209 ms over 200,000 against 2 ms). The
words are folded (contract.folding): found without ң ө ү ё, from old fonts, in Latin letters.
"""

import re
from collections.abc import Collection
from typing import Any, Final

from liaison_desktop.domain.appeals import AppealRow
from liaison_desktop.domain.asking import AppealFilter, AppealQuery
from liaison_desktop.store.appeals import (
    MANY,
    ONLY,
    ids_of_filter,
    nearly_all,
    of_phones,
    phone_values,
    rows_by_id,
)
from liaison_desktop.store.store import Store
from server_sync.contract import folding, numbers
from server_sync.contract.errors import InvalidField
from server_sync.contract.person import PIN_DIGITS, phone_keys

WORDS_MOST: Final = 8
TYPED_MOST: Final = 200
PREFIXES_MOST: Final = 16
PART_LETTERS: Final = 3
PHONES_MOST: Final = 4
EXTENSION_LETTERS: Final = 8
"""A query with more letters is one of words; `доб. 105` and the like have fewer."""
_HAS_LETTER: Final = re.compile(r"[^\W\d_]")
_HAS_DIGIT: Final = re.compile(r"\d")


def search_appeals(store: Store, query: AppealQuery, number_codes: Collection[str] = ()) -> tuple[AppealRow, ...]:
    """Requests that the words find, tier by tier, at most `query.limit`; `number_codes` are the known sites'."""
    whole = _by_number(store, query, number_codes)
    if whole is not None:
        return rows_by_id(store, whole)
    found: dict[int, None] = dict.fromkeys(_by_beginning(store, query, number_codes))
    for tier in (_by_digits, _by_words, _by_parts):
        if len(found) < query.limit:
            found |= dict.fromkeys(tier(store, query))
    return rows_by_id(store, list(found)[: query.limit])


def _by_number(store: Store, query: AppealQuery, number_codes: Collection[str]) -> list[int] | None:
    """The request of a whole number; nothing for one with a mistyped character, None when it is no whole number."""
    try:
        number = numbers.RegistrationNumber.parse(query.words, number_codes)
    except InvalidField as refused:
        return [] if refused.code == "number_check_failed" else None
    return _ids(store, query, "a.number = :number", number=str(number))


def _by_beginning(store: Store, query: AppealQuery, number_codes: Collection[str]) -> list[int]:
    """A number as far as it is typed, or its counter alone."""
    if not _HAS_DIGIT.search(query.words):
        return []
    asked = numbers.number_query(query.words, number_codes)
    if asked is None:
        return []
    if asked.counter is not None:
        return _ids(store, query, "a.counter = :counter", counter=asked.counter)
    found: dict[int, None] = {}
    for prefix in asked.prefixes[:PREFIXES_MOST]:
        condition = "a.number >= :least AND a.number < :most"
        ids = _ids(store, query, condition, order="a.number", least=prefix, most=f"{prefix}\U0010ffff")
        found |= dict.fromkeys(ids)
    return sorted(found, reverse=True)[: query.limit]


def _by_digits(store: Store, query: AppealQuery) -> list[int]:
    """A PIN, or telephones: whole ones or short, with an extension or without."""
    typed = query.words[:TYPED_MOST]
    if not _HAS_DIGIT.search(typed) or len(_HAS_LETTER.findall(typed)) > EXTENSION_LETTERS:
        return []
    if len(pin := folding.digits_in(typed)) == PIN_DIGITS and not _HAS_LETTER.search(typed):
        return _ids(store, query, "a.pin = :pin AND a.pin != ''", pin=pin)
    keys = phone_keys(typed)[:PHONES_MOST]
    return _ids(store, query, of_phones(keys), **phone_values(keys)) if keys else []


def _by_words(store: Store, query: AppealQuery) -> list[int]:
    found: dict[int, None] = {}
    for reading in _readings(query.words):
        words = folding.search_terms(reading)[:WORDS_MOST]
        if words and len(found) < query.limit:
            match = " AND ".join(f'"{word}"*' for word in words)
            found |= dict.fromkeys(_match(store, query, "search_words", match))
    return list(found)


def _by_parts(store: Store, query: AppealQuery) -> list[int]:
    found: dict[int, None] = {}
    for reading in _readings(query.words):
        words = [word for word in folding.search_terms(reading) if len(word) >= PART_LETTERS][:WORDS_MOST]
        if words and len(found) < query.limit:
            match = " AND ".join(f'"{word}"' for word in words)
            found |= dict.fromkeys(_match(store, query, "search_parts", match))
    return list(found)


def _readings(words: str) -> tuple[str, ...]:
    """What may be meant, best first: as typed, by its sound, on the other keyboard."""
    words = words[:TYPED_MOST]
    relaid = folding.relayout(words)
    heard = (folding.fold(words), folding.fold_latin(words), *((folding.fold(relaid),) if relaid else ()))
    return tuple(dict.fromkeys(reading for reading in heard if reading.strip()))


def _match(store: Store, query: AppealQuery, table: str, match: str) -> list[int]:
    # The index alone answers, newest first; requests gone to another office are few and dropped afterwards.
    statement = f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid DESC"  # noqa: S608
    if query.only is AppealFilter.ALL:
        return [row[0] for row in store.connection.execute(f"{statement} LIMIT ?", (match, query.limit))]
    if nearly_all(store, query):
        walked = (
            f"SELECT s.rowid FROM {table} s JOIN appeals a ON a.id = s.rowid "  # noqa: S608
            f"WHERE {table} MATCH ? AND {MANY} ORDER BY s.rowid DESC LIMIT ?"
        )
        return [row[0] for row in store.connection.execute(walked, (match, query.limit))]
    allowed = ids_of_filter(store, query)
    if not allowed:
        return []
    oldest = min(allowed)
    found: list[int] = []
    for (row_id,) in store.connection.execute(statement, (match,)):
        if row_id in allowed:
            found.append(row_id)
        if row_id <= oldest or len(found) == query.limit:
            break
    return found


def _ids(store: Store, query: AppealQuery, condition: str, *, order: str = "+a.id", **values: Any) -> list[int]:
    only = MANY if nearly_all(store, query) else ONLY[query.only]
    statement = f"SELECT a.id FROM appeals a WHERE {condition} AND {only} ORDER BY {order} DESC LIMIT :limit"  # noqa: S608
    return [row[0] for row in store.connection.execute(statement, _values(query) | values)]


def _values(query: AppealQuery) -> dict[str, Any]:
    return {"today": query.today.isoformat(), "soon": query.soon_until.isoformat(), "limit": query.limit}
