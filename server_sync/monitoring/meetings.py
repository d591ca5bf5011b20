"""Says to the operator how the media server of meetings beside this centre is."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from django.conf import settings
from django.utils.translation import gettext

from server_sync.meetings.media_server.standing import STALE, Standing, State, standing
from server_sync.meetings.media_server.wanted import Kind


@dataclass(frozen=True, slots=True)
class Meetings:
    """One sentence about the media server, and whether somebody has to do something."""

    words: str
    is_well: bool


def gather_meetings(now: datetime) -> Meetings | None:
    """Look how the media server is; None where there is to be none."""
    if settings.LIAISON_MEDIA.kind is Kind.OFF:
        return None
    seen = standing(settings.LIAISON_HOME)
    if seen is None or now - seen.looked_at > STALE:
        return Meetings(gettext("The media server of meetings does not run."), is_well=False)
    return Meetings(_said(seen), is_well=seen.state in {State.WELL, State.STARTING})


def _said(seen: Standing) -> str:
    match seen.state:
        case State.WELL:
            return gettext("The media server of meetings works.")
        case State.STARTING:
            return gettext("The media server of meetings is starting.")
        case State.PORT_TAKEN:
            words = gettext("The media server of meetings cannot start: another program has its port %(port)s.")
            return words % {"port": seen.port}
        case State.NOT_READY:
            return gettext("The media server of meetings has lost what it shares with the others.")
        case State.SILENT | State.ENDED:
            return gettext("The media server of meetings does not answer.")
        case State.NOT_BUILT:
            return gettext("The media server of meetings does not run.")
        case _:
            assert_never(seen.state)
