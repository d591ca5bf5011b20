"""What the bar says of the draft is true at every moment, and typing on puts nothing off."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from liaison_desktop.domain.drafts import AppealDraft
from liaison_desktop.domain.errors import DiskFull
from liaison_desktop.ui.reception.filling import draft_of, values_of
from liaison_desktop.ui.reception.values import FormValues
from liaison_desktop.ui.widgets.chooser import Choice
from liaison_desktop.workplace import words
from server_sync.contract.errors import ContractError
from server_sync.contract.identifiers import uuid7
from tests.desktop.presenters.test_reception import NOW, Counter


class SlowCounter(Counter):
    """Its disk answers when told to; it counts how often a moment is waited for."""

    def __init__(self) -> None:
        self.on_way: list[tuple[AppealDraft, Callable[[datetime], None], Callable[[ContractError], None]]] = []
        self.waited: list[str] = []
        super().__init__()
        acts = self.presenter._acts

        def after(key: str, _ms: int, act: Callable[[], object]) -> None:
            self.waited.append(key)
            self.pending[key] = act

        slow = replace(acts, save_draft=lambda *asked: self.on_way.append(asked), after=after)
        self.presenter._acts = slow

    def bar(self) -> str:
        return str(self.view.said["show_saved"][0]())


@pytest.fixture
def counter() -> SlowCounter:
    words.set_language("en")
    made = SlowCounter()
    made.presenter.start()
    return made


def test_typing_on_does_not_put_off_the_writing(counter: SlowCounter) -> None:
    for length in range(1, 20):
        counter.type(text="с" * length)
    assert counter.waited.count("save") == 1
    counter.pass_time()
    assert [draft.text for draft, _, _ in counter.on_way] == ["с" * 19]


def test_the_bar_says_kept_only_when_what_stands_there_is_kept(counter: SlowCounter) -> None:
    counter.type(text="су")
    assert counter.bar() == "Being saved"
    counter.pass_time()
    counter.type(text="суу")
    counter.on_way.pop(0)[1](NOW)
    assert counter.bar() == "Being saved"
    counter.pass_time()
    counter.on_way.pop(0)[1](NOW)
    assert counter.bar() == "Draft saved: 14:00"


def test_on_a_slow_disk_one_writing_at_a_time_is_under_way_and_the_newest_follows(counter: SlowCounter) -> None:
    for length in range(1, 6):
        counter.type(text="с" * length)
        counter.pass_time()
    assert len(counter.on_way) == 1
    counter.on_way.pop(0)[1](NOW)
    assert [draft.text for draft, _, _ in counter.on_way] == ["с" * 5]


def test_what_waits_behind_a_slow_writing_is_written_before_another_draft_is_opened(counter: SlowCounter) -> None:
    counter.type(text="с")
    counter.pass_time()
    counter.type(text="суу")
    counter.pass_time()
    counter.presenter.new()
    assert [draft.text for draft, _, _ in counter.on_way] == ["с", "суу"]


def test_a_writing_that_failed_is_said_until_one_succeeds_and_is_tried_again_by_itself(counter: SlowCounter) -> None:
    counter.type(text="суу")
    counter.pass_time()
    counter.on_way.pop(0)[2](DiskFull("disk_full"))
    counter.type(text="суу ж")
    assert counter.bar() == "The draft is not saved"
    assert "save again" in counter.pending
    counter.pass_time()
    counter.on_way.pop()[1](NOW)
    assert counter.bar() == "Draft saved: 14:00"
    assert "hide_message" in counter.view.said


def test_a_draft_that_was_not_written_stays_unsaved_while_another_one_is(counter: SlowCounter) -> None:
    counter.type(text="суу")
    counter.pass_time()
    counter.on_way.pop(0)[2](DiskFull("disk_full"))
    counter.presenter.new()
    counter.on_way.clear()
    counter.type(text="жол")
    counter.pass_time()
    assert [draft.text for draft, _, _ in counter.on_way] == ["суу"]  # tried again although another stands in the form
    counter.on_way.pop(0)[2](DiskFull("disk_full"))
    counter.presenter.save_now()
    assert [draft.text for draft, _, _ in counter.on_way] == ["жол"]
    counter.on_way.pop(0)[1](NOW)
    assert counter.presenter.is_unsaved
    counter.pass_time()
    assert [draft.text for draft, _, _ in counter.on_way] == ["суу"]
    counter.on_way.pop(0)[1](NOW)
    assert not counter.presenter.is_unsaved


@pytest.mark.parametrize(
    "values",
    [
        FormValues(as_typed=(("addressee", "акимия"), ("category.2", "суу"), ("territory", "Ала"))),
        FormValues(pin="10101198899656", no_pin_reason="башка өлкөнүн жараны"),
        FormValues(is_collective=False, signatories="Асанов\nҮсөнов", signatories_count="12"),
        FormValues(is_collective=True, signatories="Асанов\n\nҮсөнов\n", signatories_count="он эки"),
    ],
)
def test_what_is_no_value_of_a_request_stands_in_the_form_again_as_it_was_typed(values: FormValues) -> None:
    draft = draft_of(values, AppealDraft(draft_id=uuid7()))
    assert not draft.is_empty
    said = {name: (lambda code: Choice(code, code)) for name in ("addressee", "category", "territory")}
    assert values_of(draft, **said) == values
