"""The reference book as it is shipped, and the sample requests, read once for all tests of the contract."""

import json
from pathlib import Path
from typing import Any, Final

from server_sync.contract.reference import ReferenceBook

ROOT: Final = Path(__file__).resolve().parents[2]
TEXTS: Final = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "resources/reference").glob("*.csv")}
BOOK: Final = ReferenceBook.from_texts(TEXTS)


def sample_requests() -> list[dict[str, Any]]:
    lines = (ROOT / "proving/samples/requests.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
