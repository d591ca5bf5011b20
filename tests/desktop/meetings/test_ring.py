"""A picture is seen whole or not at all, by whom and however fast it is written and read."""

import multiprocessing
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from liaison_desktop.meetings.memory import SharedMemory
from liaison_desktop.meetings.ring import HEIGHT_MOST, PIXEL_BYTES, RING_BYTES, SLOTS, WIDTH_MOST, FrameRing

WIDTH, HEIGHT = 64, 48
SIZE = WIDTH * HEIGHT * PIXEL_BYTES


@pytest.fixture
def memory() -> Iterator[SharedMemory]:
    made = SharedMemory.make(RING_BYTES)
    yield made
    made.close()


@pytest.fixture
def ring(memory: SharedMemory) -> Iterator[FrameRing]:
    made = FrameRing(memory)
    yield made
    made.close()


def put(ring: FrameRing, value: int, width: int = WIDTH, height: int = HEIGHT) -> None:
    with ring.write(width, height) as pixels:
        pixels[:] = bytes([value]) * len(pixels)
        pixels.release()


def break_off(ring: FrameRing) -> None:
    with ring.write(WIDTH, HEIGHT) as pixels:
        pixels[:100] = b"\2" * 100
        raise KeyError


def seen(ring: FrameRing) -> set[int] | None:
    with ring.held() as picture:
        return None if picture is None else set(picture.pixels)


def test_before_the_first_picture_there_is_none(ring: FrameRing) -> None:
    assert ring.newest == 0
    assert seen(ring) is None


def test_the_newest_picture_is_seen(ring: FrameRing) -> None:
    for value in range(20):
        put(ring, value)
        assert seen(ring) == {value}
    assert ring.newest == 20


def test_the_largest_picture_fits_and_has_its_own_size(ring: FrameRing) -> None:
    put(ring, 5, WIDTH_MOST, HEIGHT_MOST)
    put(ring, 6, 3, 1)
    with ring.held() as picture:
        assert picture is not None
        assert (picture.width, picture.height, len(picture.pixels)) == (3, 1, 12)


def test_what_is_held_is_not_written_to_while_others_come(ring: FrameRing) -> None:
    put(ring, 1)
    with ring.held() as picture:
        assert picture is not None
        for value in range(2, 2 + 3 * SLOTS):
            put(ring, value)
            assert set(picture.pixels) == {1}
    assert seen(ring) == {3 * SLOTS + 1}


def test_a_half_written_picture_is_never_the_newest(ring: FrameRing) -> None:
    put(ring, 1)
    with pytest.raises(KeyError):
        break_off(ring)
    assert seen(ring) == {1}
    for value in range(3, 10):
        put(ring, value)
        assert seen(ring) == {value}


def _write_for_ever(memory: SharedMemory) -> None:
    ring = FrameRing(memory)
    value = 0
    while True:
        value = value % 250 + 1
        put(ring, value)


@pytest.mark.skipif(sys.platform == "win32", reason="a process made by fork")
def test_two_processes_as_fast_as_they_can_never_meet_in_a_picture(memory: SharedMemory, ring: FrameRing) -> None:
    writer = multiprocessing.get_context("fork").Process(target=_write_for_ever, args=(memory,), daemon=True)
    writer.start()
    numbers, torn = set(), 0
    end = time.monotonic() + 2
    while time.monotonic() < end:
        with ring.held() as picture:
            if picture is None:
                continue
            first = bytes(picture.pixels)
            time.sleep(0.0005 if picture.number % 7 == 0 else 0)
            torn += first != first[:1] * SIZE or bytes(picture.pixels) != first
            numbers.add(picture.number)
    writer.kill()
    writer.join()
    assert len(numbers) > 100
    assert torn == 0


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_memory_has_no_name_that_could_be_left_behind() -> None:
    memory = SharedMemory.make(RING_BYTES)
    assert Path(f"/proc/self/fd/{memory.token}").readlink() == Path("/memfd:liaison-pictures (deleted)")
    memory.close()


def test_both_sides_see_the_same_bytes() -> None:
    memory = SharedMemory.make(RING_BYTES)
    pages = SharedMemory.found(memory.token, RING_BYTES).pages
    memory.pages[0] = 7
    assert pages[0] == 7
    pages.close()
    memory.close()
