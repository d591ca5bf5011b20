"""A small run of the torture: each trouble once, and a few kills while somebody types."""

from pathlib import Path

from proving.torture.__main__ import main
from proving.torture.trial import TROUBLES


def test_no_trouble_breaks_a_promise(tmp_path: Path) -> None:
    rounds = ["--rounds", str(len(TROUBLES)), "--seconds", "120", "--seed", "3", "--keep", str(tmp_path / "trial")]
    assert main([*rounds, "--json", str(tmp_path / "told.json")]) == 0


def test_a_program_killed_in_the_middle_of_a_word_loses_the_last_second_at_most(tmp_path: Path) -> None:
    assert main(["--typing", "--rounds", "4", "--seed", "3", "--json", str(tmp_path / "told.json")]) == 0
