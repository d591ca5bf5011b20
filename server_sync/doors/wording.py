"""Says to guests, viewers and captioners in words where they stand; a page's script is given its words by name."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from server_sync.contract.bodies import MeetingPart
from server_sync.contract.errors import ContractError
from server_sync.meetings.models import Meeting
from server_sync.meetings.papers.showing import Shown
from server_sync.pages.wording import named_day, wait

PART_CODES: Final = {MeetingPart.SPEAKER.value: "speaker", MeetingPart.VIEWER.value: "viewer"}
_LANGUAGES: Final = ("ky", "ru", "en")

REFUSALS: Final[dict[str, Promise]] = {
    "link_unknown": _("This code opens no meeting. Look whether all 32 letters and digits are there."),
    "link_withdrawn": _("This link was taken back. Ask whoever sent it for another one."),
    "link_in_use": _("The link is being opened at this very moment. Try once more."),
    "guest_unknown": _("Open your link again, or type its code: this browser is not known any more."),
    "meeting_over": _("The meeting is over."),
    "meeting_cancelled": _("The meeting was cancelled."),
    "not_begun": _("You are early: the door opens an hour before the meeting begins. This page asks again by itself."),
    "put_out": _("The chair's desk has asked you to leave the meeting."),
    "not_let_in": _("The chair's desk has not let you in yet."),
    "no_media_server": _("Picture and sound are not there just now. This page asks again by itself."),
    "too_often": _("That was too quick. Try once more."),
    "viewer_only": _("You were invited to watch."),
    "interprets": _("You interpret now. Ask the chair's desk to end that first."),
    "not_interpreter": _("The chair's desk lets you interpret no more."),
    "meeting_not_open": _("The meeting is not open now."),
    "too_many_hands": _("Too many hands are raised already."),
    "room_full": _("The meeting is full."),
    "closed_to_guests": _("This meeting is closed now: guests cannot be in it. Ask whoever sent you the link."),
    "off_in_closed": _("This meeting is closed: it has no captions, since the centre would read them."),
    "text_missing": _("Type a line first."),
    "text_too_long": _("The line is too long."),
    "text_unreadable": _("The line has a character that cannot be kept. Delete it."),
}

_OF_GUESTS: Final[dict[str, Promise]] = {
    "lost": _("The line is lost. The meeting is joined again by itself."),
    "joining": _("Joining the meeting …"),
    "waiting": _("The chair's desk knows that you are here and lets you in. Please wait."),
    "watching": _("You are watching."),
    "called": _("You are called to the stage: turn on your microphone and camera."),
    "seen": _("You are heard and seen."),
    "heard": _("You are heard."),
    "only_seen": _("You are seen and not heard."),
    "silenced": _("The chair's desk has taken your sound."),
    "hand": _("Your hand is raised. Place in the queue: {place}."),
    "planned": _("The meeting has not begun yet."),
    "nobody": _("Nobody is on stage now."),
    "nobody_large": _("No picture"),
    "you": _("you"),
    "microphone_on": _("Turn the microphone on"),
    "microphone_off": _("Turn the microphone off"),
    "camera_on": _("Turn the camera on"),
    "camera_off": _("Turn the camera off"),
    "hand_up": _("Raise the hand"),
    "hand_down": _("Lower the hand"),
    "interprets": _("You interpret and are heard. You are not seen."),
    "interprets_unheard": _("You interpret. Turn the microphone on to be heard."),
    "into_ky": _("into Kyrgyz: {name}"),
    "into_ru": _("into Russian: {name}"),
    "not_interpreted": _("Nobody interprets into this language now."),
    "left": _("You have left the meeting."),
    "elsewhere": _("You are in this meeting in another window."),
    "no_devices": _("No camera and no microphone were found here. You can watch and listen."),
    "no_microphone": _("No microphone was found here. You can be seen, not heard."),
    "no_camera": _("No camera was found here. You can be heard."),
    "not_allowed": _("The browser does not give this page camera and microphone. Allow them beside the address."),
    "busy": _("Another program has the camera or the microphone. Close it and try again."),
    "silent": _("The centre does not answer. This page asks again by itself."),
    "old_browser": _("This browser is too old for meetings. Take a newer one."),
    "page": _("Page {page} of {pages}"),
    "page_trouble": _("The page does not come. It is asked for again by itself."),
    "page_never": _("This page cannot be shown here."),
    "page_larger": _("Larger"),
    "page_whole": _("Whole page"),
    "device_failed": _("That did not work. Look at the camera and the microphone and try again."),
}

_OF_VIEWERS: Final[dict[str, Promise]] = {
    "planned": _("The meeting has not begun yet. The picture comes by itself."),
    "waiting": _("The meeting goes on; the broadcast has not begun yet. The picture comes by itself."),
    "live": _("Live"),
    "ended": _("The meeting is over."),
    "page": _("Page {page} of {pages}"),
    "page_trouble": _("The page does not come. It is asked for again by itself."),
    "page_never": _("This page cannot be shown here."),
    "trouble": _("The picture does not come. This page tries again by itself."),
    "old_browser": _("This browser cannot show the broadcast. Take a newer one."),
}


def of_guests() -> Mapping[str, str]:
    """What the script of the guest's page says."""
    return {name: str(words) for name, words in _OF_GUESTS.items()}


def of_viewers() -> Mapping[str, str]:
    """What the script of the viewer's page says."""
    return {name: str(words) for name, words in _OF_VIEWERS.items()}


def refusal(refused: ContractError) -> str:
    """A refusal in words; one without words of its own names its code."""
    if refused.code == "guest_wait":
        told = gettext("Too many wrong codes came from here. Try again in: %(wait)s.")
        return told % {"wait": wait(int(refused.params["wait_s"]))}
    known = REFUSALS.get(refused.code)
    return str(known) if known else gettext("Refused: %(code)s") % {"code": refused.code}


def when(meeting: Meeting) -> str:
    """The day and hour of a meeting, on Bishkek's clock."""
    local = timezone.localtime(meeting.starts_at)
    return f"{named_day(local.date())}, {local:%H:%M}"


def best_title(words: Mapping[str, str], language: str) -> str:
    """A title in a language, or in the first that it has."""
    return next((words[one] for one in (language, *_LANGUAGES) if words.get(one)), "")


def paper(shown: Shown | None) -> dict[str, Any] | None:
    """What a page's script is told of what is shown: by which name its picture is asked for, its titles, its page."""
    if shown is None:
        return None
    paper = shown.paper
    titles = {"ky": paper.title_ky, "ru": paper.title_ru, "en": paper.title_en}
    return {"paper": paper.address, "titles": titles, "page": shown.page, "pages": paper.pages}
