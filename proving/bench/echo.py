"""How much of what the loudspeaker plays is gone from what the microphone hears, by the cleaning that meetings have."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from liaison_desktop.media.cleaning import LOUDEST, EchoCleaning
from liaison_desktop.media.sound import RATE
from proving.bench.figures import Figure

LIMIT_DB: Final = 25.0
FROM_S: Final = 2.0
"""From then on the echo has to be gone."""
LASTS_S: Final = 8.0
PIECE: Final = RATE // 100
DELAY_S: Final = 0.06
ROOM_S: Final = 0.12
LOUDNESS: Final = 0.35
"""Of what is played, so much comes back, over a table from a loudspeaker to a microphone."""
NOISE: Final = 0.0005

Samples = NDArray[np.float32]


def echo_loss() -> list[Figure]:
    """Let somebody speak out of a loudspeaker into a room whose microphone hears it, and nobody speaks there."""
    draw = np.random.default_rng(63)
    played = _speech(draw)
    heard = _in_a_room(played, draw)
    cleaning = EchoCleaning()
    left = np.zeros_like(heard)
    for at in range(0, len(played) - PIECE + 1, PIECE):
        cleaning.played(played[at : at + PIECE])
        cleaning.delayed(DELAY_S)
        clean = cleaning.clean(heard[at : at + PIECE])
        left[at : at + PIECE] = np.frombuffer(clean, np.int16) / LOUDEST
    since = round(FROM_S * RATE)
    loss = 10 * float(np.log10(_power(heard[since:]) / max(_power(left[since:]), 1e-12)))
    first = 10 * float(np.log10(_power(heard[:since]) / max(_power(left[:since]), 1e-12)))
    more = {"in_the_first_2_s_db": round(first, 1), "heard_rms": round(_power(heard) ** 0.5, 4), "delay_s": DELAY_S}
    return [Figure("echo_return_loss", loss, "dB", LIMIT_DB, at_most=False, more=more)]


def _speech(draw: np.random.Generator) -> Samples:
    """A voice: a pitch that moves, formants that change with each syllable, breath, and pauses between words."""
    at = np.arange(round(LASTS_S * RATE)) / RATE
    pitch = 120 + 25 * np.sin(2 * np.pi * 0.7 * at) + 10 * np.sin(2 * np.pi * 2.3 * at)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    syllable = (at * 4).astype(int)
    formants = draw.uniform(300, 2_800, (syllable[-1] + 1, 2))[syllable]
    voice = np.zeros_like(at)
    for n in range(1, 25):
        weight = sum(1 / (1 + ((n * pitch - formants[:, one]) / 180) ** 2) for one in (0, 1))
        voice += (0.1 / n + weight) * np.sin(n * phase)
    breath = draw.normal(0, 0.3, len(at))
    loudness = np.clip(np.sin(2 * np.pi * 4 * at), 0, 1) * (np.sin(2 * np.pi * 0.45 * at) > -0.7)
    spoken = (voice + breath) * loudness
    whole: Samples = (0.3 * spoken / np.max(np.abs(spoken))).astype(np.float32)
    return whole


def _in_a_room(played: Samples, draw: np.random.Generator) -> Samples:
    """What a microphone hears of it: later, quieter, with the room's walls, and a little noise of its own."""
    long = round(ROOM_S * RATE)
    walls = draw.normal(0, 1, long) * np.exp(-np.arange(long) / (0.02 * RATE)) * 0.05
    walls[0] = 1
    size = 1 << (len(played) + long - 1).bit_length()
    echo = np.fft.irfft(np.fft.rfft(played, size) * np.fft.rfft(walls, size), size)[: len(played)]
    late = round(DELAY_S * RATE)
    heard: Samples = np.zeros_like(played)
    heard[late:] = LOUDNESS * echo[: len(played) - late]
    return (heard + draw.normal(0, NOISE, len(heard))).astype(np.float32)


def _power(samples: Samples) -> float:
    return float(np.mean(np.square(samples, dtype=np.float64)))
