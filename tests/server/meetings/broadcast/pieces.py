"""Encoded pieces as a broadcast makes them, without a room and faster than time passes."""

from collections.abc import Iterator

import numpy as np

from server_sync.meetings.broadcast.encoding import TICKS, Encoded, Studio
from server_sync.meetings.broadcast.mixing import PIECE, RATE
from server_sync.meetings.broadcast.mosaic import HEIGHT, WIDTH

RATE_OF_PICTURES = 5


def pieces(studio: Studio, count: int, *, begin_s: int = 0) -> Iterator[tuple[int, list[Encoded]]]:
    """So many pieces of two seconds with when each begins: a picture that grows brighter, a tone of 440."""
    sample = begin_s * RATE
    for n in range(count):
        at = (begin_s + 2 * n) * TICKS
        encoded = []
        for frame in range(2 * RATE_OF_PICTURES):
            pixels = np.full((HEIGHT * 3 // 2, WIDTH), 16 + 10 * (n % 20), np.uint8)
            pixels[HEIGHT:] = 128
            lasts = TICKS // RATE_OF_PICTURES
            encoded += studio.film(pixels, at + frame * lasts, lasts=lasts, is_key=frame == 0)
        while sample + PIECE <= (begin_s + 2 * n + 2) * RATE:
            wave = np.sin(2 * np.pi * 440 * (sample + np.arange(PIECE)) / RATE) * 0.3
            encoded += studio.hear(wave.astype(np.float32), sample)
            sample += PIECE
        yield at, encoded
