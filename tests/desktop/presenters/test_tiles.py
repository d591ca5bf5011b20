"""Pictures lie on the canvas without touching each other, as large as there is room, in an order that stays."""

from itertools import combinations

import pytest

from liaison_desktop.ui.meetings.tiles import Box, Cell, Layout, canvas_size, in_order, lay

SIZES = [(856, 480), (560, 300), (1600, 720), (1920, 1080), (420, 640), (240, 135)]


def people(count: int) -> tuple[str, ...]:
    return tuple(f"KG-C-{number:03}-00000001" for number in range(count))


def boxes(cells: tuple[Cell, ...]) -> list[Box]:
    return [cell.picture for cell in cells] + [cell.name for cell in cells if cell.name is not None]


def touch(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("count", range(1, 21))
def test_pictures_lie_inside_the_canvas_and_over_no_other(count: int, layout: Layout, size: tuple[int, int]) -> None:
    cells = lay(people(count), layout, people(count)[0], *size)
    for box in boxes(cells):
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= size[0]
        assert box.y + box.height <= size[1]
        assert box.width > 0
        assert box.height > 0
    assert not any(touch(one, other) for one, other in combinations(boxes(cells), 2))


@pytest.mark.parametrize("size", [(856, 480), (1600, 720), (1920, 1080)])
@pytest.mark.parametrize("count", range(1, 21))
def test_the_grid_shows_everybody_in_the_order_of_the_seats_and_sixteen_to_nine(
    count: int, size: tuple[int, int]
) -> None:
    cells = lay(people(count), Layout.GRID, "", *size)
    assert tuple(cell.who for cell in cells) == people(count)
    assert len({(cell.picture.width, cell.picture.height) for cell in cells}) == 1
    assert all(abs(cell.picture.width * 9 - cell.picture.height * 16) <= 16 for cell in cells)


def test_twenty_pictures_stand_in_five_columns_of_four() -> None:
    cells = lay(people(20), Layout.GRID, "", 1896, 1010)
    assert len({cell.picture.x for cell in cells}) == 5
    assert len({cell.picture.y for cell in cells}) == 4


def test_the_speaker_is_large_and_the_others_keep_their_order_below() -> None:
    everybody = people(6)
    cells = lay(everybody, Layout.SPEAKER, everybody[3], 856, 580)
    assert cells[0].who == everybody[3]
    assert cells[0].is_large
    assert [cell.who for cell in cells[1:]] == [who for who in everybody if who != everybody[3]]
    assert cells[0].picture.width > 4 * cells[1].picture.width
    assert all(cell.picture.y > cells[0].picture.y + cells[0].picture.height for cell in cells[1:])


def test_of_more_than_find_room_the_own_picture_is_among_the_shown() -> None:
    everybody = people(20)
    cells = lay(everybody, Layout.SPEAKER, everybody[0], 560, 400)
    assert len(cells) < 20
    assert cells[-1].who == everybody[-1]


def test_one_alone_takes_the_whole_canvas() -> None:
    (cell,) = lay(people(1), Layout.SPEAKER, "", 1280, 720)
    assert cell.picture == Box(0, 0, 1280, 720)
    assert cell.is_large


def test_who_comes_or_goes_moves_nobody_before_him() -> None:
    before = [cell.who for cell in lay(people(5), Layout.GRID, "", 1280, 720)]
    after = [cell.who for cell in lay(people(6), Layout.GRID, "", 1280, 720)]
    assert after[:5] == before


def test_the_own_picture_is_the_last_and_only_where_one_has_a_seat() -> None:
    assert in_order(("b", "own", "a"), "own") == ("b", "a", "own")
    assert in_order(("b", "a"), "own") == ("b", "a")


@pytest.mark.parametrize("size", [(3840, 2160), (2560, 1000), (1000, 4000), (856, 480), (0, 0)])
def test_the_canvas_is_never_larger_than_the_ring(size: tuple[int, int]) -> None:
    width, height = canvas_size(*size)
    assert 1 <= width <= 1920
    assert 1 <= height <= 1080
    if min(size):
        assert abs(width / height - size[0] / size[1]) < 0.02
