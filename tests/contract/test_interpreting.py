"""Who interprets and how long each may speak, as a stage says it; what no centre writes is not taken for one."""

import json
from dataclasses import replace

import pytest

from server_sync.contract.direction import has_marks, without_marks
from server_sync.contract.errors import MalformedBytes
from server_sync.contract.interpreting import INTERPRETERS_MOST, Bounds, Interpreter, Into, into_of
from server_sync.contract.meetings import MeetingAct, MeetingState, Stage, is_of_desk, read_stage, write_stage

STAGE = Stage(
    5,
    MeetingState.OPEN,
    20,
    interpreters=(Interpreter("guest-0a0b0c0d", Into.RU, 7), Interpreter("KG-C-ALA-00000001", Into.KY)),
    bounds=Bounds(300, 1_500),
)


def test_a_stage_says_who_interprets_and_how_long_each_may_speak() -> None:
    assert read_stage(write_stage(STAGE)) == STAGE


def test_a_stage_of_a_centre_of_before_has_neither() -> None:
    told = json.loads(write_stage(STAGE))
    del told["interpreters"], told["bounds"]
    assert read_stage(json.dumps(told)) == replace(STAGE, interpreters=(), bounds=Bounds())


def test_a_centre_of_before_counts_no_interpreters() -> None:
    told = json.loads(write_stage(STAGE))
    for one in told["interpreters"]:
        del one["number"]
    assert [one.number for one in read_stage(json.dumps(told)).interpreters] == [0, 0]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("interpreters", [{"who": "KG-C-ALA-00000001", "into": "en"}]),
        ("interpreters", [{"who": "x" * 33, "into": "ru"}]),
        ("interpreters", [{"who": "a", "into": "ru"}] * (INTERPRETERS_MOST + 1)),
        ("interpreters", "ru"),
        ("interpreters", [{"who": "a", "into": "ru", "number": -1}]),
        ("interpreters", [{"who": "a", "into": "ru", "number": True}]),
        ("interpreters", [{"who": "a", "into": "ru", "number": "1"}]),
        ("bounds", {"speaker_s": -1, "item_s": 0}),
        ("bounds", {"speaker_s": 10**9, "item_s": 0}),
        ("bounds", {"speaker_s": True, "item_s": 0}),
        ("bounds", None),
    ],
)
def test_what_no_centre_writes_is_refused(field: str, value: object) -> None:
    told = json.loads(write_stage(STAGE))
    told[field] = value
    with pytest.raises(MalformedBytes, match="stage_malformed"):
        read_stage(json.dumps(told))


def test_only_two_languages_are_interpreted_into() -> None:
    assert into_of("ru") is Into.RU
    assert into_of("en") is into_of("") is None


def test_an_interpreter_goes_over_to_the_other_language_and_only_the_desk_names_one() -> None:
    assert not is_of_desk(MeetingAct.INTERPRET_INTO)
    assert is_of_desk(MeetingAct.INTERPRET)
    assert is_of_desk(MeetingAct.SET_BOUND)


@pytest.mark.parametrize("mark", ["\u202e", "\u202a", "\u2066", "\u2069"])
def test_marks_that_turn_a_direction_are_taken_out_and_letters_stay(mark: str) -> None:
    assert has_marks(f"сөз{mark}")
    assert without_marks(f"{mark}сөз بسم{mark}") == "сөз بسم"
    assert not has_marks("сөз بسم")
