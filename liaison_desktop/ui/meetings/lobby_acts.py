"""What the list of meetings may ask for, made of the open desk."""

from __future__ import annotations

from liaison_desktop.services import conferring
from liaison_desktop.ui import formats
from liaison_desktop.ui.meetings.lobby_presenter import LobbyActs
from liaison_desktop.ui.office_words import site_name
from liaison_desktop.ui.workbench import Workbench


def lobby_acts(bench: Workbench) -> LobbyActs:
    """Everything the presenter of the lobby may ask for; all of it stands in the office's own store."""
    return LobbyActs(
        listed=lambda done: bench.store(conferring.list_meetings, done),
        whole=lambda meeting, done: bench.store(lambda desk: conferring.meeting_whole(desk, meeting), done),
        now=formats.now,
        site_code=bench.desk.enrolment.site_code,
        site_name=site_name,
        days_left=lambda due_on: bench.words.working_days_left(due_on, formats.today()),
    )
