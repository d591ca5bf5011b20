"""A third party checks a receipt with docs/verify_receipt.py alone, as a program of its own."""

import argparse
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.contract.make_vectors import FOLDER

SCRIPT = Path(__file__).parents[3] / "docs" / "verify_receipt.py"
VECTORS = json.loads((FOLDER / "receipts.json").read_text("utf-8"))
CASES = VECTORS["cases"]
GOOD = CASES[0]
STATUS = {
    **dict.fromkeys(("in_log", "signed_not_yet_seen"), 0),
    **dict.fromkeys(("receipt_malformed", "receipt_forged", "not_included", "checkpoint_forged"), 1),
    **dict.fromkeys(("key_unknown", "key_withdrawn", "suite_unknown"), 3),
}


def check(*words: object, keys: Path = FOLDER / "keys.json") -> tuple[int, dict[str, str]]:
    """Run the script without our packages in sight and read what it says."""
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), "--keys", str(keys), *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    assert done.stderr == ""
    return done.returncode, dict(line.split(": ", 1) for line in done.stdout.splitlines())


def changed(tmp_path: Path, name: str, **fields: Any) -> Path:
    path = tmp_path / name
    path.write_text(json.dumps(json.loads((FOLDER / name).read_text("utf-8")) | fields), "utf-8")
    return path


def test_it_imports_nothing_of_ours():
    source = SCRIPT.read_text("utf-8")
    assert "server_sync" not in source
    assert "liaison_desktop" not in source


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_each_receipt_alone_gets_its_verdict(case):
    status, told = check(case["qr_text"])
    assert (told["verdict"], status) == (case["verdict_alone"], STATUS[case["verdict_alone"]])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_each_receipt_with_the_logs_proof_gets_its_verdict(case):
    status, told = check("--proof", FOLDER / "proof.json", case["qr_text"])
    assert (told["verdict"], status) == (case["verdict_with_proof"], STATUS[case["verdict_with_proof"]])


def test_it_says_what_the_receipt_says():
    says = json.loads((FOLDER / "receipts.json").read_text("utf-8"))["says"]
    _, told = check("--proof", FOLDER / "proof.json", GOOD["qr_text"])
    assert (told["number"], told["seq"], told["event_hash"]) == (says["number"], str(says["seq"]), says["event_hash"])
    assert (told["leaf"], told["log_size"]) == ("6", "13")


def test_a_receipt_is_read_from_a_file_as_bytes_or_as_text(tmp_path):
    (tmp_path / "receipt.bin").write_bytes(bytes.fromhex(GOOD["receipt"]))
    (tmp_path / "receipt.txt").write_text(GOOD["qr_text"].lower() + "\n")
    for name in ("receipt.bin", "receipt.txt"):
        assert check(tmp_path / name)[1]["verdict"] == "signed_not_yet_seen"


def test_keys_of_before_that_name_no_log_are_still_read(tmp_path):
    kept = json.loads((FOLDER / "keys.json").read_text("utf-8"))["revocations"]
    before = changed(tmp_path, "keys.json", revocations=[{"revocation": one["revocation"]} for one in kept])
    (late,) = [case for case in CASES if case["what"].startswith("one whose log had not")]
    assert check("--proof", FOLDER / "proof.json", late["qr_text"])[1]["verdict"] == "key_withdrawn"
    assert check("--proof", FOLDER / "proof.json", late["qr_text"], keys=before)[1]["verdict"] == "in_log"


def test_of_a_log_that_the_withdrawal_does_not_name_another_proof_is_asked_for():
    (elsewhere,) = [case for case in CASES if case["what"].startswith("one whose withdrawal names another log")]
    status, told = check("--proof", FOLDER / "proof.json", elsewhere["qr_text"])
    assert (status, told["verdict"]) == (3, "key_withdrawn")
    assert "newest log" in told["reason"]


def test_a_checkpoint_may_come_from_elsewhere(tmp_path):
    proof = json.loads((FOLDER / "proof.json").read_text("utf-8"))
    (tmp_path / "checkpoint.txt").write_text(proof["checkpoint"], "utf-8")
    bare = changed(tmp_path, "proof.json", checkpoint=None)
    assert (
        check("--proof", bare, "--checkpoint", tmp_path / "checkpoint.txt", GOOD["qr_text"])[1]["verdict"] == "in_log"
    )


@pytest.mark.parametrize("fields", [{"index": 5}, {"proof": []}, {"proof": ["AAAA"]}, {"index": -1}])
def test_a_proof_that_does_not_hold_is_bad(tmp_path, fields):
    status, told = check("--proof", changed(tmp_path, "proof.json", **fields), GOOD["qr_text"])
    assert (status, told["outcome"], told["verdict"]) == (1, "bad", "not_included")
    assert told["reason"]


