"""A conversation from the counter and back, through a real centre: asked for with no line, set, noted, erased."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from proving.asked import SAMPLES
from proving.world import Centre, Office, ended

SITE, OTHER = "KG-C-ALA", "KG-C-JAY"
PASSWORD = "алты-сан 77"
CANARY = "канарейка"

PEOPLE = f"""
from datetime import timedelta
from django.utils import timezone
from server_sync.contract.workflow import Role
from server_sync.workplaces.models import Person, RoleGrant, Site
since = timezone.localdate() - timedelta(days=1)
for site in {(SITE, OTHER)!r}:
    person = Person.objects.create_person("clerk-" + site.lower(), "{PASSWORD}", surname="Асанова", given_name="Айгүл")
    RoleGrant.objects.create(person=person, role=Role.CLERK, site=Site.objects.get(pk=site), from_on=since)
"""
SET = """
import json
from datetime import timedelta
from django.utils import timezone
from server_sync.appeals.models import Appeal
from server_sync.appeals.routing import route_new
from server_sync.casework import receptions
from server_sync.contract.bodies import Words
from server_sync.contract.workflow import Role
from server_sync.meetings.models import Meeting
from server_sync.meetings.receiving import Appointment, set_reception
from server_sync.casework.acts import expected
from server_sync.contract.events import EventKind
from server_sync.pages.access import Standing
from server_sync.workplaces.models import Body, Person, RoleGrant
route_new()
appeal = Appeal.objects.get()
officer = Person.objects.create_person("officer", None, surname="Верина")
since = timezone.localdate() - timedelta(days=1)
body = Body.objects.get(pk=appeal.body_code)
RoleGrant.objects.create(person=officer, role=Role.CASE_OFFICER, body=body, from_on=since)
wanted = Appointment(timezone.now() + timedelta(minutes=5), 30, Words("CANARY"), Words("CANARY"))
may = expected(Standing.of(officer), appeal, EventKind.RECEPTION_SET)
meeting = set_reception(officer.id.bytes, appeal, wanted, may)
titles = Meeting.objects.values_list("title_ky", "note_ky", "agenda")
print(json.dumps([meeting.hex(), str(list(titles)), str(appeal.due_on)]))
"""
READ = """
import json
from server_sync.appeals import receiving
from server_sync.appeals.models import Appeal
from server_sync.pages.life import Wanted, life
appeal = Appeal.objects.get()
told = receiving.told(appeal)
lines = [line for one in life(appeal, "ky", Wanted(), for_applicant=True).told for line in one.lines]
print(json.dumps([told.state.value, [one.said for one in told.outcomes], lines, str(appeal.due_on)]))
"""
ERASE = """
from datetime import timedelta
from django.utils import timezone
from server_sync.appeals.erasing import erase_request
from server_sync.appeals.models import Appeal
from server_sync.contract.workflow import Role
from server_sync.workplaces.models import Person, RoleGrant
since = timezone.localdate() - timedelta(days=1)
both = [Person.objects.create_person(login, None, surname="Абдиев") for login in ("first", "second")]
for one in both:
    RoleGrant.objects.create(person=one, role=Role.ADMINISTRATOR, from_on=since)
erase_request(bytes(Appeal.objects.get().hash), "14", *(one.id.bytes for one in both))
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[Centre, list[Office]]]:
    centre = Centre(tmp_path / "centre", environment={"DATABASE_URL": "", "LIAISON_MEDIA_SERVER": "off"})
    centre.prepare([SITE, OTHER])
    with ended(centre):
        centre.start()
        offices = [Office(site, site, tmp_path / site, centre.address) for site in (SITE, OTHER)]
        with ended(*offices):
            yield centre, offices


def shell(centre: Centre, code: str) -> str:
    return centre.manage("shell", "--no-imports", "-c", code.replace("CANARY", CANARY))


def test_a_conversation_goes_from_the_counter_to_its_body_and_back_and_is_erased_with_its_request(
    world: tuple[Centre, list[Office]],
) -> None:
    centre, offices = world
    shell(centre, PEOPLE)
    for office in offices:
        office.start()
        office.ask("enrol", code=centre.enrolment_code(office.site))
        office.ask("sign_in", login=f"clerk-{office.site.lower()}", password=PASSWORD)
        assert office.ask("exchange")["drained"]
    own, _other = offices
    (row,) = own.ask("register", file=str(SAMPLES), run="reception", rows=[0], by="services")["rows"]
    appeal = row["event"]
    asked = own.ask("ask_reception", appeal=appeal, note=CANARY)
    assert (asked["state"], asked["meeting"]) == ("asked", None)
    own.kill()  # the power goes before anything was sent
    own.start()
    own.ask("sign_in", login=f"clerk-{SITE.lower()}", password=PASSWORD)
    assert own.ask("exchange")["drained"]
    meeting, titles, due_on = json.loads(shell(centre, SET))
    assert CANARY not in titles
    for office in offices:
        assert office.ask("exchange")["drained"]
    told = own.ask("reception", appeal=appeal)
    assert (told["state"], told["meeting"], told["by_whom"]) == ("set", meeting, CANARY)
    assert told["near"] == [row["number"]]
    assert CANARY.encode() not in b"".join(path.read_bytes() for path in (centre.home).glob("*.log"))
    own.ask("note_reception", appeal=appeal, said=f"{CANARY} айтылды")
    assert own.ask("exchange")["drained"]
    state, outcomes, lines, due_now = json.loads(shell(centre, READ))
    assert (state, outcomes, due_now) == ("held", [f"{CANARY} айтылды"], due_on)
    assert f"{CANARY} айтылды" in lines
    assert "is what the events say" in centre.manage("rebuild_projections", "--compare")
    shell(centre, ERASE)
    assert own.ask("exchange")["drained"]
    told = own.ask("reception", appeal=appeal)
    assert (told["state"], told["note"], told["by_whom"], told["erased"]) == ("held", "", "", True)
    assert CANARY not in json.dumps(told, ensure_ascii=False)
    assert "is what the events say" in centre.manage("rebuild_projections", "--compare")
