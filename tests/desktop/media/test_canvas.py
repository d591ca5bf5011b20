"""All pictures stand on one canvas, each in its tile and in its own shape; what did not change is not laid again."""

import time
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from liaison_desktop.media.canvas import GROUND, OWN, Canvas, Planes, fitting, resized
from liaison_desktop.meetings.memory import SharedMemory
from liaison_desktop.meetings.messages import Tile
from liaison_desktop.meetings.ring import HEIGHT_MOST, PIXEL_BYTES, RING_BYTES, WIDTH_MOST, FrameRing

RED, BLUE = (0, 0, 200), (200, 0, 0)
Pixels = NDArray[np.uint8]


class Wall:
    """A canvas and what the window sees of it."""

    def __init__(self) -> None:
        self._memory = SharedMemory.make(RING_BYTES)
        self.ring = FrameRing(self._memory)
        self.canvas = Canvas(self.ring)

    def close(self) -> None:
        self.canvas.end()
        self.ring.close()
        self._memory.close()

    def seen(self) -> Pixels:
        with self.ring.held() as picture:
            assert picture is not None
            whole = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width, PIXEL_BYTES)
            copied = whole.copy()
            del whole
        return copied

    def until(self, x: int, y: int, colour: tuple[int, ...]) -> None:
        end = time.monotonic() + 60
        while not (self.ring.newest and near(self.seen()[y, x], colour)):
            assert time.monotonic() < end, (self.ring.newest, self.ring.newest and self.seen()[y, x])
            time.sleep(0.01)


@pytest.fixture
def wall() -> Iterator[Wall]:
    made = Wall()
    yield made
    made.close()


def near(found: Pixels, colour: tuple[int, ...]) -> bool:
    return all(abs(int(a) - b) < 8 for a, b in zip(found[:3], colour[:3], strict=True))


def plain(colour: tuple[int, int, int], width: int = 64, height: int = 36) -> Pixels:
    return np.full((height, width, 3), colour, np.uint8)


def from_afar(colour: tuple[int, int, int], width: int = 64, height: int = 36) -> Planes:
    planes = cv2.cvtColor(plain(colour, width, height), cv2.COLOR_BGR2YUV_I420)
    return Planes.of(planes.reshape(-1).data, width, height)


def test_without_tiles_it_is_the_own_picture_as_large_as_its_room(wall: Wall) -> None:
    wall.canvas.lay(128, 72, (), mirrored=True)
    picture = plain(RED)
    picture[:, :32] = BLUE
    wall.canvas.show("somebody", from_afar(BLUE))
    assert not wall.ring.newest
    wall.canvas.show(OWN, picture)
    assert wall.seen().shape == (72, 128, 4)
    assert near(wall.seen()[36, 8], RED)
    assert near(wall.seen()[36, 120], BLUE)


def test_each_picture_stands_in_its_tile_and_the_rest_is_ground(wall: Wall) -> None:
    wall.canvas.lay(200, 100, (Tile(OWN, 0, 0, 64, 36), Tile("a", 100, 50, 96, 54)), mirrored=False)
    wall.canvas.show(OWN, plain(RED))
    wall.canvas.show("a", from_afar(BLUE))
    wall.until(140, 70, BLUE)
    wall.until(30, 20, RED)
    assert wall.seen().shape == (100, 200, 4)
    for x, y in ((80, 20), (98, 70), (150, 48), (198, 99)):
        assert tuple(wall.seen()[y, x]) == GROUND


def test_a_picture_of_another_shape_keeps_it(wall: Wall) -> None:
    wall.canvas.lay(200, 100, (Tile("a", 0, 0, 200, 100),), mirrored=False)
    wall.canvas.show("a", from_afar(RED, 64, 64))
    wall.until(100, 50, RED)
    assert tuple(wall.seen()[50, 48]) == GROUND
    assert near(wall.seen()[2, 52], RED)
    assert tuple(wall.seen()[50, 152]) == GROUND


def test_whose_picture_is_gone_has_plain_ground_also_under_another_tile(wall: Wall) -> None:
    wall.canvas.lay(200, 100, (Tile("a", 0, 0, 200, 100), Tile(OWN, 100, 50, 64, 36)), mirrored=False)
    wall.canvas.show("a", from_afar(RED))
    wall.canvas.show(OWN, plain(BLUE))
    wall.until(20, 50, RED)
    wall.until(120, 60, BLUE)
    wall.canvas.show("a", from_afar((0, 200, 0)))
    wall.until(20, 50, (0, 200, 0))
    assert near(wall.seen()[60, 120], BLUE)
    wall.canvas.hide_others()
    wall.until(20, 50, GROUND)
    assert near(wall.seen()[60, 120], BLUE)


