"""docs/protocol.md says what the code does."""

import re

import pytest

from docs import make_protocol, make_reference
from server_sync.contract import signing
from server_sync.contract.shapes import keys_of
from server_sync.contract.statuses import MALFORMED, STATUS_OF
from tests.contract.make_vectors import FOLDER

PAGE = make_protocol.PAGE.read_text("utf-8")
ON_THE_WIRE = {f"server_sync.{room}" for room in ("contract", "exchange", "journal", "blobs", "evidence", "appeals")}
SAID_IN_A_TERMINAL = {
    *("keys_exist", "rotation_running", "roots_missing", "roots_wrong"),
    *("reference_missing", "reference_damaged", "reference_malformed", "territory_loops"),
}
OF_OUR_FILES = {"NotSetUp", "BadGuide"}
"""Refusals of what is missing or wrong in the product's own files, which nobody sends to anybody."""

HANDED_ON = {
    "number_taken",
    "not_storable",
    "after_revocation",
    "code_wait",
    "sign_in_wait",
    "kept_out",
    "meeting_open",
}
"""Codes that a refusal gets from a constant or a parameter."""


@pytest.fixture(scope="module")
def refusals() -> list[make_reference.Refusal]:
    return make_reference.refusals()


def described() -> set[str]:
    """Every code of the page's table."""
    section = PAGE.split("## 12 Codes")[1].split("## 13")[0]
    cells = (line.split("|")[1] for line in section.splitlines() if line.startswith("| `"))
    return {code for cell in cells for code in re.findall(r"`(\w+)`", cell)}


def test_the_tables_are_those_of_the_code():
    assert make_protocol.fill(PAGE) == PAGE, "run: python -m docs.make_protocol"


def test_every_marked_place_is_filled_and_every_table_is_used():
    assert set(make_protocol.MARKED.findall(PAGE)) == set(make_protocol.all_sections())


def test_every_code_on_the_wire_is_described(refusals):
    codes = {one.code for one in refusals if one.room in ON_THE_WIRE and one.kind not in OF_OUR_FILES}
    assert codes - SAID_IN_A_TERMINAL - described() == set()


def test_no_code_is_described_that_nobody_raises(refusals):
    assert described() - {one.code for one in refusals} - HANDED_ON == set()


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


def test_every_status_of_a_code_is_one_of_a_code_that_is_described():
    assert set(STATUS_OF) - described() == set()


def test_every_no_of_the_calls_has_a_status_of_its_own(refusals):
    """A refusal that is not about the form of a message would be 409 by its class and stand in no table."""
    rooms = {f"server_sync.{room}" for room in ("exchange", "blobs")}
    told = {one.code for one in refusals if one.room in rooms and one.kind == "Refused"}
    assert told - set(STATUS_OF) == set()


def test_the_client_has_a_row_for_every_status():
    section = PAGE.split("### What a client does with each answer")[1].split("No status code")[0]
    told = {int(number) for number in re.findall(r"\b[45]\d\d\b", section)}
    assert {*STATUS_OF.values(), MALFORMED} - told == set()
