"""Makes the store file of a released version, to be opened by every later one.

    python -m tests.desktop.store.make_released VERSION

Run once at a release; a file once made is never made again. Everything in it is invented, its key too.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from liaison_desktop.services.drafting import attach_file, save_draft
from liaison_desktop.services.registering import register_appeal
from liaison_desktop.workplace import keys
from tests.desktop.office import CHEAP, make_draft, open_office

FOLDER = Path(__file__).with_name("released")
KEY = bytes(range(32))


def main() -> None:
    """Register three requests, leave a draft, and keep the file."""
    keys.COST = CHEAP
    keys.new_store_key = lambda: KEY
    with tempfile.TemporaryDirectory() as folder:
        office = open_office(Path(folder))
        for subject in ("Көчөгө суу тартуу", "Ремонт дороги", "Мектепке мугалим"):
            register_appeal(office.desk, make_draft(subject=subject))
        draft = make_draft(text="жарым")
        save_draft(office.desk, draft)
        attach_file(office.desk, draft.draft_id, "арыз.txt", b"paper")
        office.desk.store.close()
        FOLDER.mkdir(exist_ok=True)
        shutil.copy(office.home.store, FOLDER / f"{sys.argv[1]}.db")


if __name__ == "__main__":
    main()
