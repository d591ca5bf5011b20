"""docs/protocol.md says what the code does."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from docs import make_protocol
from server_sync.contract import signing
from server_sync.contract.shapes import keys_of
from tests.contract.make_vectors import FOLDER

ROOT = Path(__file__).parents[2]
PAGE = make_protocol.PAGE.read_text("utf-8")
REFUSALS = {"ContractError", "MalformedBytes", "InvalidField", "NotAuthentic", "UnknownKind", "Refused"}
ON_THE_WIRE = ("contract", "exchange", "journal", "blobs", "evidence", "appeals")
NOT_ANSWERED = {"keys_exist", "reference_missing", "reference_damaged", "reference_malformed", "territory_loops"}
"""Said to the operator in a terminal."""


def raised(room: str) -> Iterator[str]:
    """Every code a room refuses with."""
    for path in (ROOT / "server_sync" / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in REFUSALS
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                yield str(node.args[0].value)


def described() -> set[str]:
    """Every code of the page's table."""
    section = PAGE.split("## 12 Codes")[1].split("## 13")[0]
    cells = (line.split("|")[1] for line in section.splitlines() if line.startswith("| `"))
    return {code for cell in cells for code in re.findall(r"`(\w+)`", cell)}


def test_the_tables_are_those_of_the_code():
    assert make_protocol.fill(PAGE) == PAGE, "run: python -m docs.make_protocol"


def test_every_marked_place_is_filled_and_every_table_is_used():
    assert set(make_protocol.MARKED.findall(PAGE)) == set(make_protocol.all_sections())


def test_every_code_on_the_wire_is_described():
    codes = {code for room in ON_THE_WIRE for code in raised(room)} - NOT_ANSWERED
    assert codes - described() == set()


def test_no_code_is_described_that_nobody_raises():
    everywhere = "\n".join(path.read_text("utf-8") for path in (ROOT / "server_sync").rglob("*.py"))
    assert {code for code in described() if f'"{code}"' not in everywhere} == set()


def test_every_label_is_in_the_page():
    for label in signing.LABELS:
        assert f"`{label.decode()}`" in PAGE


def test_every_vector_is_named_and_every_named_one_exists():
    named = set(re.findall(r"`(\w+\.json)`", PAGE))
    assert named == {path.name for path in FOLDER.glob("*.json")}


def test_the_keys_told_to_third_parties_are_those_of_the_structures():
    for cls, number in zip(make_protocol.CERTIFICATES, (6, 9, 5), strict=True):
        assert keys_of(cls)["signature"] == number
        assert keys_of(cls)["issuer"] == number - 1


def test_links_inside_the_page_lead_somewhere():
    headings = {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) - headings == set()
