"""A stranger checks a receipt with docs/verify_receipt.py and nothing but the portal's public answers."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import transaction

from server_sync.contract.evidence.receipt import Receipt, qr_text, sign_receipt
from server_sync.contract.numbers import RegistrationNumber
from server_sync.contract.signing import sha256
from server_sync.evidence.log import append_leaves, stand_of_log
from server_sync.workplaces.epochs import revoke_epoch

SCRIPT = Path(__file__).parents[3] / "docs" / "verify_receipt.py"
EVENT = sha256(b"the registered event")


@pytest.fixture
def receipt(office_a):
    number = RegistrationNumber(office_a.site.number_code, 2026, office_a.epoch.slot, 42, 71)
    return qr_text(sign_receipt(office_a.key, Receipt(str(number), 7, 1_795_420_800_000, EVENT)), "https://kattar.test")


@pytest.fixture
def verdict(nobody, tmp_path):
    """Ask the portal, keep its answers as files and run the script on them."""

    def check(receipt: str, *, with_proof: bool) -> str:
        answers = {"keys.json": "/log/keys"} | (
            {"proof.json": f"/log/proof/inclusion?hash={EVENT.hex()}"} if with_proof else {}
        )
        for name, address in answers.items():
            (tmp_path / name).write_bytes(nobody.get(address).content)
        words = [f"--{name.removesuffix('.json')}={tmp_path / name}" for name in answers]
        done = subprocess.run(
            [sys.executable, "-I", SCRIPT, *words, receipt], capture_output=True, text=True, check=False
        )
        assert done.stderr == ""
        return next(line for line in done.stdout.splitlines() if line.startswith("verdict: "))

    return check


def log_the_event() -> None:
    with transaction.atomic():
        append_leaves([sha256(b"before"), EVENT, sha256(b"after")])


def test_a_receipt_verifies_from_the_published_roots_down(receipt, verdict):
    assert verdict(receipt, with_proof=False) == "verdict: signed_not_yet_seen"


def test_base32_without_an_address_is_no_code_of_a_receipt(receipt, verdict, tmp_path):
    bare = tmp_path / "bare.txt"
    bare.write_text(receipt.rpartition("/Q/")[2])
    assert verdict(str(bare), with_proof=False) == "verdict: receipt_malformed"
    bare.write_text(receipt)
    assert verdict(str(bare), with_proof=False) == "verdict: signed_not_yet_seen"


def test_with_the_published_proof_it_is_in_the_log(receipt, verdict):
    log_the_event()
    assert verdict(receipt, with_proof=True) == "verdict: in_log"


def test_a_withdrawn_workplace_is_published_as_such(receipt, verdict, office_a, centre):
    log_the_event()
    revoke_epoch(
        office_a.epoch, 0, centre.keys.directory, by=None, reason="stolen", announce=lambda _: None, log=stand_of_log
    )
    assert verdict(receipt, with_proof=False) == "verdict: key_withdrawn"
    assert verdict(receipt, with_proof=True) == "verdict: key_withdrawn"
