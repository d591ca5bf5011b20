"""The media process is there as long as it is wanted, whatever becomes of it; a clock of its own makes this quick."""

from dataclasses import dataclass, field

from liaison_desktop.meetings.faults import Part
from liaison_desktop.meetings.messages import (
    Asked,
    Broken,
    Ping,
    PlayMelody,
    Pong,
    State,
    Told,
    Wish,
    read_asked,
    write,
)
from liaison_desktop.meetings.supervising import BEGINNING_MS, ENDING_MS, HUNG_MS, PAUSES_MS, Supervisor


@dataclass
class StandInChild:
    """Answers each question while it is well; `said` is what it was told."""

    is_well: bool = True
    gone: bool = False
    killed: bool = False
    closed: bool = False
    left: bool = False
    said: list[Asked] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)

    def send(self, line: bytes) -> None:
        message = read_asked(line)
        self.said.append(message)
        if isinstance(message, Ping) and self.is_well:
            self.lines.append(write(Pong(message.number)))

    def take(self) -> tuple[bytes, ...]:
        lines, self.lines = tuple(self.lines), []
        return lines

    def has_ended(self) -> bool:
        return self.gone or self.killed

    def leave(self) -> None:
        self.left = True
        self.gone = self.is_well

    def kill(self) -> None:
        self.killed = True

    def close(self) -> None:
        self.closed = True

    @property
    def wishes(self) -> list[Wish]:
        return [one for one in self.said if isinstance(one, Wish)]


class House:
    """A supervisor, its clock, and all the children it had."""

    def __init__(self) -> None:
        self.now = 0
        self.children: list[StandInChild] = []
        self.begun_at: list[int] = []
        self.heard: list[Told] = []
        self.lost: list[str] = []
        self.makes_well = True
        self.supervisor = Supervisor(
            self._start, now_ms=lambda: self.now, hear=self.heard.append, lost=self.lost.append
        )

    def _start(self) -> StandInChild:
        self.children.append(StandInChild(is_well=self.makes_well))
        self.begun_at.append(self.now)
        return self.children[-1]

    def live(self, duration_ms: int) -> None:
        for _ in range(duration_ms // 50):
            self.now += 50
            self.supervisor.tick()


def test_nothing_is_started_before_it_is_wanted() -> None:
    house = House()
    house.live(5_000)
    assert house.children == []
    assert house.supervisor.is_idle


def test_a_healthy_one_is_left_alone_and_told_each_wish_once() -> None:
    house = House()
    house.supervisor.want(Wish(camera="a"))
    house.supervisor.want(Wish(camera="a"))
    house.live(60_000)
    house.supervisor.want(Wish(camera="b"))
    assert len(house.children) == 1
    assert [one.camera for one in house.children[0].wishes] == ["a", "b"]
    assert house.lost == []


def test_one_that_ended_is_replaced_at_once_and_told_the_last_wish() -> None:
    house = House()
    house.supervisor.want(Wish(camera="a"))
    house.supervisor.want(Wish(camera="b"))
    house.live(20_000)
    house.children[0].gone = True
    house.live(150)
    assert [one.camera for one in house.children[1].wishes] == ["b"]
    assert house.children[0].closed
    assert house.lost == ["ended"]


def test_one_that_does_not_answer_is_ended_and_replaced() -> None:
    house = House()
    house.supervisor.want(Wish())
    house.live(20_000)
    house.children[0].is_well = False
    house.live(HUNG_MS + 1_000)
    assert house.children[0].killed
    assert len(house.children) == 2


def test_the_first_answer_may_take_long_as_on_an_old_disk() -> None:
    house = House()
    house.makes_well = False
    house.supervisor.want(Wish())
    house.live(BEGINNING_MS - 500)
    assert len(house.children) == 1
    house.live(1_000)
    assert house.children[0].killed


def test_a_window_that_stood_still_does_not_blame_the_process() -> None:
    house = House()
    house.supervisor.want(Wish())
    house.live(1_000)
    house.now += 30_000
    house.supervisor.tick()
    house.live(1_000)
    assert len(house.children) == 1


def test_one_that_dies_again_and_again_is_begun_with_growing_pauses_and_never_given_up() -> None:
    house = House()
    house.supervisor.want(Wish())
    for _ in range(2_000):
        house.live(50)
        house.children[-1].gone = True
    pauses = [after - before for before, after in zip(house.begun_at, house.begun_at[1:], strict=False)]
    assert pauses == sorted(pauses)
    assert max(pauses) <= PAUSES_MS[-1] + 200
    assert pauses[-1] >= PAUSES_MS[-1]


def test_words_of_another_version_end_the_process() -> None:
    house = House()
    house.supervisor.want(Wish())
    house.live(100)
    house.children[0].lines.append(b'{"kind":"hello"}\n')
    house.live(100)
    assert house.children[0].killed
    assert house.lost == ["speaks otherwise"]


def test_a_fault_of_its_own_is_told_and_it_is_replaced() -> None:
    house = House()
    house.supervisor.want(Wish())
    house.live(100)
    house.children[0].lines.append(write(Broken("CameraStuck: a")))
    house.live(100)
    assert house.lost == ["CameraStuck: a"]
    assert len(house.children) == 2


def test_what_is_told_is_heard_in_its_order_and_answers_are_not() -> None:
    house = House()
    house.supervisor.want(Wish())
    told = [State(Part.CAMERA, "a"), State(Part.CAMERA, "b")]
    house.children[0].lines += [write(one) for one in told]
    house.live(2_000)
    assert house.heard == told


def test_when_it_is_no_longer_wanted_it_goes_and_nothing_is_left() -> None:
    house = House()
    house.supervisor.want(Wish())
    house.live(1_000)
    house.supervisor.end()
    assert house.children[0].left
    assert not house.supervisor.is_idle
    house.live(100)
    assert house.children[0].closed
    assert house.supervisor.is_idle


def test_one_that_does_not_go_by_itself_is_ended() -> None:
    house = House()
    house.supervisor.want(Wish())
    house.live(1_000)
    house.children[0].is_well = False
    house.supervisor.end()
    house.live(ENDING_MS + 100)
    assert house.children[0].killed
    assert house.supervisor.is_idle


def test_coming_back_at_once_has_a_process_of_its_own() -> None:
    house = House()
    house.supervisor.want(Wish(camera="a"))
    house.live(1_000)
    house.supervisor.end()
    house.supervisor.want(Wish(camera="a"))
    house.live(100)
    assert len(house.children) == 2
    assert house.children[1].wishes == [Wish(camera="a")]


def test_what_is_asked_of_nobody_is_asked_in_vain() -> None:
    house = House()
    house.supervisor.play()
    house.supervisor.record()
    house.supervisor.begin_anew()
    house.supervisor.want(Wish())
    house.supervisor.play()
    assert PlayMelody() in house.children[0].said
    assert len(house.children) == 1


def test_beginning_anew_takes_leave_of_the_old_one() -> None:
    house = House()
    house.supervisor.want(Wish(camera="a"))
    house.live(500)
    house.supervisor.begin_anew()
    assert house.children[0].left
    assert house.children[1].wishes == [Wish(camera="a")]
    assert house.lost == []
