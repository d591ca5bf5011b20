"""Says in words what an event of a conversation about a request tells, to those who work on it and to its applicant."""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext

from server_sync.contract import bodies
from server_sync.contract.bodies import ReceptionOutcome
from server_sync.contract.receptions import ReceptionBody
from server_sync.pages.appeal_words import best
from server_sync.pages.wording import named_day

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def of_reception(body: ReceptionBody, language: str, *, for_applicant: bool) -> list[str]:
    """The lines under the event; the applicant reads an outcome only where it is meant for them."""
    match body:
        case bodies.ReceptionSaid(wish=bodies.ReceptionWish() as wish):
            asked = gettext("The applicant asks to speak with who decides, by picture and sound.")
            return [asked] if for_applicant else [asked, wish.note]
        case bodies.ReceptionSaid(is_taken_back=True):
            return [gettext("The applicant does not want the conversation any more.")]
        case bodies.ReceptionSaid(outcome=ReceptionOutcome() as outcome):
            return _outcome(outcome, for_applicant=for_applicant)
        case bodies.ReceptionSet(_, starts_at_ms, minutes, by_whom, bring):
            told = [when_of(starts_at_ms, minutes), best(by_whom, language)]
            if best(bring, language):
                told.append(gettext("To be brought: %(what)s") % {"what": best(bring, language)})
            return told
        case bodies.ReceptionDeclined(reason):
            return [best(reason, language)]
        case bodies.ReceptionNoted(_, outcome):
            return _outcome(outcome, for_applicant=for_applicant)
        case _:
            return []


def when(start: datetime, minutes: int) -> str:
    """Day with its weekday, and from when to when on Bishkek's clock."""
    local = timezone.localtime(start)
    return f"{named_day(local.date())}, {local:%H:%M}–{local + timedelta(minutes=minutes):%H:%M}"


def when_of(starts_at_ms: int, minutes: int) -> str:
    """The same of a moment as events say it; the register holds only those that a calendar has."""
    return when(_EPOCH + timedelta(milliseconds=starts_at_ms), minutes)


def _outcome(outcome: ReceptionOutcome, *, for_applicant: bool) -> list[str]:
    told = [gettext("The conversation took place.")]
    if for_applicant and not outcome.is_for_applicant:
        return told
    told.append(outcome.said)
    if outcome.promised:
        told.append(gettext("Promised: %(what)s") % {"what": outcome.promised})
    if outcome.promised_on is not None:
        told.append(gettext("Until: %(day)s") % {"day": named_day(outcome.promised_on)})
    if outcome.next_step:
        told.append(gettext("What follows: %(what)s") % {"what": outcome.next_step})
    if outcome.present and not for_applicant:
        told.append(gettext("Who was there: %(who)s") % {"who": outcome.present})
    return told
