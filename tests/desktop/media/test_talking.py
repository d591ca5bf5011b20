"""Voices are mixed without gaps and never ever later; what is played comes out as it was given."""

import time
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from liaison_desktop.media.hearing import Listening, Sounding
from liaison_desktop.media.sound import (
    RATE,
    RealSpeaker,
    Speaker,
    StandInSpeaker,
    stand_in_microphone,
    stand_in_speaker,
)
from liaison_desktop.media.talking import GATHERED_S, LATE_S, STEP, Talking, Voices
from liaison_desktop.meetings.faults import Fault, Part
from liaison_desktop.meetings.messages import Heard, State, Told

Samples = NDArray[np.float32]
PIECE = RATE // 20


def piece(loudness: float, length: int = PIECE) -> Samples:
    return np.full(length, loudness, np.float32)


def tone(pitch_hz: int, length_s: float = 1.0) -> Samples:
    at = np.arange(round(RATE * length_s)) / RATE
    return (0.3 * np.sin(2 * np.pi * pitch_hz * at)).astype(np.float32)


def test_a_voice_is_gathered_a_moment_and_then_heard_without_a_gap() -> None:
    voices = Voices()
    voices.add("a", piece(0.5))
    assert not voices.mix().any()
    voices.add("a", piece(0.5))
    heard = np.concatenate([voices.mix() for _ in range(10)])
    assert heard.tolist() == [0.5] * len(heard)
    assert not voices.mix().any()
    voices.add("a", piece(0.5))
    assert not voices.mix().any()


def test_voices_are_heard_together_and_never_louder_than_there_is() -> None:
    voices = Voices()
    for identity, loudness in (("a", 0.5), ("b", 0.25)):
        voices.add(identity, piece(loudness, RATE // 10))
    assert set(voices.mix().tolist()) == {0.75}
    voices.add("c", piece(0.9, RATE // 10))
    assert set(voices.mix().tolist()) == {1.0}
    voices.forget("c")
    assert set(voices.mix().tolist()) == {0.75}


def test_a_voice_that_piles_up_is_heard_from_its_newest() -> None:
    voices = Voices()
    for _ in range(round(LATE_S * 20)):
        voices.add("a", piece(0.5))
    voices.add("a", piece(0.25))
    left = [voices.mix() for _ in range(round(GATHERED_S * 100))]
    assert left[-1].tolist() == [0.25] * STEP
    assert not voices.mix().any()


def test_a_speaker_plays_what_it_was_given_in_its_order_whatever_it_asks_for() -> None:
    speaker = RealSpeaker("none of this computer")
    given = np.arange(1, 3_001, dtype=np.float32)
    for part in np.split(given, [7, 1_000, 1_001, 2_500]):
        speaker.play(part)
    played = []
    for frames in (1, 512, 480, 2_000, 512):
        block = np.full((frames, 1), np.nan, np.float32)
        speaker._wanted(block, frames, None, None)
        played.append(block[:, 0])
    whole = np.concatenate(played)
    assert whole[:3_000].tolist() == given.tolist()
    assert not whole[3_000:].any()


@pytest.mark.parametrize("pitch_hz", [220, 440, 1_000, 4_000])
def test_a_stand_in_speaker_tells_the_pitch_it_was_given(pitch_hz: int) -> None:
    speaker = StandInSpeaker("synthetic")
    assert speaker.pitch_hz() == 0
    for part in np.split(tone(pitch_hz, 2), 200):
        speaker.play(part)
    assert abs(speaker.pitch_hz() or 0) == pytest.approx(pitch_hz, abs=2)
    speaker.play(piece(0, RATE * 2))
    assert speaker.pitch_hz() == 0
    assert RealSpeaker("a").pitch_hz() is None


def test_a_microphone_can_hum_a_pitch() -> None:
    made = stand_in_microphone("tone:700")
    assert made is not None
    assert [stand_in_microphone(word) for word in ("tone:", "tone:0", "tone:x", "tone:7e2")] == [None] * 4
    microphone, speaker = made(), StandInSpeaker("synthetic")
    microphone.open()
    time.sleep(0.5)
    speaker.play(microphone.take())
    assert speaker.pitch_hz() == pytest.approx(700, abs=5)


class Untouched:
    """Lets everything through as it is."""

    def played(self, samples: Samples) -> None:
        assert len(samples) == STEP

    def delayed(self, delay_s: float) -> None:
        assert 0 <= delay_s < 1

    def clean(self, samples: Samples) -> bytes:
        assert len(samples) == STEP
        return (samples * 32_767).astype(np.int16).tobytes()


class Table:
    """A microphone and a speaker, and the talking between them and a meeting."""

    def __init__(self, microphone: str = "tone:600", speaker: str = "synthetic") -> None:
        self.said: list[Told] = []
        self.sent: list[bytes] = []
        self.speakers: list[Speaker] = []
        hears, plays = stand_in_microphone(microphone), stand_in_speaker(speaker)
        assert hears is not None
        assert plays is not None
        make = plays

        def kept() -> Speaker:
            self.speakers.append(make())
            return self.speakers[-1]

        self.listening = Listening("m", hears, self.said.append)
        self.sounding = Sounding("s", kept, self.said.append)
        self.talking = Talking(lambda: self.listening, lambda: self.sounding, self.said.append, Untouched)

    def close(self) -> None:
        self.talking.end()
        self.listening.close()

    def until(self, told: Told) -> None:
        end = time.monotonic() + 60
        while told not in self.said:
            assert time.monotonic() < end, [one for one in self.said if not isinstance(one, State)][-5:]
            time.sleep(0.02)
            self.listening.beat()


@pytest.fixture
def table() -> Iterator[Table]:
    made = Table()
    yield made
    made.close()


def test_what_the_microphone_hears_is_sent_clean_and_still_measured(table: Table) -> None:
    table.talking.send = table.sent.append
    table.talking.begin()
    end = time.monotonic() + 60
    while len(table.sent) < 150:
        assert time.monotonic() < end
        table.listening.beat()
        time.sleep(0.03)
    assert {len(one) for one in table.sent} == {2 * STEP}
    heard = StandInSpeaker("synthetic")
    heard.play((np.frombuffer(b"".join(table.sent), np.int16) / 32_768).astype(np.float32))
    assert heard.pitch_hz() == pytest.approx(600, abs=5)
    assert any(type(one).__name__ == "Level" for one in table.said)


def test_a_voice_is_played_only_while_the_others_are_to_be_heard(table: Table) -> None:
    table.talking.begin()
    time.sleep(0.1)
    assert table.speakers == []
    table.talking.plays = True
    end = time.monotonic() + 60
    while not any(isinstance(one, Heard) and abs(one.hz - 500) < 5 for one in table.said):
        assert time.monotonic() < end, table.said[-3:]
        table.talking.voices.add("a", tone(500, 0.05))
        time.sleep(0.05)
    assert len(table.speakers) == 1
    table.talking.plays = False
    table.said.clear()
    time.sleep(1.2)
    assert not any(isinstance(one, Heard) for one in table.said)


def test_a_speaker_that_another_program_has_is_told_and_the_rest_goes_on() -> None:
    table = Table(speaker="busy")
    table.talking.send = table.sent.append
    table.talking.plays = True
    table.talking.begin()
    table.until(State(Part.SPEAKER, "s", Fault.SPEAKER_BUSY))
    end = time.monotonic() + 60
    while not table.sent:
        assert time.monotonic() < end
        table.listening.beat()
        time.sleep(0.02)
    table.close()
