"""Every message comes out as it went in; anything else on the pipe is no message."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison_desktop.meetings.faults import Fault, Part
from liaison_desktop.meetings.messages import (
    LINE_LIMIT_BYTES,
    Asked,
    Broken,
    Device,
    Devices,
    Level,
    Melody,
    NotAMessage,
    Ping,
    PlayMelody,
    Pong,
    Recording,
    RecordingStage,
    RecordSample,
    State,
    Told,
    Wish,
    read_asked,
    read_told,
    write,
)

ASKED: tuple[Asked, ...] = (
    Wish(),
    Wish("USB-камера HD", "Микрофон\nүн", "a\u2028b", 1, 8192, mirrored=False),
    Ping(7),
    PlayMelody(),
    RecordSample(),
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
        b'{"kind":"ping","number":' + b"1" * LINE_LIMIT_BYTES + b"}",
    ],
)
def test_what_is_no_message_is_refused(line: bytes) -> None:
    with pytest.raises(NotAMessage):
        read_asked(line)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda one: st.lists(one), max_leaves=6))
def test_a_field_of_another_kind_never_reaches_who_reads(value: object) -> None:
    line = json.dumps({"kind": "devices", "part": "camera", "devices": value}).encode()
    try:
        told = read_told(line)
    except NotAMessage:
        return
    assert isinstance(told, Devices)
    assert {type(text) for one in told.devices for text in (one.code, one.name)} <= {str}