def test_a_checkpoint_that_the_logs_key_did_not_sign_is_bad(tmp_path):
    note = json.loads((FOLDER / "proof.json").read_text("utf-8"))["checkpoint"]
    status, told = check(
        "--proof", changed(tmp_path, "proof.json", checkpoint=note.replace("13", "14")), GOOD["qr_text"]
    )
    assert (status, told["outcome"], told["verdict"]) == (1, "bad", "checkpoint_forged")


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({"size": 14}, "proof_unusable"),
        ({"index": "6"}, "proof_unusable"),
        ({"proof": None}, "proof_unusable"),
        ({"proof": ["AAAB="]}, "proof_unusable"),
        ({"checkpoint": None}, "proof_unusable"),
        ({"checkpoint": 5}, "proof_unusable"),
        ({"checkpoint": ""}, "checkpoint_malformed"),
        ({"checkpoint": "kattar.gov.kg/log/1\n13\nAAAA\n\n— kattar.gov.kg/log/1 AAAA\n"}, "checkpoint_unsigned"),
        ({"checkpoint": "example.org/log\n13\nAAAA\n\n— example.org/log AAAA\n"}, "checkpoint_unsigned"),
    ],
)
def test_a_proof_that_cannot_be_looked_at_tells_nothing(tmp_path, fields, verdict):
    status, told = check("--proof", changed(tmp_path, "proof.json", **fields), GOOD["qr_text"])
    assert (status, told["outcome"], told["verdict"]) == (3, "cannot_tell", verdict)
    assert told["reason"]
    assert told["number"] == VECTORS["says"]["number"]


@pytest.mark.parametrize("content", ["", "null", "[]", "{}", '{"roots": null}', "[" * 100_000, "\x00"])
def test_keys_that_cannot_be_used_tell_nothing(tmp_path, content):
    (tmp_path / "keys.json").write_text(content, "utf-8")
    status, told = check(GOOD["qr_text"], keys=tmp_path / "keys.json")
    assert (status, told["outcome"], told["verdict"]) == (3, "cannot_tell", "keys_unusable")


def test_a_missing_file_tells_nothing(tmp_path):
    missing = tmp_path / "missing"
    for told, verdict in (
        (check(GOOD["qr_text"], keys=missing), "keys_unusable"),
        (check("--proof", missing, GOOD["qr_text"]), "proof_unusable"),
        (check("--proof", FOLDER / "proof.json", "--checkpoint", missing, GOOD["qr_text"]), "proof_unusable"),
        (check(missing), "receipt_unreadable"),
    ):
        assert (told[0], told[1]["outcome"], told[1]["verdict"]) == (3, "cannot_tell", verdict)


def test_keys_of_another_root_tell_nothing(tmp_path):
    other = changed(tmp_path, "keys.json", roots=[{"public_key": "A" * 43 + "="}])
    status, told = check(GOOD["qr_text"], keys=other)
    assert (status, told["verdict"], told["reason"]) == (3, "keys_unusable", "nobody known here issued a key")


def test_what_is_no_receipt_is_bad_whatever_the_keys_are(tmp_path):
    for receipt in ("HTTPS://KATTAR.GOV.KG/Q/", "HTTPS://KATTAR.GOV.KG/Q/189", "HTTPS://X/Q/" + "A" * 5000):
        status, told = check(receipt, keys=tmp_path / "missing")
        assert (status, told["outcome"], told["verdict"]) == (1, "bad", "receipt_malformed")


@pytest.mark.parametrize("case", VECTORS["qr_refused"][:-1], ids=lambda case: case["because"])
def test_another_way_to_write_a_receipts_text_is_bad(case):
    status, told = check(case["qr_text"])
    assert (status, told["outcome"], told["verdict"]) == (1, "bad", "receipt_malformed")


@pytest.mark.parametrize("case", VECTORS["qr_read"], ids=lambda case: case["because"])
def test_a_receipts_text_is_read_in_any_case_and_from_any_portal(case):
    assert check(case["qr_text"])[1]["verdict"] == "signed_not_yet_seen"


def test_no_altered_last_letter_and_no_padding_is_taken_as_good():
    script = _loaded()
    good = GOOD["qr_text"]
    asked = argparse.Namespace(keys=str(FOLDER / "keys.json"), proof=None, checkpoint=None)
    taken = []
    for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567=":
        for padding in ("", "=", "===", "===="):
            asked.receipt = good[:-1] + last + padding
            if script.check(asked)["outcome"] == "good":
                taken.append(asked.receipt)
    assert taken == [good]


def _loaded() -> ModuleType:
    described = importlib.util.spec_from_file_location("verify_receipt", SCRIPT)
    assert described is not None
    assert described.loader is not None
    script = importlib.util.module_from_spec(described)
    described.loader.exec_module(script)
    return script
