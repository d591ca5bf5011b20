"""A small run of the torture: each trouble once, and a few kills while somebody types."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from proving.torture.__main__ import main
from proving.torture.meeting import TROUBLES as OF_MEETINGS
from proving.torture.trial import TROUBLES
from proving.world import REPOSITORY


def test_no_trouble_breaks_a_promise(tmp_path: Path) -> None:
    rounds = ["--rounds", str(len(TROUBLES)), "--seconds", "120", "--seed", "3", "--keep", str(tmp_path / "trial")]
    assert main([*rounds, "--json", str(tmp_path / "told.json")]) == 0


def test_a_program_killed_in_the_middle_of_a_word_loses_the_last_second_at_most(tmp_path: Path) -> None:
    assert main(["--typing", "--rounds", "4", "--seed", "3", "--json", str(tmp_path / "told.json")]) == 0


def test_a_meeting_stands_as_before_after_every_trouble(tmp_path: Path) -> None:
    """In a process of its own: the room's library leaves threads behind."""
    told = tmp_path / "told.json"
    run = [sys.executable, "-m", "proving.torture", "meetings", "--small", "--keep", str(tmp_path / "trial")]
    done = subprocess.run(
        [*run, "--json", str(told)], cwd=REPOSITORY, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(told.read_text(encoding="utf-8"))["troubles"] == list(OF_MEETINGS)


def test_no_trouble_of_another_trial_is_taken_for_one_of_this() -> None:
    with pytest.raises(SystemExit):
        main(["meetings", "--only", "disk"])
    with pytest.raises(SystemExit):
        main(["--only", "token"])
