"""A real centre is put back to its backup, by the operator's page: the stranger loses nothing and believes one log."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from proving.world import Centre, ProgramFailed, ended
from tests.stranger.client import Workplace, enrol, statuses
from tests.stranger.conftest import HERE, Handed
from tests.stranger.made_up import complaint, today
from tests.stranger.numbering import Number
from tests.stranger.verifying import Proof, from_paper, on_paper, verdict

SCRIPT: Final = Path(__file__).parents[2] / "docs" / "verify_receipt.py"


def stopped_copy(centre: Centre, folder: Path) -> None:
    """Copy the database of a stopped centre."""
    folder.mkdir()
    for file in centre.home.glob("db.sqlite3*"):
        shutil.copy(file, folder)


def put_back(centre: Centre, folder: Path) -> None:
    """Put a copy of the database in the place of the one that is there; all else stays."""
    for file in centre.home.glob("db.sqlite3*"):
        file.unlink()
    for file in folder.iterdir():
        shutil.copy(file, centre.home)


def proof_of(office: Workplace, event: bytes) -> dict[str, object]:
    answer = requests.get(f"{office.server}/log/proof/inclusion?hash={event.hex()}", timeout=60)
    assert answer.status_code == 200, answer.text
    told: dict[str, object] = answer.json()
    return told


def by_the_script(office: Workplace, folder: Path, paper: str, proof: str) -> str:
    """What the script for citizens says by the centre's keys of now and a proof, kept or new."""
    (folder / "keys.json").write_text(requests.get(f"{office.server}/log/keys", timeout=60).text)
    (folder / "proof.json").write_text(proof)
    words = ["--keys", str(folder / "keys.json"), "--proof", str(folder / "proof.json"), paper]
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *words], capture_output=True, text=True, check=False, timeout=60
    )
    return f"{done.returncode} {done.stdout}"


def registered(office: Workplace) -> tuple[Number, bytes]:
    return office.register(year=today().year, **complaint())


@pytest.fixture
def own(tmp_path):
    """A centre of this test's own, with a person and codes."""
    centre = Centre(tmp_path / "centre")
    with ended(centre):
        centre.prepare([HERE])
        codes = [centre.enrolment_code(HERE) for _ in range(3)]
        centre.start()
        clerk = centre.person("clerk", HERE)
        yield Handed(centre, {HERE: codes}, clerk["login"], clerk["password"])


def test_what_was_lost_comes_again_once_under_a_log_and_slots_of_their_own(own, tmp_path):
    centre = own.centre
    office = own.signed_in()
    old = registered(office)
    office.deliver()
    centre.stop()
    stopped_copy(centre, tmp_path / "backup")
    centre.start()

    lost = [registered(office) for _ in range(3)]
    office.deliver()
    young = own.signed_in()
    late = registered(young)
    young.deliver()
    kept = {
        event: requests.get(f"{office.server}/log/proof/inclusion?hash={event.hex()}", timeout=60).text
        for _number, event in (lost[1], late)
    }
    centre.stop()

    put_back(centre, tmp_path / "backup")
    with pytest.raises(ProgramFailed, match="the server did not start"):
        centre.start()
    assert "open_epoch" in (centre.home / "server.log").read_text()
    with pytest.raises(ProgramFailed, match="no terminal"):
        centre.manage("open_epoch")
    origin = office.origin.removesuffix("1") + "2"
    told = centre.manage("open_epoch", "--confirm", origin)
    assert f"{young.certificate['number_code']}-{young.certificate['slot']}" in told
    centre.start()

    for one in (office, young):
        one.server = centre.address
        reply = one.come_back()
        assert set(statuses(reply)) == {"registered"}
        assert (one.origin, one.server_epoch) == (origin, 2)
        one.deliver()
    office.deliver()
    assert office.checkpoint is not None
    assert office.checkpoint.size >= len(office.events) + len(young.events)
    for number, event in (old, *lost):
        receipt = from_paper(on_paper(office.portal, office.receipt(number, event)))
        assert verdict(receipt, office.keyring, Proof.from_json(proof_of(office, event))) == "in_log"
        assert own.understood(number.printed())["hash"] == event
    for of, (number, event) in ((office, lost[1]), (young, late)):
        paper = on_paper(of.portal, of.receipt(number, event))
        new = requests.get(f"{of.server}/log/proof/inclusion?hash={event.hex()}", timeout=60).text
        assert (office.origin in new, office.origin in kept[event]) == (True, False)
        for proof in (kept[event], new):
            assert "verdict: in_log" in by_the_script(of, tmp_path, paper, proof)

    third = enrol(centre.address, centre.enrolment_code(HERE), "the next PC", Ed25519PrivateKey.generate())
    slots = [one.certificate["slot"] for one in (office, young, third)]
    assert slots == ["A", "B", "G"]
