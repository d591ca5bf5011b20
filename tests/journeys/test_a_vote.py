"""A vote across a power cut: cast with no line, the process killed, started again, delivered, counted once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from proving.world import Centre, Office, ended

SITES = ("KG-C-ALA", "KG-C-JAY", "KG-C-KEM")
MEETING = bytes(range(16)).hex()
PASSWORD = "алты-сан 77"

BEGIN = f"""
from datetime import timedelta
from django.utils import timezone
from server_sync.contract.bodies import Invited, MeetingPart, MeetingPlan, Words
from server_sync.contract.meetings import VoteAsked
from server_sync.contract.workflow import Role
from server_sync.meetings import acts, voting
from server_sync.workplaces.models import Person, RoleGrant, Site
since = timezone.localdate() - timedelta(days=1)
def somebody(login, role, site):
    person = Person.objects.create_person(login, "{PASSWORD}", surname="Асанова", given_name="Айгүл")
    RoleGrant.objects.create(person=person, role=role, site=Site.objects.get(pk=site), from_on=since)
    return person
sites = {SITES!r}
for site in sites:
    somebody("clerk-" + site.lower(), Role.CLERK, site)
chair = somebody("chair", Role.CHAIR_ASSISTANT, sites[0]).id.bytes
plan = MeetingPlan(
    title=Words(ru="Вода"),
    starts_at_ms=int((timezone.now() + timedelta(minutes=30)).timestamp() * 1000),
    minutes=60,
    invited=tuple(Invited(site, MeetingPart.OFFICE if n else MeetingPart.CHAIR) for n, site in enumerate(sites)),
)
meeting = bytes.fromhex("{MEETING}")
acts.plan_meetings(chair, meeting, [plan])
acts.open_meeting(chair, meeting)
asked = VoteAsked(Words(ru="Принять?"), is_secret=IS_SECRET, seconds=3600, quorum=100, is_share=True)
voting.open_vote(chair, meeting, bytes(16), asked, 0, timezone.now())
"""
COUNT = """
import json
from server_sync.contract.events import NO_PERSON, EventKind
from server_sync.journal.models import Event
from server_sync.meetings import voting
from server_sync.meetings.models import Vote
voting.close_vote(NO_PERSON, bytes(16))
vote = Vote.objects.get()
cast = Event.custody.filter(kind=EventKind.VOTE_CAST).count()
print(json.dumps([vote.in_favour, vote.against, vote.abstained, vote.is_quorate, vote.is_adopted, cast]))
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[Centre, list[Office]]]:
    centre = Centre(tmp_path / "centre", environment={"DATABASE_URL": "", "LIAISON_MEDIA_SERVER": "off"})
    centre.prepare(list(SITES))
    with ended(centre):
        centre.start()
        offices = [Office(site, site, tmp_path / site, centre.address) for site in SITES]
        with ended(*offices):
            yield centre, offices


@pytest.mark.parametrize("is_secret", [False, True], ids=["open", "secret"])
def test_a_vote_that_was_written_before_the_power_went_is_delivered_and_counted_once(
    world: tuple[Centre, list[Office]], is_secret: bool
) -> None:
    centre, offices = world
    centre.manage("shell", "--no-imports", "-c", BEGIN.replace("IS_SECRET", str(is_secret)))
    for office in offices:
        office.start()
        office.ask("enrol", code=centre.enrolment_code(office.site))
        office.ask("sign_in", login=f"clerk-{office.site.lower()}", password=PASSWORD)
        assert office.ask("exchange")["drained"]
    first, second, killed = offices
    for office in (first, second):
        office.ask("vote", meeting=MEETING, choice="FOR")
        assert office.ask("exchange")["drained"]
    killed.ask("vote", meeting=MEETING, choice="FOR")
    said = killed.ask("vote", meeting=MEETING, choice="AGAINST")["votes"][0]
    assert (said["own"], said["state"]) == ("AGAINST", "REGISTERED_HERE")
    killed.kill()
    killed.start()
    killed.ask("sign_in", login=f"clerk-{killed.site.lower()}", password=PASSWORD)
    assert killed.ask("votes", meeting=MEETING)["votes"][0]["own"] == "AGAINST"
    for _ in range(2):
        assert killed.ask("exchange")["drained"]
    counted = json.loads(centre.manage("shell", "--no-imports", "-c", COUNT))
    assert counted == [2, 1, 0, True, True, 4]
    centre.kill()
    centre.start()
    for office in offices:
        assert office.ask("exchange")["drained"]
        told = office.ask("votes", meeting=MEETING)["votes"][0]
        assert told["count"] == [2, 1, 0]
        assert sorted(told["voted"]) == sorted(SITES)
        assert told["own"] == (None if is_secret else "AGAINST" if office is killed else "FOR")
    assert "is what the events say" in centre.manage("rebuild_projections", "--compare")
