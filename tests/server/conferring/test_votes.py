"""A meeting's page tells its votes: what goes on without a count, what is over with it, a secret one without how."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from server_sync.contract import ballots
from server_sync.contract.bodies import Invited, MeetingPart, VoteCast, VoteChoice, Words
from server_sync.contract.meetings import VoteAsked
from server_sync.meetings import acts, voting
from server_sync.meetings.models import Vote
from server_sync.workplaces.models import Person
from tests.server.exchange.conftest import as_seen_from_the_wire
from tests.server.exchange.offices import PlainOffice
from tests.server.meetings.planning import CHAIR, NAME, SPEAKER, plan

pytestmark = pytest.mark.django_db
THIRD = "KG-C-JAY"
VOTE = b"\x41" * 16
FOR, AGAINST, ABSTAIN = VoteChoice


@pytest.fixture
def offices(assistant: Person, enrolled) -> dict[str, PlainOffice]:
    person = assistant.id.bytes
    third = Invited(THIRD, MeetingPart.OFFICE)
    acts.plan_meetings(person, NAME, [plan(invited=(*plan().invited, third))])
    acts.open_meeting(person, NAME)
    return {site: as_seen_from_the_wire(enrolled(site)) for site in (CHAIR, SPEAKER, THIRD)}


@pytest.fixture
def page(assistant: Person, browser_of: Callable[[Person], Client]) -> Callable[[], str]:
    """The section of the votes, as it is read."""
    client = browser_of(assistant)
    client.cookies["language"] = "en"

    def read() -> str:
        whole = client.get(f"/meetings/{NAME.hex()}").content.decode()
        found = re.search(r'<section[^>]*aria-labelledby="votes">.*?</section>', whole, re.DOTALL)
        return " ".join(strip_tags(found[0].replace("<", " <")).split()) if found else ""

    return read


def vote_as(
    person: Person, offices: dict[str, PlainOffice], *, is_secret: bool, choices: dict[str, VoteChoice]
) -> None:
    asked = VoteAsked(Words(en="Take it & go?"), is_secret=is_secret, quorum=2)
    voting.open_vote(person.id.bytes, NAME, VOTE, asked, 1, timezone.now())
    key = Vote.objects.get().sealing_key
    for site, choice in choices.items():
        sealed = ballots.seal_choice(choice, key, VOTE, site) if key is not None else None
        offices[site].write(VoteCast(VOTE, None if is_secret else choice, sealed))
        offices[site].exchange()


def test_a_meeting_without_votes_says_nothing_of_them(offices, page):
    assert page() == ""


def test_while_a_vote_goes_on_the_page_says_how_many_voted_and_no_count(assistant, offices, page):
    vote_as(assistant, offices, is_secret=False, choices={CHAIR: FOR, SPEAKER: AGAINST})
    told = page()
    assert "Take it &amp; go? goes on now open vote" in told
    assert "2 of 3 offices voted, the quorum is 2" in told
    assert not re.search(r"\b(for|against)\b", told, re.IGNORECASE)


def test_an_open_vote_that_is_over_is_told_with_who_voted_what(assistant, offices, page):
    vote_as(assistant, offices, is_secret=False, choices={CHAIR: FOR, SPEAKER: AGAINST, THIRD: FOR})
    voting.close_vote(assistant.id.bytes, VOTE)
    told = page()
    assert "adopted open vote For 2, against 1, abstained 0" in told
    assert re.search(r"against (?!.*abstained)\S", told)


def test_a_secret_vote_that_is_over_is_told_with_its_count_and_who_took_part(assistant, offices, page):
    vote_as(assistant, offices, is_secret=True, choices={CHAIR: FOR, SPEAKER: AGAINST, THIRD: FOR})
    voting.close_vote(assistant.id.bytes, VOTE)
    told = page()
    assert "adopted secret vote For 2, against 1, abstained 0 3 of 3 offices voted" in told
    assert told.count("voted") == 2
    assert len(re.findall(r"\b(?:for|against|abstained)\b", told, re.IGNORECASE)) == 3


def test_a_secret_vote_of_two_tells_no_count(assistant, offices, page):
    vote_as(assistant, offices, is_secret=True, choices={CHAIR: FOR, SPEAKER: FOR})
    voting.close_vote(assistant.id.bytes, VOTE)
    assert "too few votes secret vote So few voted that a count would tell how: none is told." in page()
