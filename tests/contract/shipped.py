"""The reference book as it is shipped, and the sample requests, read once for all tests of the contract."""

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

from server_sync.contract.reference import ReferenceBook
from server_sync.contract.reference_rows import Body, Category

ROOT: Final = Path(__file__).resolve().parents[2]
TEXTS: Final = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "resources/reference").glob("*.csv")}
BOOK: Final = ReferenceBook.from_texts(TEXTS)


def sample_requests() -> list[dict[str, Any]]:
    lines = (ROOT / "proving/samples/requests.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def addressees(
    query: str, territory: str, language: str, limit: int = 20, *, on: date | None = None
) -> tuple[Body, ...]:
    """The bodies that the shipped book offers."""
    return tuple(one.body for one in BOOK.find_bodies(query, (territory,), language, limit, on=on))


def categories(query: str, language: str, limit: int = 20) -> tuple[Category, ...]:
    """The subjects that the shipped book offers."""
    return tuple(one.category for one in BOOK.find_categories(query, language, limit))
