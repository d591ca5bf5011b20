"""The one picture: who stands where in it, and that they are to be recognised there by picture and name."""

import numpy as np
import pytest

from server_sync.meetings.broadcast.labels import Labels
from server_sync.meetings.broadcast.mixing import GATHERED_S, PIECE, RATE, Voices
from server_sync.meetings.broadcast.mosaic import GROUND, HEIGHT, NO_PICTURE, WIDTH, Mosaic, Picture, lay_out

PEOPLE = tuple(f"KG-C-{n:02}" for n in range(20))


def picture(bright: int, width: int = 640, height: int = 360) -> Picture:
    half = (width + 1) // 2 * ((height + 1) // 2)
    return Picture.of(bytes([bright]) * (width * height) + bytes([90]) * half + bytes([200]) * half, width, height)


@pytest.mark.parametrize("has_large", [False, True])
@pytest.mark.parametrize("many", range(21))
def test_nobody_stands_over_another_or_outside(many, has_large):
    whole = np.zeros((HEIGHT, WIDTH), np.uint8)
    tiles = lay_out(PEOPLE[:many], has_large=has_large)
    for tile in tiles:
        assert not any(one % 2 for one in (tile.x, tile.y, tile.width, tile.height))
        room = whole[tile.y : tile.y + tile.height, tile.x : tile.x + tile.width]
        assert room.shape == (tile.height, tile.width)
        room += 1
    assert whole.max(initial=0) <= 1
    assert len(tiles) == min(many, 8)


def test_the_first_is_the_largest_where_somebody_is_shown_large():
    first, *others = lay_out(PEOPLE, has_large=True)
    assert first.who == PEOPLE[0]
    assert all(first.width > 2 * one.width for one in others)


def test_four_have_places_of_equal_size_where_nobody_is():
    assert len({(one.width, one.height) for one in lay_out(PEOPLE[:4], has_large=False)}) == 1


def brightness(mosaic: Mosaic, x: int, y: int) -> int:
    return int(mosaic.compose()[y, x])


def test_a_picture_fills_its_place_in_its_own_shape():
    mosaic = Mosaic(Labels(), "")
    mosaic.lay(lay_out(PEOPLE[:1], has_large=False), {})
    mosaic.show(PEOPLE[0], picture(200))
    assert {brightness(mosaic, x, y) for x in (0, WIDTH - 1) for y in (0, HEIGHT - 1)} == {200}
    mosaic.show(PEOPLE[0], picture(200, 90, 160))
    assert (brightness(mosaic, WIDTH // 2, 5), brightness(mosaic, 5, HEIGHT // 2)) == (200, GROUND[0])


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (641, 361), (1919, 3), (2, 2000)])
def test_a_picture_of_any_size_can_be_laid(size):
    mosaic = Mosaic(Labels(), "")
    mosaic.lay(lay_out(PEOPLE[:8], has_large=True), {})
    for who in PEOPLE[:8]:
        mosaic.show(who, picture(200, *size))
    assert mosaic.compose().shape == (HEIGHT * 3 // 2, WIDTH)


def test_one_filmed_with_the_telephone_upright_stands_upright():
    import cv2

    turned = picture(200, 640, 360).turned(cv2.ROTATE_90_CLOCKWISE)
    assert (turned.bright.shape, turned.colours[0].shape) == ((640, 360), (320, 180))


def test_who_sends_no_picture_any_more_is_shown_no_more():
    mosaic = Mosaic(Labels(), "")
    mosaic.lay(lay_out(PEOPLE[:1], has_large=False), {})
    mosaic.show(PEOPLE[0], picture(200))
    assert brightness(mosaic, 320, 100) == 200
    mosaic.hide(PEOPLE[0])
    assert brightness(mosaic, 320, 100) == NO_PICTURE[0]
    mosaic.lay((), {})
    assert brightness(mosaic, 320, 100) == GROUND[0]


def test_names_stand_under_the_pictures_with_the_letters_of_kyrgyz():
    mosaic = Mosaic(Labels(), "")
    tiles = lay_out(PEOPLE[:1], has_large=False)

    def written(name: str) -> bytes:
        mosaic.lay(tiles, {PEOPLE[0]: name})
        mosaic.show(PEOPLE[0], picture(60))
        whole = mosaic.compose()
        assert int(whole[:300].max()) <= 128
        return whole[300:HEIGHT].tobytes()

    told = [written(name) for name in ("", "Ң", "Н", "Ө", "О", "Ү", "У")]
    assert len(set(told)) == len(told)
    assert max(told[1]) == 235


def test_a_name_that_is_too_long_is_shortened():
    label = Labels().of("Жалал-Абад облустук бөлүмү " * 3, 11, 160)
    assert 100 < label.white.shape[1] <= 160


def wave(hertz: float, seconds: float) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    return (np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE) * 0.4).astype(np.float32)


def test_all_voices_are_heard_together_and_never_beyond_what_sound_can_be():
    voices = Voices()
    for who in PEOPLE[:5]:
        voices.add(who, np.full(RATE // 4, 0.4, np.float32))
    assert voices.mix().max() == 1
    for who in PEOPLE[2:5]:
        voices.forget(who)
    assert voices.mix().max() == pytest.approx(0.8)


def test_a_voice_that_comes_too_fast_is_not_heard_ever_later():
    voices = Voices()
    for _ in range(100):
        voices.add("a", np.ones(RATE // 20, np.float32))
    heard = sum(bool(voices.mix().any()) for _ in range(100))
    assert heard * PIECE / RATE < 0.6


def test_a_voice_is_gathered_a_moment_before_it_is_heard():
    voices = Voices()
    voices.add("a", np.ones(int(GATHERED_S * RATE) - 1, np.float32))
    assert not voices.mix().any()
    voices.add("a", np.ones(1, np.float32))
    assert voices.mix().all()
