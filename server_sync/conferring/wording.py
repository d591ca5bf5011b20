"""Says in words where a meeting stands, what an office is in it, what was refused and what is remarked on."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from server_sync.common.refusals import Refused
from server_sync.contract.bodies import MeetingPart
from server_sync.contract.meetings import MeetingState
from server_sync.meetings.models import Meeting
from server_sync.meetings.remarking import Remark, Remarked
from server_sync.meetings.repeating import OnDayOff, Repeat
from server_sync.pages.appeal_words import Badge, site_name
from server_sync.pages.wording import language_now, named_day
from server_sync.workplaces.decrees import working_calendar

NAMED_MOST: Final = 6
PARTS: Final[dict[MeetingPart, Promise]] = {
    MeetingPart.CHAIR: _("leads"),
    MeetingPart.SPEAKER: _("reports"),
    MeetingPart.OFFICE: _("takes part"),
    MeetingPart.VIEWER: _("watches"),
}
REPEATS: Final[dict[Repeat, Promise]] = {
    Repeat.ONCE: _("once"),
    Repeat.WEEKLY: _("every week"),
    Repeat.MONTHLY: _("every month"),
}
ON_DAYS_OFF: Final[dict[OnDayOff, Promise]] = {
    OnDayOff.NEXT_WORKING_DAY: _("held on the next working day"),
    OnDayOff.SKIP: _("not held"),
    OnDayOff.KEEP: _("held all the same"),
}
REFUSALS: Final[dict[str, Promise]] = {
    "starts_in_the_past": _("This moment has passed already. Choose a day and an hour to come."),
    "too_far_ahead": _("This is more than two years ahead. Look at the year."),
    "start_out_of_range": _("No calendar has this day. Look at the year."),
    "length_out_of_range": _("A meeting lasts from one minute to a whole day."),
    "seats_out_of_range": _("At most 20 offices can be on stage at once."),
    "too_many": _("At most 52 meetings can be planned at once."),
    "title_missing": _("Write the title in at least one of the languages."),
    "text_too_long": _("A text is too long."),
    "nobody_invited": _("Nobody is invited yet."),
    "chair_missing": _("Choose which office leads the meeting."),
    "two_chairs": _("Only one office can lead. Give the others another part."),
    "invited_twice": _("An office is invited twice."),
    "site_unknown": _("There is no such office."),
    "speaker_not_invited": _("An office that reports on the agenda is not invited. Invite it, or choose another."),
    "item_untitled": _("An item of the agenda has no title."),
    "closed_to_the_public": _("A closed meeting is neither recorded nor shown. Take one of the ticks away."),
    "attended_twice": _("An office is written down twice."),
    "role_missing": _("Your role does not reach the office that leads this meeting."),
    "reason_missing": _("Write why: the offices read it."),
    "meeting_known": _(
        "This form has planned a meeting already, which stands as it was. To change it, open it; to plan another one,"
        " begin with an empty form."
    ),
    "meeting_unknown": _("There is no such meeting."),
    "meeting_over": _("Nothing was changed: the meeting is over."),
    "meeting_cancelled": _("Nothing was changed: the meeting was cancelled."),
    "meeting_open": _("Nothing was changed: the meeting has begun."),
    "meeting_not_open": _("Nothing was changed: the meeting has not begun."),
    "decision_empty": _("Write what was decided, in at least one of the languages."),
    "executor_twice": _("An office is named twice."),
    "due_in_the_past": _("This day has passed already. Choose a day to come."),
    "due_too_far": _("This is more than five years ahead. Look at the year."),
    "due_out_of_range": _("No calendar has this day. Look at the year."),
    "number_malformed": _("One of these is no registration number. Write it as it stands on the receipt."),
    "number_check_failed": _("A registration number has a wrong digit. Compare it with the receipt."),
    "number_ambiguous": _("A registration number can be read in two ways. Write it as it stands on the receipt."),
    "number_twice": _("A registration number is written twice."),
    "item_unknown": _("The agenda has no such item any more."),
    "minutes_stand": _("Nothing was changed: thirty days after the meeting its minutes are not changed any more."),
    "no_such_decision": _("Nothing was changed: there is no such decision."),
    "decision_known": _(
        "This form has written a decision down already, which stands as it was. To change it, withdraw it; to write"
        " another one, open this page again."
    ),
    "decision_withdrawn": _("Nothing was changed: this decision was withdrawn already."),
    "paper_busy": _("Another paper is being drawn. Press again in some seconds."),
    "paper_readers_busy": _("Other papers are being looked at. Press again in some seconds."),
    "paper_untitled": _("Write a title in at least one of the languages."),
    "paper_too_large": _("The file has more than 15 MB. Save it smaller, with pictures of less detail, or in parts."),
    "paper_not_pdf": _("This file is no PDF, whatever its name says. Save the document as PDF and choose that file."),
    "paper_encrypted": _("This PDF opens with a password only. Save it without one: offices could not read it."),
    "paper_broken": _("This PDF is damaged and cannot be shown. Save the document as PDF once more."),
    "paper_too_long": _("This PDF has more than 2000 pages. Divide it."),
    "too_many_papers": _("A meeting has at most 30 papers. Withdraw one that is not needed, or put several into one."),
    "paper_known": _("This form has added a paper already. To add another one, open this page again."),
    "no_such_paper": _("Nothing was changed: the meeting has no such paper."),
    "paper_withdrawn": _("Nothing was changed: this paper was withdrawn already."),
    "no_room": _("Nothing was kept: the disk of the centre is full. Tell whoever looks after it."),
    "paper_fonts_missing": _("The centre has no font with Kyrgyz letters, so no PDF can be made. Print this page."),
    "too_many_guests": _("At most 20 guests can have a link. Take one back that is not needed."),
    "closed_to_guests": _("A closed meeting has no guests."),
    "closed_while_held": _(
        "Nothing was changed: an office is in the meeting already, so it can be neither closed nor opened to others any"
        " more. Cancel it and plan another one."
    ),
    "changed_meanwhile": _("Nothing was changed: a colleague changed the plan meanwhile. Here is how it stands now."),
}
_STATES: Final[dict[MeetingState, tuple[Promise, str, str]]] = {
    MeetingState.PLANNED: (pgettext_lazy("meeting", "planned"), "", "calendar"),
    MeetingState.OPEN: (pgettext_lazy("meeting", "goes on now"), "good", "two"),
    MeetingState.CLOSED: (pgettext_lazy("meeting", "is over"), "", "check"),
    MeetingState.CANCELLED: (pgettext_lazy("meeting", "cancelled"), "bad", "cross"),
}


def refusal(refused: Refused) -> str:
    """A refusal in words; one without words of its own names its code."""
    known = REFUSALS.get(refused.code)
    return str(known) if known else gettext("Refused: %(code)s") % {"code": refused.code}


def badge(meeting: Meeting) -> Badge:
    """Where a meeting stands."""
    words, look, icon = _STATES[MeetingState(meeting.state)]
    return Badge(str(words), look, icon)


def hours(start: datetime, minutes: int) -> str:
    """From when to when, on Bishkek's clock."""
    local = timezone.localtime(start)
    return f"{local:%H:%M}–{local + timedelta(minutes=minutes):%H:%M}"


