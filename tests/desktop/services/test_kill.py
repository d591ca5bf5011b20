"""Killed at any moment, the program loses nothing that was shown as registered, and numbers on without a gap."""

import random
import subprocess
import sys
import time
from pathlib import Path

from liaison_desktop.services import drafting
from liaison_desktop.services.registering import register_appeal
from liaison_desktop.store.epochs import current_epoch
from liaison_desktop.store.projecting import differences
from server_sync.contract.evidence import chain
from server_sync.contract.numbers import RegistrationNumber
from tests.desktop.office import Office

CHILD = Path(__file__).with_name("registering_child.py")
ROOT = Path(__file__).resolve().parents[3]


def test_killed_in_the_middle_of_registering_nothing_shown_is_lost(office: Office):
    rng = random.Random(7)
    key = office.desk.store.key
    office.desk.store.close()
    shown: list[tuple[str, str]] = []
    for _ in range(4):
        child = subprocess.Popen(
            [sys.executable, str(CHILD), str(office.home.folder), key.hex()],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PATH": ""},
            text=True,
        )
        assert child.stdout is not None
        until = rng.randrange(3, 12)
        lines = [child.stdout.readline() for _ in range(until)]
        time.sleep(rng.random() / 100)
        child.kill()
        lines += child.stdout.readlines()
        child.stdout.close()
        child.wait()
        shown += [(line.split()[0], line.split()[1]) for line in lines if line.endswith("\n")]
    office.restart(key)
    store = office.desk.store
    assert office.numbering_stopped == ""
    kept = dict(store.connection.execute("SELECT number, event_hash FROM events WHERE kind = 1").fetchall())
    assert all(kept[number].hex() == event for number, event in shown)
    assert sorted(RegistrationNumber.parse(number).counter for number in kept) == list(range(1, len(kept) + 1))
    assert differences(store) == ()
    assert store.find_damage(thorough=True) == ()
    epoch = current_epoch(store.connection)
    hashes = [row[0] for row in store.connection.execute("SELECT event_hash FROM events ORDER BY seq")]
    assert chain.advance_over(chain.genesis(epoch.certificate), hashes) == epoch.chain
    # What was cut short is a draft still, or was registered and says so.
    for row in drafting.list_drafts(office.desk):
        again = register_appeal(office.desk, drafting.open_draft(office.desk, row.draft_id))
        assert RegistrationNumber.parse(again.number).counter == len(kept) + 1
        kept[again.number] = again.event
