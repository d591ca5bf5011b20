"""Keeping what is typed in a dialog: a slow disk, a full one, and an act that takes the draft away."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from liaison_desktop.domain.errors import DiskFull
from liaison_desktop.ui.requests.keeping import Act, Keeping, KeepingActs
from liaison_desktop.ui.requests.values import ActTyped, KeptAct
from liaison_desktop.workplace import words
from server_sync.contract.errors import ContractError
from server_sync.contract.events import EventKind

ACT: Act = (b"a" * 32, EventKind.APPEAL_WITHDRAWN)
BLANK = ActTyped((("reason", ""),))
AT = datetime(2026, 11, 29, 8, tzinfo=UTC)


def said(text: str) -> ActTyped:
    return ActTyped((("reason", text),))


class Disk:
    """Answers when told to; counts how often a moment is waited for."""

    def __init__(self) -> None:
        self.holds: dict[Act, ActTyped] = {}
        self.on_way: list[tuple[Act, ActTyped, Callable[[datetime], None], Callable[[ContractError], None]]] = []
        self.pending: dict[str, Callable[[], object]] = {}
        self.waited: list[str] = []
        self.undo: Callable[[], None] = lambda: None
        self.shown = ""
        self.keeping = Keeping(
            KeepingActs(
                find=lambda act, found, _: found(KeptAct(self.holds[act], AT) if act in self.holds else None),
                keep=lambda *asked: self.on_way.append(asked),
                drop=lambda act: self.holds.pop(act, None),
                after=self._after,
                forget=lambda key: self.pending.pop(key, None),
                offer_undo=lambda _say, undo: setattr(self, "undo", undo),
            ),
            lambda say, _tone, _icon: setattr(self, "shown", say()),
        )
        self.keeping.begin(ACT, BLANK, None)

    def _after(self, key: str, _ms: int, act: Callable[[], object]) -> None:
        self.waited.append(key)
        self.pending[key] = act

    def pass_time(self) -> None:
        due, self.pending = self.pending, {}
        for act in due.values():
            act()

    def write(self, *, is_full: bool = False) -> None:
        on_way, self.on_way = self.on_way, []
        for act, typed, done, failed in on_way:
            if is_full:
                failed(DiskFull("disk_full"))
            else:
                self.holds[act] = typed
                done(AT)


@pytest.fixture
def disk() -> Disk:
    words.set_language("en")
    return Disk()


def test_typing_on_puts_nothing_off_and_goes_in_one_piece(disk: Disk) -> None:
    for length in range(1, 9):
        disk.keeping.typed(said("с" * length))
    assert disk.waited == ["keep act"]
    disk.pass_time()
    disk.keeping.typed(said("с" * 9))
    disk.pass_time()
    assert [typed for _, typed, _, _ in disk.on_way] == [said("с" * 8)], "the disk is slow"
    disk.write()
    disk.write()
    assert disk.holds[ACT] == said("с" * 9)
    assert disk.shown.startswith("Draft saved")


def test_what_a_full_disk_did_not_take_is_said_and_tried_again_after_the_dialog_is_closed(disk: Disk) -> None:
    disk.keeping.typed(said("сөз"))
    disk.pass_time()
    disk.write(is_full=True)
    assert (disk.shown, disk.keeping.is_unsaved) == ("The draft is not saved", True)
    disk.keeping.end()
    disk.write(is_full=True)
    found: list[KeptAct | None] = []
    disk.keeping.find(ACT, found.append, lambda _: None)
    assert found == [KeptAct(said("сөз"))]
    disk.pass_time()
    disk.write()
    assert (disk.holds[ACT], disk.keeping.is_unsaved) == (said("сөз"), False)


def test_nothing_is_written_after_the_act_was_sent_with_it(disk: Disk) -> None:
    disk.keeping.typed(said("сөз"))
    disk.keeping.send()
    assert [typed for _, typed, _, _ in disk.on_way] == [said("сөз")], "the store does it before the act"
    disk.keeping.typed(said("сөздөр"))
    disk.write()
    disk.pass_time()
    disk.keeping.sent()
    disk.keeping.end()
    assert disk.on_way == []


def test_after_a_refusal_one_types_on_and_it_is_kept(disk: Disk) -> None:
    disk.keeping.typed(said("сөз"))
    disk.keeping.send()
    disk.keeping.go_on()
    disk.keeping.typed(said("сөздөр"))
    disk.pass_time()
    disk.write()
    disk.keeping.end()
    disk.write()
    assert disk.holds[ACT] == said("сөздөр")


def test_throwing_away_can_be_taken_back_for_a_moment(disk: Disk) -> None:
    disk.keeping.typed(said("сөз"))
    disk.pass_time()
    disk.write()
    disk.keeping.discard()
    disk.keeping.end()
    assert ACT not in disk.holds
    disk.undo()
    disk.write()
    assert disk.holds[ACT] == said("сөз")
