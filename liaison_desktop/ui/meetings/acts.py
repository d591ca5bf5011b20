"""What the Meetings screen may do, made of the media process and this PC's settings."""

from __future__ import annotations

from liaison_desktop.meetings.faults import Part
from liaison_desktop.services.opening import Place
from liaison_desktop.ui.meetings.presenter import MeetingsActs
from liaison_desktop.ui.meetings.trying import Trying
from liaison_desktop.ui.workbench import Workbench


def meetings_acts(bench: Workbench, place: Place, trying: Trying) -> MeetingsActs:
    """Everything the presenter of Meetings may ask for; what was chosen belongs to the PC, as its printer does."""

    def chosen(part: Part) -> str:
        return place.file.read().settings.get(part.value, "")

    def keep(part: Part, code: str) -> None:
        bench.store(lambda _: place.file.set(part.value, code))

    return MeetingsActs(
        want=trying.want,
        end=trying.end,
        play=trying.play,
        record=trying.record,
        begin_anew=trying.begin_anew,
        chosen=chosen,
        keep=keep,
    )
