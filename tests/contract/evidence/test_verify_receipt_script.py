"""A third party checks a receipt with docs/verify_receipt.py alone, as a program of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.contract.make_vectors import FOLDER

SCRIPT = Path(__file__).parents[3] / "docs" / "verify_receipt.py"
CASES = json.loads((FOLDER / "receipts.json").read_text("utf-8"))["cases"]
GOOD = CASES[0]
STATUS = {"IN_LOG": 0, "SIGNED_NOT_YET_SEEN": 0, "FORGED": 1, "KEY_UNKNOWN": 3, "KEY_WITHDRAWN": 3}


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
        assert check(tmp_path / name)[1]["verdict"] == "SIGNED_NOT_YET_SEEN"


def test_a_checkpoint_may_come_from_elsewhere(tmp_path):
    proof = json.loads((FOLDER / "proof.json").read_text("utf-8"))
    (tmp_path / "checkpoint.txt").write_text(proof["checkpoint"], "utf-8")
    bare = changed(tmp_path, "proof.json", checkpoint=None)
    assert (
        check("--proof", bare, "--checkpoint", tmp_path / "checkpoint.txt", GOOD["qr_text"])[1]["verdict"] == "IN_LOG"
    )
    assert check("--proof", bare, GOOD["qr_text"])[1]["verdict"] == "FORGED"


@pytest.mark.parametrize(
    "fields",
    [
        {"index": 5},
        {"size": 14},
        {"proof": []},
        {"proof": ["AAAA"]},
        {"checkpoint": "kattar.gov.kg/log/1\n13\nAAAA\n\n— kattar.gov.kg/log/1 AAAA\n"},
        {"checkpoint": ""},
        {"checkpoint": 5},
        {"index": "6"},
    ],
)
def test_a_wrong_proof_is_refused_with_a_reason(tmp_path, fields):
    status, told = check("--proof", changed(tmp_path, "proof.json", **fields), GOOD["qr_text"])
    assert (status, told["verdict"]) == (1, "FORGED")
    assert told["reason"]


def test_keys_of_another_root_are_refused(tmp_path):
    other = changed(tmp_path, "keys.json", roots=[{"public_key": "A" * 43 + "="}])
    status, told = check(GOOD["qr_text"], keys=other)
    assert (status, told["reason"]) == (1, "nobody known here issued a key")


@pytest.mark.parametrize(
    "receipt", ["HTTPS://KATTAR.GOV.KG/Q/", "HTTPS://KATTAR.GOV.KG/Q/189", "HTTPS://X/Q/" + "A" * 5000, "/no/such/file"]
)
def test_what_is_no_receipt_is_refused_without_a_traceback(receipt):
    status, told = check(receipt)
    assert (status, told["verdict"]) == (1, "FORGED")
