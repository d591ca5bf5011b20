"""Broadcasts for the tests of the page that plays them: a moving picture, a tone, captions in two languages."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

av: Any = pytest.importorskip("av", reason="broadcasts are made by PyAV")

RATE, WIDTH, HEIGHT = 15, 320, 180
SAMPLES: Final = 44_100
CAPTIONS: Final = {"ky": "Суу бир айда келет.", "ru": "Вода будет через месяц."}
INDEX: Final = """#EXTM3U
#EXT-X-VERSION:3
{captions}#EXT-X-STREAM-INF:BANDWIDTH=600000,RESOLUTION=320x180,CODECS="avc1.4d401e,mp4a.40.2",SUBTITLES="captions"
picture.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=70000,CODECS="mp4a.40.2",SUBTITLES="captions"
sound.m3u8
"""


def broadcast(folder: Path, seconds: int = 8) -> None:
    """Write a broadcast that is still going on, in pieces of two seconds."""
    folder.mkdir(parents=True)
    _rendition(folder, "picture", seconds, has_picture=True)
    _rendition(folder, "sound", seconds, has_picture=False)
    lines = ""
    for language, text in CAPTIONS.items():
        listed = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n"
        for n in range(seconds // 2):
            name = f"captions-{language}-{n:06}.vtt"
            said = f"00:00:{2 * n:02}.000 --> 00:00:{2 * n + 2:02}.000\n{text}\n"
            (folder / name).write_text(f"WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:126000,LOCAL:00:00:00.000\n\n{said}")
            listed += f"#EXTINF:2,\n{name}\n"
        (folder / f"captions-{language}.m3u8").write_text(listed)
        lines += (
            f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="{language}",LANGUAGE="{language}",'
            f'DEFAULT=NO,AUTOSELECT=YES,URI="captions-{language}.m3u8"\n'
        )
    (folder / "index.m3u8").write_text(INDEX.format(captions=lines))


def _rendition(folder: Path, name: str, seconds: int, *, has_picture: bool) -> None:
    options = {"hls_time": "2", "hls_list_size": "0", "hls_segment_filename": str(folder / f"{name}-%06d.ts")}
    with av.open(str(folder / f"{name}.m3u8"), "w", format="hls", options=options) as made:
        picture = (
            made.add_stream("libx264", rate=RATE, options={"g": str(2 * RATE), "profile": "main"})
            if has_picture
            else None
        )
        if picture is not None:
            picture.width, picture.height, picture.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        sound = made.add_stream("aac", rate=SAMPLES)
        sound.layout = "mono"
        for second in range(seconds):
            if picture is not None:
                _film(made, picture, second)
            _hum(made, sound, second)
        for stream in (picture, sound):
            if stream is not None:
                made.mux(stream.encode(None))
    playlist = folder / f"{name}.m3u8"
    playlist.write_text(playlist.read_text().replace("#EXT-X-ENDLIST\n", ""))


def _film(made: Any, picture: Any, second: int) -> None:
    for n in range(second * RATE, (second + 1) * RATE):
        seen = np.full((HEIGHT, WIDTH, 3), (n * 8) % 256, np.uint8)
        frame = av.VideoFrame.from_ndarray(seen, format="rgb24")
        frame.pts = n
        made.mux(picture.encode(frame))


def _hum(made: Any, sound: Any, second: int) -> None:
    at = np.arange(second * SAMPLES, (second + 1) * SAMPLES) / SAMPLES
    heard = (np.sin(2 * np.pi * 440 * at) * 8_000).astype(np.int16).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(heard, format="s16", layout="mono")
    frame.sample_rate, frame.pts = SAMPLES, second * SAMPLES
    made.mux(sound.encode(frame))