def test_nothing_is_handed_over_while_nothing_changes(wall: Wall) -> None:
    wall.canvas.lay(200, 100, (Tile("a", 0, 0, 64, 36),), mirrored=False)
    wall.canvas.show("a", from_afar(RED))
    wall.until(20, 20, RED)
    before = wall.ring.newest
    wall.canvas.show("b", from_afar(BLUE))
    wall.canvas.lay(200, 100, (Tile("a", 0, 0, 64, 36),), mirrored=False)
    time.sleep(0.3)
    assert wall.ring.newest == before


def test_pictures_that_come_ever_so_fast_are_laid_twenty_times_a_second(wall: Wall) -> None:
    wall.canvas.lay(200, 100, (Tile("a", 0, 0, 64, 36),), mirrored=False)
    end = time.monotonic() + 1
    while time.monotonic() < end:
        wall.canvas.show("a", from_afar(RED))
        time.sleep(0.002)
    assert 1 <= wall.ring.newest <= 26


def test_tiles_are_moved_without_a_new_picture_and_none_reaches_beyond_the_canvas(wall: Wall) -> None:
    wall.canvas.lay(200, 100, (Tile("a", 0, 0, 64, 36),), mirrored=False)
    wall.canvas.show("a", from_afar(RED))
    wall.until(20, 20, RED)
    wall.canvas.lay(200, 100, (Tile("a", 150, 80, 640, 360), Tile("b", 300, 0, 9, 9)), mirrored=False)
    wall.until(175, 90, RED)
    assert tuple(wall.seen()[20, 20]) == GROUND


def test_a_canvas_is_no_larger_than_a_slot_of_the_ring(wall: Wall) -> None:
    wall.canvas.lay(8_000, 8_000, (Tile("a", 1_800, 1_000, 100, 60),), mirrored=False)
    wall.canvas.show("a", from_afar(RED))
    wall.until(1_850, 1_030, RED)
    assert wall.seen().shape == (HEIGHT_MOST, WIDTH_MOST, 4)


@pytest.mark.parametrize("size", [(64, 36), (65, 37), (64, 37), (63, 36)])
def test_pictures_of_odd_sizes_are_read_too(size: tuple[int, int]) -> None:
    width, height = size
    half = (width + 1) // 2 * ((height + 1) // 2)
    raw = np.concatenate([np.full(width * height, 81), np.full(half, 90), np.full(half, 240)]).astype(np.uint8)
    planes = Planes.of(raw.data, width, height)
    assert planes.size == (width // 2 * 2, height // 2 * 2)
    seen = cv2.cvtColor(planes.pixels, cv2.COLOR_YUV2BGR_I420).astype(np.uint8, copy=False)
    assert near(seen[3, 3], (0, 0, 255))
    assert near(seen[-3, -3], (0, 0, 255))


def test_a_picture_of_a_telephone_held_upright_is_turned() -> None:
    picture = plain(RED)
    picture[:, :32] = BLUE
    raw = cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420).astype(np.uint8, copy=False)
    planes = Planes.of(raw.reshape(-1).data, 64, 36, cv2.ROTATE_90_CLOCKWISE)
    assert planes.size == (36, 64)
    seen = cv2.cvtColor(planes.pixels, cv2.COLOR_YUV2BGR_I420).astype(np.uint8, copy=False)
    assert near(seen[8, 18], BLUE)
    assert near(seen[56, 18], RED)


@pytest.mark.parametrize(
    ("picture", "room", "wanted"),
    [
        ((1280, 720), (384, 216), (384, 216)),
        ((1280, 720), (565, 317), (565, 317)),
        ((640, 480), (640, 360), (480, 360)),
        ((320, 180), (4, 100), (4, 2)),
        ((2, 2_000), (100, 100), (1, 100)),
    ],
)
def test_a_picture_fits_into_its_room(picture: tuple[int, int], room: tuple[int, int], wanted: tuple[int, int]) -> None:
    assert fitting(*picture, room) == wanted
    assert resized(plain(RED, *picture), wanted).shape == (wanted[1], wanted[0], 3)
