"""A small run of the torture: each trouble once."""

from pathlib import Path

from proving.torture.__main__ import main
from proving.torture.trial import TROUBLES


def test_no_trouble_breaks_a_promise(tmp_path: Path) -> None:
    rounds = ["--rounds", str(len(TROUBLES)), "--seconds", "120", "--seed", "3", "--keep", str(tmp_path / "trial")]
    assert main([*rounds, "--json", str(tmp_path / "told.json")]) == 0