def short_day(on: date) -> str:
    """A day as it is written here, with its weekday where that is asked about most: a day off is named."""
    written = f"{on:%d.%m.%Y}"
    off = working_calendar().why_off(on)
    return written if off is None else gettext("%(day)s (a day off)") % {"day": written}


def day_and_clock(at: datetime) -> str:
    """A moment on Bishkek's clock."""
    return f"{timezone.localtime(at):%d.%m.%Y, %H:%M}"


def day(start: datetime) -> str:
    """The day with its weekday."""
    return named_day(timezone.localtime(start).date())


def offices(codes: Iterable[str]) -> list[str]:
    """Offices by name."""
    return [site_name(code, language_now()) for code in codes]


def _some(codes: Sequence[str]) -> str:
    """A few offices by name, and how many more: a list of all in the network hides what stands below it."""
    if len(codes) <= NAMED_MOST:
        return ", ".join(offices(codes))
    more = gettext("and %(n)s more") % {"n": len(codes) - NAMED_MOST}
    return f"{', '.join(offices(codes[:NAMED_MOST]))} {more}"


def length(seconds: int) -> str:
    """How long somebody was there, in whole minutes."""
    minutes = max(1, round(seconds / 60))
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


def remark(remarked: Remarked) -> str:
    """What a planner is asked to look at once more."""
    on = f"{named_day(remarked.at.date())}, {remarked.at:%H:%M}"
    match remarked.remark:
        case Remark.DAY_OFF:
            return gettext("%(day)s: nobody works on this day (%(why)s).") % {"day": on, "why": _why_off(remarked.at)}
        case Remark.BEFORE_HOURS:
            return gettext("%(day)s: before the offices open.") % {"day": on}
        case Remark.AFTER_HOURS:
            return gettext("%(day)s: it ends after the offices close.") % {"day": on}
        case Remark.SHORT_NOTICE:
            return gettext("%(day)s: this is soon. An office without a line may not learn of it in time.") % {"day": on}
        case Remark.AGENDA_LONGER:
            return gettext("%(day)s: the agenda takes longer than the meeting.") % {"day": on}
        case Remark.ELSEWHERE:
            told = {"day": on, "offices": _some(remarked.sites)}
            return gettext("%(day)s: already invited to another meeting then: %(offices)s.") % told


def _why_off(at: datetime) -> str:
    off = working_calendar().why_off(at.date())
    if off is None or off.names is None:
        return gettext("day of rest")
    return off.names.said_in(language_now())
