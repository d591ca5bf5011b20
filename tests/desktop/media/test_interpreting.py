"""An interpreter is heard over the floor; the floor is quiet as long as they speak and comes back by itself."""

import numpy as np
import pytest

from liaison_desktop.media.interpreting import HELD_STEPS, UNDER, Under
from liaison_desktop.media.sound import RATE
from liaison_desktop.media.talking import STEP, Voices

FLOOR = np.full(STEP, 0.5, np.float32)
NOBODY = np.zeros(STEP, np.float32)
WORD = np.full(STEP, 0.2, np.float32)


def settled(under: Under, over: np.ndarray, steps: int = 80) -> float:
    """How loud the floor is in the end."""
    mixed = FLOOR
    for _ in range(steps):
        mixed = under.lay(FLOOR, over)
    return float(mixed[-1] - over[-1])


def test_the_floor_is_whole_while_nobody_interprets() -> None:
    assert settled(Under(), NOBODY) == pytest.approx(0.5)


def test_the_floor_is_heard_at_a_fifth_or_less_under_an_interpreter() -> None:
    assert 0.15 <= UNDER <= 0.20
    assert settled(Under(), WORD) == pytest.approx(0.5 * UNDER, abs=1e-4)


def test_between_two_sentences_the_floor_stays_quiet_and_after_them_it_comes_back() -> None:
    under = Under()
    settled(under, WORD)
    assert settled(under, NOBODY, HELD_STEPS - 10) == pytest.approx(0.5 * UNDER, abs=1e-4)
    assert settled(under, NOBODY, 100) == pytest.approx(0.5)


def test_the_floor_never_jumps() -> None:
    under = Under()
    heard = np.concatenate([under.lay(FLOOR, NOBODY), *(under.lay(FLOOR, WORD) - WORD for _ in range(30))])
    assert float(np.abs(np.diff(heard)).max()) < 0.001


def test_only_whoever_is_listened_to_lies_over_the_floor() -> None:
    voices = Voices()
    voices.over = frozenset({"interpreter"})
    for _ in range(8):
        for identity, loudness in (("speaker", 0.5), ("interpreter", 0.2)):
            voices.add(identity, np.full(RATE // 20, loudness, np.float32))
    heard = [voices.mix() for _ in range(30)]
    assert float(heard[-1][-1]) == pytest.approx(0.2 + 0.5 * UNDER, abs=1e-4)
    voices.over = frozenset()
    assert float(voices.mix()[-1]) <= 0.71
