"""Every message comes out as it went in; anything else on the pipe is no message."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison_desktop.meetings.faults import Fault, Part
from liaison_desktop.meetings.messages import (
    LINE_LIMIT_BYTES,
    SCREENS_MOST,
    THUMBNAIL_MOST,
    TILES_MOST,
    TOPIC_MOST,
    Asked,
    Broken,
    ChatSays,
    Device,
    Devices,
    Display,
    Displays,
    Heard,
    InRoom,
    Level,
    ListScreens,
    May,
    Melody,
    NotAMessage,
    Nudged,
    People,
    Person,
    Ping,
    PlayMelody,
    Pong,
    Recording,
    RecordingStage,
    RecordSample,
    RoomSays,
    RoomStage,
    RoomWish,
    Seen,
    Shared,
    State,
    Tile,
    Told,
    Wish,
    read_asked,
    read_told,
    write,
)

ASKED: tuple[Asked, ...] = (
    Wish(),
    Wish("USB-камера HD", "Микрофон\nүн", "a\u2028b", 1, 8192, mirrored=False),
    Wish(
        width=1920,
        height=1080,
        room=RoomWish("wss://жыйын.example", "ey.J", camera=True, microphone=False, sound=True),
        tiles=(Tile("", 0, 0, 960, 540), Tile("KG-O-OSH", 960, 540, 960, 540)),
    ),
    Wish(room=RoomWish("ws://127.0.0.1:1", "", camera=False, microphone=True, sound=False, screen=True)),
    Ping(7),
    PlayMelody(),
    RecordSample(),
    ListScreens(),
    Wish(room=RoomWish("ws://a", "t", True, True, True, screen=True, display="2", key="0f" * 32, key_number=3)),
)
TOLD: tuple[Told, ...] = (
    Pong(7),
    Devices(Part.CAMERA, ()),
    Devices(Part.SPEAKER, (Device("колонка", "Колонка"), Device("b", "B"))),
    State(Part.MICROPHONE, "m", Fault.MICROPHONE_SILENT),
    State(Part.CAMERA, "c"),
    Level(-312, -40),
    Melody(playing=True),
    Recording(RecordingStage.PLAYING),
    InRoom(RoomStage.IN),
    InRoom(RoomStage.REMOVED, "duplicate"),
    People(()),
    People((Person("", True, False, False, 3), Person("KG-O-OSH", False, True, True, 0))),
    May(publish=True),
    RoomSays('{"тема":"\u0001"}'),
    Nudged("hand"),
    ChatSays("[]"),
    Seen("KG-O-OSH", 20, 960, 540),
    Shared(shared=True),
    Shared(shared=False, possible=False),
    People((Person("KG-O-OSH", True, True, False, 2, is_sharing=True),)),
    Displays(()),
    Displays((Display("1", 1920, 1080, "a" * THUMBNAIL_MOST),) * SCREENS_MOST),
    Heard(440),
    Broken("ValueError: слово"),
)


@pytest.mark.parametrize("message", ASKED, ids=repr)
def test_what_is_asked_comes_out_as_it_went_in(message: Asked) -> None:
    line = write(message)
    assert line.count(b"\n") == 1
    assert read_asked(line) == message


@pytest.mark.parametrize("message", TOLD, ids=repr)
def test_what_is_told_comes_out_as_it_went_in(message: Told) -> None:
    assert read_told(write(message)) == message


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"null\n",
        b"[]\n",
        b'{"kind":"wish"}\n',
        b'{"kind":"unheard of"}\n',
        b'{"kind":["ping"],"number":1}\n',
        b'{"kind":"ping","number":true}\n',
        b'{"kind":"ping","number":1.0}\n',
        b'{"kind":"ping","number":1,"more":2}\n',
        b'{"kind":"pong","number":1}\n',
        b"\xff\xfe\n",
        b"[" * 60_000,
        write(Wish()).replace(b"640", b"0"),
        write(Wish()).replace(b"640", b"8193"),
        write(Wish()).replace(b'"room":null', b'"room":["ws://a","t",1,true,true,true,"","",0]'),
        write(Wish()).replace(b'"room":null', b'"room":["ws://a","t",true]'),
        write(Wish()).replace(b'"room":null', b'"room":"ws://a"'),
        write(Wish()).replace(b'"room":null', b'"room":["ws://a","t",true,true,true,true,"","0f",1]'),
        write(Wish()).replace(b'"room":null', b'"room":["ws://a","t",true,true,true,true,"","' + b"g" * 64 + b'",1]'),
        write(Wish()).replace(b'"room":null', b'"room":["ws://a","t",true,true,true,true,"","",-1]'),
        write(Wish()).replace(b'"tiles":[]', b'"tiles":[["a",0,0,0,9]]'),
        write(Wish()).replace(b'"tiles":[]', b'"tiles":[["a",-1,0,9,9]]'),
        write(Wish()).replace(b'"tiles":[]', b'"tiles":[["a",0,0,9]]'),
        write(Wish(tiles=(Tile("a", 0, 0, 9, 9),) * (TILES_MOST + 1))),
        b'{"kind":"ping","number":' + b"1" * LINE_LIMIT_BYTES + b"}",
    ],
)
def test_what_is_no_message_is_refused(line: bytes) -> None:
    with pytest.raises(NotAMessage):
        read_asked(line)


@pytest.mark.parametrize(
    "line",
    [
        write(Nudged("a" * (TOPIC_MOST + 1))),
        write(People((Person("a", True, True, True, 4),))),
        b'{"kind":"people","people":[["a",true,true,true]]}',
        b'{"kind":"in_room","stage":"nowhere","why":""}',
        write(Displays((Display("1", 1, 1, ""),) * (SCREENS_MOST + 1))),
        write(Displays((Display("1", 1, 1, "a" * (THUMBNAIL_MOST + 1)),))),
        b'{"kind":"room_says","metadata":{}}',
    ],
)
def test_what_nobody_tells_is_refused(line: bytes) -> None:
    with pytest.raises(NotAMessage):
        read_told(line)


def test_all_that_can_stand_written_at_a_room_passes_uncut() -> None:
    for letter in ('"', "\u0001", "ң"):
        said = RoomSays(letter * (65_536 // len(letter.encode())))
        assert read_told(write(said)) == said


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda one: st.lists(one), max_leaves=6))
def test_a_tile_or_a_person_of_another_kind_never_reaches_who_reads(value: object) -> None:
    for read, line in (
        (read_asked, write(Wish()).replace(b'"tiles":[]', b'"tiles":' + json.dumps(value).encode())),
        (read_asked, write(Wish()).replace(b'"room":null', b'"room":' + json.dumps(value).encode())),
        (read_told, b'{"kind":"people","people":' + json.dumps(value).encode() + b"}"),
    ):
        try:
            found = read(line)
        except NotAMessage:
            continue
        assert found in (Wish(), People(())), value


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda one: st.lists(one), max_leaves=6))
def test_a_field_of_another_kind_never_reaches_who_reads(value: object) -> None:
    line = json.dumps({"kind": "devices", "part": "camera", "devices": value}).encode()
    try:
        told = read_told(line)
    except NotAMessage:
        return
    assert isinstance(told, Devices)
    assert {type(text) for one in told.devices for text in (one.code, one.name)} <= {str}
