"""Encodes picture and sound once, for the playlists and the record alike: H.264 and AAC."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import av
import numpy as np
from av.video.frame import PictureType

from server_sync.meetings.broadcast.mixing import PIECE, RATE, Samples
from server_sync.meetings.broadcast.mosaic import HEIGHT, WIDTH, Pixels

TICKS: Final = 90_000
"""Of a second, as an MPEG stream counts time."""
PICTURE_BITS: Final = 360_000
PICTURE_BITS_MOST: Final = 400_000
SOUND_BITS: Final = 48_000
STREAM: Final = {
    "mpegts_copyts": "1",
    "max_delay": "400000",  # several frames of sound go into one packet, which halves what sound alone costs
    "pat_period": "3",
    "sdt_period": "100",
}
CODECS: Final = "avc1.4d401e,mp4a.40.2"
SOUND_CODEC: Final = "mp4a.40.2"
_PICTURE: Final = {
    "preset": "veryfast",
    "tune": "zerolatency",  # each picture comes out at once, and none refers to a later one
    "profile": "main",
    "level": "3.0",
    "maxrate": str(PICTURE_BITS_MOST),
    "bufsize": str(PICTURE_BITS_MOST),
    "g": "600",  # where a piece begins is said with the picture
    "sc_threshold": "0",
    "forced-idr": "1",
    "threads": "2",
    "x264-params": "repeat-headers=1",  # in each piece of a playlist, and before them all in the record
}


@dataclass(frozen=True, slots=True)
class Encoded:
    """A piece of picture or sound, of no container yet."""

    content: bytes
    at: int
    """In `TICKS`."""
    lasts: int
    is_picture: bool
    is_key: bool


class Studio:
    """The two encoders; of one thread."""

    def __init__(self) -> None:
        container = av.open(io.BytesIO(), "w", format="mpegts")  # nothing is ever written into it
        self.picture = container.add_stream("libx264", rate=15, options=dict(_PICTURE))
        self.picture.width, self.picture.height, self.picture.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        self.picture.bit_rate = PICTURE_BITS
        self.picture.codec_context.time_base = Fraction(1, TICKS)
        self.sound = container.add_stream("aac", rate=RATE, layout="mono")
        self.sound.bit_rate = SOUND_BITS
        for stream in (self.picture, self.sound):
            stream.codec_context.flags |= av.codec.context.Flags.global_header
        container.start_encoding()
        self._container = container

    def film(self, pixels: Pixels, at: int, *, lasts: int, is_key: bool) -> list[Encoded]:
        """Encode a picture; a key begins a piece."""
        frame = av.VideoFrame.from_ndarray(pixels, format="yuv420p")
        frame.pts, frame.time_base = at, Fraction(1, TICKS)
        frame.pict_type = PictureType.I if is_key else PictureType.NONE
        return [
            Encoded(bytes(one), one.pts or 0, lasts, is_picture=True, is_key=one.is_keyframe)
            for one in self.picture.encode(frame)
        ]

    def hear(self, samples: Samples, first: int) -> list[Encoded]:
        """Encode a piece of sound, `first` being the number of its first sample."""
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1).astype(np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, first, Fraction(1, RATE)
        return [
            Encoded(bytes(one), (one.pts or 0) * TICKS // RATE, PIECE * TICKS // RATE, is_picture=False, is_key=True)
            for one in self.sound.encode(frame)
        ]

    def streams_in(self, container: Any, *, has_picture: bool = True) -> tuple[Any, Any]:
        """Have both streams, or the sound alone, in a container that takes what was encoded here."""
        picture = container.add_stream_from_template(self.picture) if has_picture else None
        return picture, container.add_stream_from_template(self.sound)


def write(container: Any, streams: tuple[Any, Any], pieces: Sequence[Encoded]) -> None:
    """Put what was encoded into a container, what has no stream there left out."""
    for one in pieces:
        stream = streams[0] if one.is_picture else streams[1]
        if stream is not None:
            container.mux(_packet(one, stream))


def piece_of_stream(studio: Studio, pieces: Sequence[Encoded], *, has_picture: bool) -> bytes:
    """A piece of an MPEG stream with what belongs into it."""
    written = io.BytesIO()
    with av.open(written, "w", format="mpegts", options=dict(STREAM)) as container:
        write(container, studio.streams_in(container, has_picture=has_picture), pieces)
    return written.getvalue()


def _packet(one: Encoded, stream: Any) -> Any:
    packet: Any = av.Packet(one.content)
    packet.time_base = Fraction(1, TICKS)
    packet.pts = packet.dts = one.at
    packet.duration = one.lasts
    packet.is_keyframe = one.is_key
    packet.stream = stream
    return packet
