"""One end of a meeting on a thin line: the centre's, which sends a voice by its mix, or the office's, which hears it.

The voice never pauses; every two seconds a mark of a tenth of a second at another pitch stands in it. Both ends say
when marks went and came, by the clock that all processes of a computer share.
"""

import asyncio
import contextlib
import json
import sys
import time
from typing import Final

import numpy as np

sys.modules.setdefault("livekit.rtc.media_devices", None)  # type: ignore[arg-type]  # it would load PortAudio
from livekit import rtc  # noqa: E402 (after the line above)

from server_sync.contract.meeting_lines import MixTrack  # noqa: E402
from server_sync.meetings.broadcast.labels import Labels  # noqa: E402
from server_sync.meetings.broadcast.mixing import RATE, Samples, Voices  # noqa: E402
from server_sync.meetings.broadcast.mosaic import Mosaic  # noqa: E402
from server_sync.meetings.broadcast.sending import KEPT_S, Sending  # noqa: E402

STEP: Final = RATE // 50
STEP_S: Final = 0.02
MARK_HZ: Final = 2_000
MARK_EVERY: Final = 100
MARK_STEPS: Final = 5
HEARD_ABOVE: Final = 0.04
TAKEN: Final = frozenset({MixTrack.SOUND, MixTrack.STILLS})
"""What an office takes that has the profile of such a line: sound and stills."""
COMES_S: Final = 30.0


async def talk(url: str, token: str) -> None:
    """Send until the pipe closes; says when each mark went."""
    room, voices = rtc.Room(), Voices(KEPT_S)
    await room.connect(url, token, rtc.RoomOptions(auto_subscribe=False, dynacast=True))
    sending = asyncio.ensure_future(Sending(Mosaic(Labels(), "Жыйналыш"), voices).last(room))
    over = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    number, begun = 0, time.monotonic()
    while not over.done():
        if number % MARK_EVERY == 0:
            print(json.dumps(time.monotonic()), flush=True)
        voices.add("voice", _spoken(number))
        number += 1
        await asyncio.sleep(max(0.0, begun + number * STEP_S - time.monotonic()))
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await room.disconnect()


async def listen(url: str, token: str, seconds: float) -> None:
    """Hear for so long; says when marks came, how much was heard in time, and what came in all."""
    room, marks = rtc.Room(), list[float]()
    heard = asyncio.Event()
    tasks: list[asyncio.Task[None]] = []

    def take(track: rtc.Track, *_: object) -> None:
        following = _hear(track, marks, heard) if track.kind == rtc.TrackKind.KIND_AUDIO else _watch(track)
        tasks.append(asyncio.ensure_future(following))

    def ask(publication: rtc.RemoteTrackPublication) -> None:
        if publication.name in TAKEN:
            publication.set_subscribed(True)

    room.on("track_subscribed", take)
    room.on("track_published", lambda publication, _who: ask(publication))
    await room.connect(url, token, rtc.RoomOptions(auto_subscribe=False, connect_timeout=COMES_S))
    for who in room.remote_participants.values():
        for publication in who.track_publications.values():
            ask(publication)
    async with asyncio.timeout(COMES_S):
        await heard.wait()
    await asyncio.sleep(2)  # who comes in hears the first second out of step
    marks.clear()
    before, begun = await _counted(room), time.monotonic()
    await asyncio.sleep(seconds)
    after, passed_s = await _counted(room), time.monotonic() - begun
    came = {name: after[name] - before[name] for name in after}
    print(json.dumps({"marks": marks, "seconds": passed_s, **came}), flush=True)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(3):
            await room.disconnect()


def _spoken(number: int) -> Samples:
    """A fiftieth of a second of a voice: its pitch and overtones in syllables that never fall silent, or a mark."""
    at = (number * STEP + np.arange(STEP)) / RATE
    if number % MARK_EVERY < MARK_STEPS:
        return (0.3 * np.sin(2 * np.pi * MARK_HZ * at)).astype(np.float32)
    voice = np.sum([np.sin(2 * np.pi * 140 * n * at) / n for n in range(1, 8)], axis=0)
    spoken: Samples = (0.12 * voice * (0.6 + 0.4 * np.sin(2 * np.pi * 3.1 * at))).astype(np.float32)
    return spoken


async def _hear(track: rtc.Track, marks: list[float], heard: asyncio.Event) -> None:
    stream = rtc.AudioStream(track, sample_rate=RATE, num_channels=1, frame_size_ms=20)
    turning = np.exp(-2j * np.pi * MARK_HZ * np.arange(STEP) / RATE)
    was_mark = False
    async for event in stream:
        samples = np.frombuffer(event.frame.data, np.int16)[:STEP] / 32_768
        is_mark = bool(2 * abs(np.mean(samples * turning[: len(samples)])) > HEARD_ABOVE)
        if is_mark and not was_mark:
            marks.append(time.monotonic())
        was_mark = is_mark
        if np.max(np.abs(samples)) > HEARD_ABOVE:
            heard.set()


async def _watch(track: rtc.Track) -> None:
    async for _event in rtc.VideoStream(track, capacity=1):
        pass


async def _counted(room: rtc.Room) -> dict[str, int]:
    stats = await room.get_rtc_stats()
    both = (*stats.publisher_stats, *stats.subscriber_stats)
    streams = [one.inbound_rtp for one in both if one.WhichOneof("stats") == "inbound_rtp"]
    sounds = [one.inbound for one in streams if one.inbound.total_samples_received]
    return {
        "bytes": sum(one.inbound.bytes_received + one.inbound.header_bytes_received for one in streams),
        "pictures": sum(one.inbound.frames_decoded for one in streams),
        "samples": sum(one.total_samples_received for one in sounds),
        "concealed": sum(one.concealed_samples for one in sounds),
    }


def main() -> int:
    """`talk URL TOKEN`, or `listen URL TOKEN SECONDS`."""
    what, url, token, *rest = sys.argv[1:]
    asyncio.run(talk(url, token) if what == "talk" else listen(url, token, float(rest[0])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
