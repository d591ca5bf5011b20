"""Lets Debian's espeak-ng speak what a lesson says; where it is missing or lacks a language, there is silence."""

import io
import shutil
import subprocess
import wave
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

RATE: Final = 22_050
SPEED: Final = {"ky": 120, "ru": 125, "en": 130}
"""Words a minute, as espeak-ng counts them: slow enough to be followed at a screen."""
CHARACTERS_A_S: Final = 13
"""So fast words are read where no voice speaks them."""
SPEAKS_S: Final = 60

Sound = npt.NDArray[np.int16]


@cache
def speaks(language: str) -> bool:
    """Whether there is a voice of this language here."""
    program = shutil.which("espeak-ng")
    if program is None:
        return False
    told = subprocess.run(
        [program, f"--voices={language}"], capture_output=True, text=True, timeout=SPEAKS_S, check=False
    )
    return any(
        language in line.split()[1:2] or f"{language}-gb" in line.split()[1:2] for line in told.stdout.splitlines()
    )


def speak(text: str, language: str) -> Sound:
    """The sound of a text; silence, as long as it is read, where nobody speaks it."""
    if not speaks(language):
        return np.zeros(len(text) * RATE // CHARACTERS_A_S, np.int16)
    told = subprocess.run(
        ["espeak-ng", "-v", language, "-s", str(SPEED[language]), "--stdin", "--stdout"],
        input=text.encode(),
        capture_output=True,
        timeout=SPEAKS_S,
        check=True,
    )
    with wave.open(io.BytesIO(_with_lengths(told.stdout))) as file:
        assert file.getparams()[:3] == (1, 2, RATE)
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def _with_lengths(written: bytes) -> bytes:
    """A sound whose head says how long it is: a program that writes into a pipe cannot know it."""
    length = len(written) - 44
    return (
        written[:4] + (length + 36).to_bytes(4, "little") + written[8:40] + length.to_bytes(4, "little") + written[44:]
    )
