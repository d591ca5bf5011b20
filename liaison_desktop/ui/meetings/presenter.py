"""Decides what the Meetings screen says of camera, microphone, speaker and line, and what is wished for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

from liaison_desktop.meetings.faults import Fault, Part
from liaison_desktop.meetings.messages import (
    Device,
    Devices,
    Level,
    Melody,
    Recording,
    RecordingStage,
    State,
    Told,
    Wish,
)
from liaison_desktop.sync.news import LineNews
from liaison_desktop.ui.meetings import telling
from liaison_desktop.ui.meetings.values import LineVerdict, NoPicture, Verdict

HEARD_ABOVE: Final = -450
"""Tenths of dBFS: a voice an arm's length away is louder, the noise of a room is not."""
HEARD_TIMES: Final = 4
"""So often within the levels kept, which is a fifth of a second: a syllable, and no click."""
CLIPPED_ABOVE: Final = -5
CLIPPED_TIMES: Final = 3
LEVELS_KEPT: Final = 200
"""Ten seconds."""
LOUDEST_OF_BARS: Final = 0
QUIETEST_OF_BARS: Final = -600
FAILED_TIMES: Final = 3
"""Started so often without a picture, it is said that it does not start."""


class MeetingsView(Protocol):
    """What the presenter needs of the screen."""

    def show_devices(self, part: Part, devices: tuple[Device, ...], code: str) -> None: ...
    def show_verdict(self, part: Part, verdict: Verdict) -> None: ...
    def show_no_picture(self, instead: NoPicture | None) -> None: ...
    def show_level(self, part: float) -> None: ...
    def show_ready(self, *, play: bool, record: bool) -> None: ...
    def show_line(self, line: LineVerdict) -> None: ...


@dataclass(frozen=True, slots=True)
class MeetingsActs:
    """What the presenter may ask for."""

    want: Callable[[Wish], None]
    end: Callable[[], None]
    play: Callable[[], None]
    record: Callable[[], None]
    begin_anew: Callable[[], None]
    chosen: Callable[[Part], str]
    keep: Callable[[Part, str], None]


