"""A program that registers until it is killed: it prints every number only after it was given.

Arguments: the folder, the store's key in hexadecimal.
"""

import sys
from dataclasses import replace
from itertools import count
from pathlib import Path

from liaison_desktop.services.drafting import save_draft
from liaison_desktop.services.opening import open_desk
from liaison_desktop.services.registering import register_appeal
from liaison_desktop.services.signing_in import open_session
from tests.desktop.office import StandInClock, StandInMachine, StandInVault, draft_id, make_draft, make_place


def main() -> None:
    """Register one request after another."""
    folder, key = Path(sys.argv[1]), bytes.fromhex(sys.argv[2])
    place = make_place(folder, StandInClock(), StandInMachine(), StandInVault())
    desk = open_desk(place, key)
    open_session(desk, place.file.read().people[0].person, "child")
    begun = desk.store.connection.execute("SELECT count(*) FROM registrations").fetchone()[0]
    for at in count(begun):
        draft = replace(make_draft(), draft_id=draft_id(f"draft {at}"))
        save_draft(desk, draft)
        made = register_appeal(desk, draft)
        sys.stdout.write(f"{made.number} {made.event.hex()}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
