"""Encodes a lesson: one video as it is drawn, one for thin lines; H.264 and AAC, which every telephone plays."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import cv2
import numpy as np
from av.video.frame import PictureType

from proving.lessons.drawing import HEIGHT, WIDTH, Pixels
from proving.lessons.speech import RATE, Sound

MS: Final = 1000
PIECE: Final = 1024
"""Samples that an AAC encoder takes at a time."""


@dataclass(frozen=True, slots=True)
class Rendition:
    """One of the two videos."""

    width: int
    height: int
    picture: dict[str, str]
    sound_bits: int


NORMAL: Final = Rendition(WIDTH, HEIGHT, {"crf": "26", "maxrate": "900000", "bufsize": "1800000"}, 48_000)
THIN: Final = Rendition(480, 270, {"crf": "29", "maxrate": "84000", "bufsize": "168000"}, 24_000)
"""84 and 24 kbit/s are 810 kB a minute."""

_PICTURE: Final = {
    "preset": "veryfast",
    "tune": "stillimage",
    "profile": "main",
    "threads": "1",  # the same bytes on every run
    "sc_threshold": "0",
    "g": "600",  # where a step begins, a key is said with the picture
    "bf": "0",
}


class Film:
    """One video that is being written; raises OSError where it cannot be."""

    def __init__(self, path: Path, rendition: Rendition) -> None:
        self._rendition = rendition
        self._last_ms = -1
        self._container: Any = av.open(str(path), "w", format="mp4", options={"movflags": "faststart"})
        options = {**_PICTURE, **rendition.picture}
        self._picture = self._container.add_stream("libx264", rate=12, options=options)
        self._picture.width, self._picture.height, self._picture.pix_fmt = rendition.width, rendition.height, "yuv420p"
        self._picture.codec_context.time_base = Fraction(1, MS)
        self._sound = self._container.add_stream("aac", rate=RATE, layout="mono")
        self._sound.bit_rate = rendition.sound_bits

    def show(self, pixels: Pixels, at_s: float, *, is_key: bool) -> None:
        """Show a picture from this moment on."""
        size = (self._rendition.width, self._rendition.height)
        shown = (
            pixels
            if pixels.shape[1::-1] == size
            else cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
        )
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(shown), format="bgr24")
        self._last_ms = max(round(at_s * MS), self._last_ms + 1)  # two in one millisecond are refused
        frame.pts, frame.time_base = self._last_ms, Fraction(1, MS)
        frame.pict_type = PictureType.I if is_key else PictureType.NONE
        self._container.mux(self._picture.encode(frame))

    def hear(self, pieces: Iterable[Sound]) -> None:
        """Lay the whole sound beside the pictures."""
        samples = np.concatenate(list(pieces)).astype(np.float32) / 32_768
        samples = np.pad(samples, (0, -len(samples) % PIECE))
        for first in range(0, len(samples), PIECE):
            piece = samples[first : first + PIECE].reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece), format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE, first, Fraction(1, RATE)
            self._container.mux(self._sound.encode(frame))

    def end(self) -> None:
        """Write what is left and close the file."""
        for stream in (self._picture, self._sound):
            self._container.mux(stream.encode(None))
        self._container.close()

    def drop(self) -> None:
        """Close the file of a video that does not come about."""
        self._container.close()