class MeetingsPresenter:
    """The screen is open between ``open`` and ``leave``; only then is there a media process."""

    def __init__(self, view: MeetingsView, acts: MeetingsActs) -> None:
        self._view, self._acts = view, acts
        self._wish = Wish()
        self._is_open = False
        self._devices: dict[Part, tuple[Device, ...]] = {}
        self._used: dict[Part, str] = {}
        self._faults: dict[Part, Fault | None] = {}
        self._levels: deque[Level] = deque(maxlen=LEVELS_KEPT)
        self._playing = self._has_played = False
        self._stage = RecordingStage.ENDED
        self._lost = 0
        self._news: LineNews | None = None
        self._is_measured = False

    def open(self) -> None:
        """The person came to the screen: camera and sound on."""
        self._is_open = True
        self._forget()
        self._lost = 0
        chosen = self._acts.chosen
        self._wish = replace(
            self._wish,
            camera=chosen(Part.CAMERA),
            microphone=chosen(Part.MICROPHONE),
            speaker=chosen(Part.SPEAKER),
        )
        self._show()
        self._acts.want(self._wish)

    def leave(self) -> None:
        """The person went elsewhere: camera and sound off."""
        self._is_open = False
        self._acts.end()

    def sized(self, width: int, height: int) -> None:
        """The room for the picture is another."""
        self._wish = replace(self._wish, width=max(1, width), height=max(1, height))
        if self._is_open:
            self._acts.want(self._wish)

    def choose(self, part: Part, code: str) -> None:
        """Use this device, now and the next time."""
        self._acts.keep(part, code)
        match part:
            case Part.CAMERA:
                self._wish = replace(self._wish, camera=code)
            case Part.MICROPHONE:
                self._wish = replace(self._wish, microphone=code)
                self._levels.clear()
            case Part.SPEAKER:
                self._wish = replace(self._wish, speaker=code)
                self._has_played = False
        self._faults.pop(part, None)
        self._show_part(part)
        self._acts.want(self._wish)

    def play(self) -> None:
        """Play the melody."""
        if self._may_play:
            self._acts.play()

    def record(self) -> None:
        """Record three seconds and play them."""
        if self._may_record:
            self._acts.record()

    def look_again(self) -> None:
        """Look for devices anew."""
        self._forget()
        self._lost = 0
        self._show()
        self._acts.begin_anew()

    # what is heard

    def heard(self, told: Told) -> None:
        """The media process says something."""
        if not self._is_open:
            return
        match told:
            case Devices(part, devices):
                self._devices[part] = devices
                self._show_devices(part)
            case State(part, device, fault):
                self._used[part], self._faults[part] = device, fault
                if part is Part.CAMERA and fault is None:
                    self._lost = 0
                self._show_devices(part)
                self._show_part(part)
            case Level():
                self._hear_level(told)
            case Melody(playing):
                self._playing = playing
                self._has_played = self._has_played or playing
                self._show_part(Part.SPEAKER)
            case Recording(stage):
                self._stage = stage
                self._show_part(Part.MICROPHONE)
            case _:
                return

    def lost(self) -> None:
        """The media process ended by itself and is started again."""
        self._lost += 1
        self._forget()
        if self._is_open:
            self._show()

    def line(self, news: LineNews) -> None:
        """News of the line."""
        self._news = news
        self._view.show_line(telling.line(news, is_measured=self._is_measured))

    def line_measured(self) -> None:
        """The centre answered a measurement of the line, perhaps before the first exchange."""
        self._is_measured = True
        if self._news is not None:
            self.line(self._news)

    # inner

    @property
    def _is_recording(self) -> bool:
        return self._stage is not RecordingStage.ENDED

    @property
    def _may_play(self) -> bool:
        return bool(self._used.get(Part.SPEAKER)) and not self._playing and not self._is_recording

    @property
    def _may_record(self) -> bool:
        hears = self._faults.get(Part.MICROPHONE) in (None, Fault.MICROPHONE_SILENT)
        return bool(self._used.get(Part.MICROPHONE)) and hears and not self._is_recording

    def _forget(self) -> None:
        self._used.clear()
        self._faults.clear()
        self._levels.clear()
        self._playing = False
        self._stage = RecordingStage.ENDED

    def _show(self) -> None:
        for part in Part:
            self._show_part(part)
        self._view.show_level(0)

    def _show_devices(self, part: Part) -> None:
        used = self._used.get(part) or getattr(self._wish, part.value)
        self._view.show_devices(part, self._devices.get(part, ()), used)

    def _show_part(self, part: Part) -> None:
        self._view.show_verdict(part, self._verdict(part))
        if part is Part.CAMERA:
            self._view.show_no_picture(self._no_picture())
        else:
            self._view.show_ready(play=self._may_play, record=self._may_record)
        if part is Part.MICROPHONE and self._faults.get(part) is not None:
            self._view.show_level(0)

    def _verdict(self, part: Part) -> Verdict:
        fault = self._faults.get(part)
        if part is Part.MICROPHONE and self._stage is RecordingStage.PLAYING:
            return telling.PLAYED_BACK
        if fault is not None:
            return telling.FAULTS[fault]
        is_open = part in self._faults
        match part:
            case Part.CAMERA:
                return telling.CAMERA_WORKS if is_open else telling.CAMERA_OPENS
            case Part.MICROPHONE:
                return self._of_microphone() if is_open else telling.MICROPHONE_OPENS
            case Part.SPEAKER if self._playing:
                return telling.PLAYS
            case Part.SPEAKER if is_open:
                return telling.PLAYED if self._has_played else telling.PLAY_FIRST
            case Part.SPEAKER:
                return telling.SPEAKER_OPENS

    def _of_microphone(self) -> Verdict:
        if self._stage is RecordingStage.RECORDING:
            return telling.RECORDING
        if sum(level.peak >= CLIPPED_ABOVE for level in self._levels) >= CLIPPED_TIMES:
            return telling.TOO_LOUD
        if sum(level.rms >= HEARD_ABOVE for level in self._levels) >= HEARD_TIMES:
            return telling.HEARD
        return telling.SAY_SOMETHING

    def _no_picture(self) -> NoPicture | None:
        if Part.CAMERA in self._faults:
            fault = self._faults[Part.CAMERA]
            return telling.no_picture(fault) if fault is not None else None
        if self._lost >= FAILED_TIMES:
            return telling.DOES_NOT_START
        return telling.COMES_BACK if self._lost else telling.OPENS

    def _hear_level(self, level: Level) -> None:
        before = self._verdict(Part.MICROPHONE)
        self._levels.append(level)
        span = LOUDEST_OF_BARS - QUIETEST_OF_BARS
        self._view.show_level(max(0, min(span, level.peak - QUIETEST_OF_BARS)) / span)
        after = self._verdict(Part.MICROPHONE)
        if after is not before:
            self._view.show_verdict(Part.MICROPHONE, after)
