"""What both sides read of a stage is what was told, and nothing else is taken for one."""

import contextlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_sync.contract import frames
from server_sync.contract.bodies import SEATS_MOST, SHORT_CHARACTERS, Words
from server_sync.contract.errors import MalformedBytes
from server_sync.contract.meetings import (
    HANDS_MOST,
    PEOPLE_MOST,
    STAGE_LIMIT_CHARACTERS,
    WHO_CHARACTERS,
    Desk,
    Hand,
    HandOrder,
    MeetingAct,
    MeetingCall,
    MeetingReply,
    MeetingState,
    Present,
    RunningVote,
    Seat,
    Stage,
    VoteAsked,
    read_desk,
    read_stage,
    site_of,
    who_of,
    write_desk,
    write_stage,
)

WHO = "W" * WHO_CHARACTERS
LARGE = 2**61
FULL = Stage(
    version=LARGE,
    state=MeetingState.CANCELLED,
    seats_most=SEATS_MOST,
    item=50,
    item_since_ms=LARGE,
    shown=WHO,
    order=HandOrder.LEAST,
    seats=(Seat(WHO, LARGE, is_silenced=True),) * SEATS_MOST,
    hands=(Hand(WHO, 50, is_reply=True, raised_ms=LARGE, spoken_s=10**6),) * HANDS_MOST,
    vote=RunningVote("f" * 32, Words(*("ү" * SHORT_CHARACTERS for _ in range(3))), LARGE, 200, 200, 200, 50, "a" * 64),
)
EVERYBODY = Desk((Present(WHO, is_let_in=True, is_connected=True, spoken_s=10**6),) * PEOPLE_MOST)

whole = st.integers(0, 2**62 - 1)
who = st.text(max_size=WHO_CHARACTERS)
line = st.text(max_size=20)
votes = st.builds(
    RunningVote,
    st.binary(min_size=16, max_size=16).map(bytes.hex),
    st.builds(Words, line, line, line),
    whole,
    whole,
    whole,
    whole,
    whole,
    st.just("") | st.binary(min_size=32, max_size=32).map(bytes.hex),
)
stages = st.builds(
    Stage,
    version=whole,
    state=st.sampled_from(MeetingState),
    seats_most=whole,
    item=whole,
    item_since_ms=whole,
    shown=who,
    order=st.sampled_from(HandOrder),
    seats=st.lists(st.builds(Seat, who, whole, st.booleans()), max_size=20).map(tuple),
    hands=st.lists(st.builds(Hand, who, whole, st.booleans(), whole, whole), max_size=20).map(tuple),
    vote=st.none() | votes,
)
junk: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


@given(stages)
def test_a_stage_is_read_as_it_was_told(stage: Stage) -> None:
    assert read_stage(write_stage(stage)) == stage


@given(st.lists(st.builds(Present, who, st.booleans(), st.booleans(), whole), max_size=20).map(tuple))
def test_what_the_desk_sees_is_read_as_it_was_told(present: tuple[Present, ...]) -> None:
    assert read_desk(write_desk(Desk(present))) == Desk(present)


@given(st.text(max_size=60))
def test_any_text_is_a_stage_or_refused_by_name(text: str) -> None:
    for read in (read_stage, read_desk):
        with pytest.raises(MalformedBytes, match="stage_malformed"):
            read(text)


@given(stages, st.data())
def test_a_stage_with_a_field_of_another_kind_is_refused_by_name_or_read(stage: Stage, data: st.DataObject) -> None:
    told = json.loads(write_stage(stage))
    of_vote = [told["vote"], told["vote"]["question"]] if told["vote"] else []
    inner = data.draw(st.sampled_from([told, *told["seats"], *told["hands"], *of_vote]))
    inner[data.draw(st.sampled_from(sorted(inner)))] = data.draw(junk)
    with contextlib.suppress(MalformedBytes):
        read_stage(json.dumps(told))


@pytest.mark.parametrize(
    "text", ["[" * 30_000, '{"version":' * 4_000, "9" * 40_000, " " * (STAGE_LIMIT_CHARACTERS + 1)]
)
def test_what_is_deep_or_long_is_refused_by_name(text: str) -> None:
    with pytest.raises(MalformedBytes, match="stage_malformed"):
        read_stage(text)


def test_the_fullest_stage_and_the_fullest_house_are_told_whole() -> None:
    reply = MeetingReply(write_stage(FULL), WHO, "wss://" + "u" * 290, "t" * 4_000, LARGE, write_desk(EVERYBODY), LARGE)
    again = frames.unpack(MeetingReply, frames.pack(reply))
    assert (read_stage(again.stage), read_desk(again.desk)) == (FULL, EVERYBODY)


def test_a_field_of_the_future_is_passed_over() -> None:
    told = json.loads(write_stage(FULL)) | {"votes": [1, 2]}
    assert read_stage(json.dumps(told)) == FULL


def test_a_stage_of_a_centre_that_knows_no_votes_is_read() -> None:
    told = json.loads(write_stage(FULL))
    del told["vote"]
    assert read_stage(json.dumps(told)) == replace(FULL, vote=None)


def test_a_vote_is_asked_for_as_it_is_said() -> None:
    asked = VoteAsked(Words(ru="Принять?"), is_secret=True, seconds=60, quorum=30)
    call = MeetingCall(bytes(16), bytes(16), MeetingAct.OPEN_VOTE, bytes(16), asked=asked)
    assert frames.unpack(MeetingCall, frames.pack(call)) == call


def test_a_call_says_what_it_says() -> None:
    call = MeetingCall(bytes(16), bytes(16), MeetingAct.RAISE_HAND, bytes(16), item=3, is_reply=True)
    assert frames.unpack(MeetingCall, frames.pack(call)) == call


def test_a_pc_is_called_by_its_site_and_its_epoch() -> None:
    assert who_of("KG-C-ALA", bytes.fromhex("00ff10ab") + bytes(12)) == "KG-C-ALA-00ff10ab"
    assert site_of("KG-C-ALA-00ff10ab") == "KG-C-ALA"
    assert (site_of(""), site_of("nobody")) == ("", "")
    assert len(who_of("S" * 16, bytes(16))) <= WHO_CHARACTERS
