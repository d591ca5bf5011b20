"""What a camera and a microphone give is told apart from nothing."""

import numpy as np
import pytest

from liaison_desktop.media.metering import Meter, as_sound
from liaison_desktop.media.sound import RATE, melody
from liaison_desktop.media.watching import Watching
from liaison_desktop.meetings.faults import Fault


class Hours:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def noisy(mean: float, seed: int, noise: float = 2.0) -> "np.typing.NDArray[np.uint8]":
    drawn = np.random.default_rng(seed).normal(mean, noise, (36, 64, 3))
    return drawn.clip(0, 255).astype(np.uint8)


def watch(hours: Hours, *pictures: "np.typing.NDArray[np.uint8]", seconds: float = 5) -> Fault | None:
    watching = Watching(hours)
    for at in range(round(seconds * 20)):
        hours.now += 0.05
        watching.see(pictures[at % len(pictures)])
    return watching.fault


def test_a_white_wall_in_a_quiet_room_is_a_picture() -> None:
    assert watch(Hours(), noisy(200, 1, 0.8), noisy(200, 2, 0.8)) is None


def test_a_dim_room_is_a_picture() -> None:
    assert watch(Hours(), noisy(24, 1), noisy(24, 2)) is None


def test_a_covered_lens_is_black_although_its_sensor_is_noisy() -> None:
    assert watch(Hours(), noisy(3, 1), noisy(3, 2)) is Fault.CAMERA_BLACK


def test_the_same_picture_for_ever_is_frozen_be_it_black() -> None:
    assert watch(Hours(), noisy(120, 1)) is Fault.CAMERA_FROZEN
    assert watch(Hours(), noisy(0, 1, 0)) is Fault.CAMERA_FROZEN


def test_a_camera_that_gives_no_more_pictures_is_frozen() -> None:
    hours = Hours()
    watching = Watching(hours)
    watching.see(noisy(120, 1))
    hours.now += 10
    assert watching.fault is Fault.CAMERA_FROZEN
    watching.see(noisy(120, 2))
    assert watching.fault is None


@pytest.mark.parametrize(("loudness", "tenths"), [(1.0, 0), (0.1, -200), (0.01, -400), (0.0, -1_200)])
def test_levels_are_tenths_of_decibels_below_the_loudest(loudness: float, tenths: int) -> None:
    level = Meter().measure(np.full(480, loudness, np.float32))
    assert level is not None
    assert (level.rms, level.peak) == (tenths, tenths)


def test_the_noise_of_a_room_is_no_silence_and_a_muted_microphone_is() -> None:
    hours = Hours()
    meter = Meter(hours)
    room = np.random.default_rng(1).normal(0, 0.0005, 2_400).astype(np.float32)
    for _ in range(100):
        hours.now += 0.05
        meter.measure(room)
    assert not meter.is_silent
    for _ in range(100):
        hours.now += 0.05
        meter.measure(np.zeros(2_400, np.float32))
    assert meter.is_silent


def test_a_drivers_samples_that_are_no_numbers_or_too_loud_are_taken_for_sound() -> None:
    heard = as_sound(np.array([np.nan, np.inf, -np.inf, 1e30, -7, 0.5], np.float32))
    assert heard.tolist() == [0, 1, -1, 1, -1, 0.5]
    level = Meter().measure(heard)
    assert level is not None
    assert level.peak == 0


def test_no_samples_are_no_level() -> None:
    assert Meter().measure(np.zeros(0, np.float32)) is None


def test_the_melody_is_short_begins_softly_and_never_clips() -> None:
    heard = melody()
    assert 1 < len(heard) / RATE < 3
    assert abs(float(heard[0])) < 0.01
    assert 0.1 < float(np.max(np.abs(heard))) < 0.5
