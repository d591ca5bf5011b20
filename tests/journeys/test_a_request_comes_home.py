"""From two counters with no line to the centre and back, through kills and an interruption."""

import json
import subprocess
import sys
from pathlib import Path

from proving.asked import read_asked
from proving.demo.verifying import SCRIPT, arguments
from tests.journeys.conftest import GOOD, Journey

REGISTERED = GOOD + 3


def test_everything_promised_is_there(journey: Journey) -> None:
    assert journey.missing == []


def test_every_request_arrives_exactly_once_through_kills_and_an_interruption(journey: Journey) -> None:
    told = journey.told
    assert told["kills"] == 2
    assert told["registered"] == told["in_register"] == told["numbers_distinct"] == REGISTERED
    assert (told["lost"], told["duplicated"], told["number_gaps"]) == (0, 0, 0)


def test_a_row_that_must_be_refused_is_named_with_its_reason_and_disturbs_nothing(journey: Journey) -> None:
    refused = {one["id"]: one["reason"] for one in journey.told["refused"]}
    assert refused == {
        "empty text": "text: text_empty",
        "unknown category": "categories: category_unknown",
        "unknown kind": "kind_unknown",
        "a text of 1 MB": "text: text_too_long, text: request_too_large",
        f"line {GOOD + 8}": "row_malformed",
        f"line {GOOD + 9}": "row_malformed",
    }


def test_what_a_citizen_said_is_kept_to_the_letter(journey: Journey) -> None:
    told = {asked.id: asked.told for asked in read_asked(Path(journey.story.kept.requests))}
    said = journey.found_texts()
    for name in ("odd text", "odd number", "long name"):
        row = told[name]
        assert row is not None
        assert row["text"] in said


def test_answers_come_home_and_applicants_are_told(journey: Journey) -> None:
    told = journey.told
    assert told["answers_sent"] == told["answers_arrived"] == told["applicants_told"] > 0


def test_citizens_who_write_on_the_portal_are_answered_rate_and_complain_to_the_body_above(journey: Journey) -> None:
    portal = journey.told["portal"]
    assert (portal["submitted"], portal["confirmed"], portal["in_register"]) == (4, 4, 4)
    assert portal["answered"] == portal["rated"] == portal["files_read"] > 0
    assert (portal["forwarded"], portal["complaints"], portal["decided_above"], portal["added"]) == (1, 1, 1, 1)
    assert portal["in_open_data"] == portal["published"] > 0
    assert (portal["by_programs"], portal["read_by_programs"]) == (1, portal["published"])
    assert portal["subscribed"] == 2


def test_a_third_party_with_nothing_of_ours_finds_every_receipt_in_the_log(journey: Journey) -> None:
    number = journey.story.found["receipts"][0]["number"]
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *arguments(journey.out, number)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout
    assert "verdict: in_log" in done.stdout
    assert set(journey.story.found["verdicts"].values()) == {"in_log"}


def test_a_receipt_whose_number_was_changed_is_refused_by_the_third_party(journey: Journey, tmp_path: Path) -> None:
    number = journey.story.found["receipts"][0]["number"]
    raw = bytearray((journey.out / "receipts" / f"{number}.receipt").read_bytes())
    place = raw.index(number.replace("-", "").encode())
    raw[place + 8] ^= 1
    forged = tmp_path / "forged.receipt"
    forged.write_bytes(raw)
    asked = [*arguments(journey.out, number)[:-1], str(forged)]
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *asked], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert "outcome: bad\nverdict: receipt_malformed" in done.stdout  # its check digits do not fit any more


def test_what_is_left_can_be_read_by_a_person(journey: Journey) -> None:
    checkpoint = (journey.out / "log" / "checkpoint.txt").read_text(encoding="utf-8")
    assert int(checkpoint.splitlines()[1]) == journey.told["log_leaves"]
    keys = json.loads((journey.out / "log" / "keys.json").read_text(encoding="utf-8"))
    assert len(keys["workplaces"]) >= 2
    assert len(list((journey.out / "receipts").glob("*.pdf"))) == REGISTERED
