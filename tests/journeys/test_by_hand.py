"""The first register and the first office by hand, as README tells it: the clerk it makes can register."""

import sys
from pathlib import Path

from proving.asked import SAMPLES
from proving.world import Centre, Office, ended

OWN = "менин-жаңы-сырсөзүм 7"


def test_the_clerk_that_readme_makes_changes_the_password_in_the_program_and_registers(tmp_path: Path) -> None:
    centre = Centre(tmp_path / "centre")
    centre.manage("make_keys")
    names = ("--surname", "Асанова", "--given-name", "Гүлнара")
    made = centre.manage(
        "make_person", "--login", "gulnara", *names, "--role", "clerk", "--site", "KG-C-ALA", "--generate"
    )
    one_time = made.split("One-time password:")[1].strip()
    office = Office("first", "KG-C-ALA", tmp_path / "office", "", has_window=True)
    with ended(centre, office):
        centre.start()
        office.server = centre.address
        office.start()
        office.ask("enrol", code=centre.enrolment_code("KG-C-ALA"), name="first")
        office.ask("sign_in", login="gulnara", password=one_time, new_password=OWN)
        told = office.ask("register", file=str(SAMPLES), run="by hand", rows=[0], by="widgets")
        assert told["rows"][0]["number"].startswith("ALA-"), told
        office.stop()
        office.start()
        office.ask("sign_in", login="gulnara", password=OWN)
        assert office.ask("exchange")["drained"], sys.stderr
