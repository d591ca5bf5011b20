"""Every page and every act × every person: who gets what."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver

from server_sync.casework import acts as casework
from server_sync.casework import answer_templates
from server_sync.casework.answer_files import NewFile
from server_sync.casework.models import AnswerFile
from server_sync.contract.bodies import Words
from server_sync.contract.messages import CLERK_SAID_NO, Health
from server_sync.meetings import acts
from server_sync.meetings.papers.adding import NewPaper, add_paper
from server_sync.pages.access import Standing
from server_sync.workplaces.models import Person
from tests.server.conftest import Office
from tests.server.counter import Counter, routed
from tests.server.meetings.pdfs import pdf
from tests.server.meetings.planning import NAME, keep_record, plan
from tests.server.portal.writers import signed_in_as

pytestmark = pytest.mark.django_db

PEOPLE = (
    *("alim", "bela", "vera", "vasil", "nur", "registrar", "editor", "assistant", "captioner", "administrator"),
    *("citizen", "nobody"),
)
"""`citizen` is signed in to an account of the portal, which is nobody's who works here."""
ROOMS = (
    "pages",
    "portal",
    "monitoring",
    "casework",
    "conferring",
    "doors",
    "oversight",
    "directory",
    "programs",
    "subscriptions",
)

STOP = bytes(range(16))
NONE = "00000000-0000-0000-0000-000000000000"
OPEN, SIGN_IN, NO, NOT_HERE = 200, 302, 403, 404


def who(default: int, **others: int) -> dict[str, int]:
    strangers = others.get("nobody", default if default == OPEN else SIGN_IN)
    known = {person: others.get(person, default) for person in PEOPLE}
    return known | {"nobody": strangers, "citizen": others.get("citizen", strangers)}


EVERYONE = who(OPEN)
OFFICERS = who(NO, vera=OPEN, vasil=OPEN)
REPORTED_TO = who(NO, vera=OPEN, vasil=OPEN, nur=OPEN)
WATCHERS = who(NO, nur=OPEN, administrator=OPEN)
OPERATORS = who(NO, nur=OPEN)
ADMINISTRATORS = who(NO, administrator=OPEN)
ASSISTANTS = who(NO, assistant=OPEN)
CAPTIONERS = who(NO, captioner=OPEN)
CITIZENS = who(SIGN_IN, citizen=OPEN)

GET = {
    ("home", "/"): EVERYONE,
    ("requests", "/requests"): EVERYONE,
    ("requests_feed", "/requests.atom"): EVERYONE,
    ("requests_json", "/requests.json"): EVERYONE,
    ("requests_csv", "/requests.csv"): EVERYONE,
    ("totals", "/totals"): EVERYONE,
    ("figures", "/figures?q=аким"): EVERYONE,
    ("figures_of", "/figures/body/AKIM@KG-C-ALA"): EVERYONE,
    ("figures_of", "/figures/place/KG-C?show=kept"): EVERYONE,
    ("figures_of", "/figures/body/NOBODY"): who(NOT_HERE, nobody=NOT_HERE),
    ("figures_csv", "/figures.csv?about=body"): EVERYONE,
    ("figures_json", "/figures.json?about=official&code=AKIM@KG-C-ALA"): EVERYONE,
    ("figures_columns", "/figures/columns"): EVERYONE,
    ("report", "/report"): EVERYONE,
    ("report_pdf", "/report.pdf"): EVERYONE,
    ("report_xlsx", "/report.xlsx?about=place&code=KG-C"): EVERYONE,
    ("offices", "/offices"): EVERYONE,
    ("guides", "/guides?q=%D0%BC"): EVERYONE,
    ("guide", "/guides/follow"): EVERYONE,
    ("lessons", "/lessons"): EVERYONE,
    ("lesson", "/lessons/delivery"): EVERYONE,
    ("lesson_file", "/lessons/delivery/ky/thin.mp4"): who(404, nobody=404),  # nobody made it
    ("public_log", "/log"): EVERYONE,
    ("how_long_kept", "/kept"): EVERYONE,
    ("verify", "/verify"): EVERYONE,
    ("officials", "/officials"): EVERYONE,
    ("official", "/officials/AKIM@KG-C-ALA"): EVERYONE,
    ("write", "/write"): EVERYONE,
    ("write_matter", "/write/matter"): who(302),  # nothing is begun, and no mail server is named
    ("write_addressee", "/write/addressee"): who(302),
    ("write_writer", "/write/writer"): who(302),
    ("write_files", "/write/files"): who(302),
    ("write_file_begin", "/write/files/begin"): who(405, nobody=405),
    ("write_file_piece", f"/write/files/{NONE}"): who(405, nobody=405),
    ("write_check", "/write/check"): who(302),
    ("write_confirm", "/write/confirm"): who(302),
    ("write_receipt", "/write/receipt"): who(302),
    ("write_receipt_pdf", "/write/receipt.pdf"): who(302),
    ("write_throw_away", "/write/throw-away"): who(405, nobody=405),
    ("subscribe", "/subscribe?place=KG-C"): EVERYONE,
    ("subscribe_sent", "/subscribe/sent"): EVERYONE,
    ("subscribe_confirm", f"/subscribe/confirm/{'A' * 43}"): who(NOT_HERE, nobody=NOT_HERE),  # by a letter's link alone
    ("subscriptions", "/subscriptions"): EVERYONE,
    ("subscription", f"/subscriptions/{'A' * 43}"): who(NOT_HERE, nobody=NOT_HERE),
    ("subscription_stop", f"/subscriptions/{'A' * 43}/stop"): who(NOT_HERE, nobody=NOT_HERE),
    ("my_requests", "/my"): CITIZENS,
    ("my_sign_in", "/my/sign-in"): who(OPEN, nobody=OPEN, citizen=302),
    ("my_code", "/my/code"): who(302),  # nobody asked for a code
    ("my_add", "/my/add"): who(405, nobody=405),
    ("my_open", "/my/open/1"): who(405, nobody=405),
    ("my_remove", "/my/remove/1"): who(405, nobody=405),
    ("my_account", "/my/account"): CITIZENS,
    ("my_account_json", "/my/account.json"): CITIZENS,
    ("my_forget_details", "/my/details/forget"): who(405, nobody=405),
    ("my_end_session", "/my/sessions/end"): who(405, nobody=405),
    **{
        (f"my_{name}", f"/my/{address}"): who(405, nobody=405)
        for name, address in (
            *(("passkey_ask", "passkey/ask"), ("passkey", "passkey"), ("passkeys_ask", "passkeys/ask")),
            *(("passkeys_add", "passkeys/add"), ("passkeys_remove", "passkeys/remove")),
        )
    },
    ("my_identity", "/my/identity"): who(302),  # no provider is named
    ("my_identity_back", "/my/identity/back?code=1&state=2"): who(302),
    ("my_sign_out", "/my/sign-out"): who(405, nobody=405),
    ("my_delete", "/my/delete"): CITIZENS,
    ("find", "/a"): EVERYONE,
    ("case", "/a/{routed}"): EVERYONE,
    ("receipt", "/Q/{receipt}"): EVERYONE,
    ("receipt_proof", "/Q/{receipt}/proof.json"): EVERYONE,
    ("case_file", "/a/{routed}/file/1"): who(NOT_HERE, nobody=NOT_HERE),  # opened by the code alone
    ("case_data", "/a/{routed}/data"): who(302, nobody=302),
    ("case_data_json", "/a/{routed}/data.json"): who(302, nobody=302),
    ("close_case", "/a/{routed}/close"): who(405, nobody=405),
    ("own_act", "/a/{routed}/say/complain"): who(302, nobody=302),  # whoever holds the code, and nobody by a role
    ("sign_in", "/sign-in"): who(302, nobody=OPEN),
    ("sign_out", "/sign-out"): who(405, nobody=405),
    ("password", "/password"): who(OPEN, nobody=SIGN_IN),
    ("own_page", "/me"): who(OPEN, nobody=SIGN_IN),
    ("board", "/board"): WATCHERS,
    ("board_live", "/board/live"): WATCHERS,
    ("board_csv", "/board.csv"): WATCHERS,
    ("board_site", "/board/KG-C-ALA"): WATCHERS,
    ("doubts", "/doubts"): OPERATORS,
    ("doubt", "/doubts/{doubt}"): OPERATORS,
    ("doubt_act", "/doubts/{doubt}/propose"): who(405, nobody=405),
    ("stop", "/stops/{stop}"): OPERATORS,
    ("stop_act", "/stops/{stop}/propose"): who(405, nobody=405),
    ("erasures", "/erasures"): ADMINISTRATORS,
    ("erasure", "/erasures/{request}"): ADMINISTRATORS,
    ("erasure_act", "/erasures/{request}/propose"): who(405, nobody=405),
    ("directory", "/directory"): ADMINISTRATORS,
    ("directory_csv", "/directory.csv"): ADMINISTRATORS,
    ("directory_file", "/directory/1"): who(NO, administrator=NOT_HERE),
    ("program_keys", "/programs"): ADMINISTRATORS,
    ("program_key_act", f"/programs/{NONE}/give"): who(405, nobody=405),
    ("api", "/api"): EVERYONE,
    ("api_description", "/api/openapi.json"): EVERYONE,
    ("open311_discovery", "/open311/discovery.json"): EVERYONE,
    ("open311_services", "/open311/v2/services.xml"): EVERYONE,
    ("open311_service", "/open311/v2/services/09.01.json"): EVERYONE,
    ("open311_requests", "/open311/v2/requests.json"): EVERYONE,
    ("open311_request", "/open311/v2/requests/{routed}.json"): who(NOT_HERE, nobody=NOT_HERE),  # nobody published it
    ("open311_token", f"/open311/v2/tokens/{'a' * 32}.json"): who(NO, nobody=NO),  # a program's key, and nobody's role
    ("open311_nothing", "/open311/v2/"): who(NOT_HERE, nobody=NOT_HERE),
    ("meetings", "/meetings"): ASSISTANTS,
    ("meeting_plan", "/meetings/plan"): ASSISTANTS,
    ("meeting", "/meetings/{meeting}"): ASSISTANTS,
    ("meeting", "/meetings/{elsewhere}"): who(NO, assistant=NOT_HERE),
    ("meeting_record", "/meetings/{meeting}/record"): ASSISTANTS,
    ("meeting_change", "/meetings/{meeting}/change"): ASSISTANTS,
    ("meeting_cancel", "/meetings/{meeting}/cancel"): ASSISTANTS,
    ("meeting_decisions", "/meetings/{held}/decisions"): ASSISTANTS,
    ("meeting_minutes", "/meetings/{held}/minutes"): ASSISTANTS,
    ("meeting_minutes", "/meetings/{held}/minutes?lang=ru&as=pdf"): ASSISTANTS,
    ("meeting_minutes", "/meetings/{elsewhere}/minutes"): who(NO, assistant=NOT_HERE),
    ("meeting_papers", "/meetings/{meeting}/papers"): ASSISTANTS,
    ("meeting_papers", "/meetings/{elsewhere}/papers"): who(NO, assistant=NOT_HERE),
    ("meeting_paper", "/meetings/{meeting}/papers/{paper}"): ASSISTANTS,
    ("meeting_paper", "/meetings/{held}/papers/{paper}"): who(NO, assistant=NOT_HERE),
    ("meeting_paper", "/meetings/{elsewhere}/papers/{paper}"): who(NO, assistant=NOT_HERE),
    ("meeting_guests", "/meetings/{meeting}/guests"): ASSISTANTS,
    ("meeting_guests", "/meetings/{elsewhere}/guests"): who(NO, assistant=NOT_HERE),
    ("meeting_guest_withdraw", "/meetings/{meeting}/guests/withdraw"): who(405, nobody=405),
    ("captions", "/captions"): CAPTIONERS,
    ("meeting_captions", "/meetings/{meeting}/captions"): CAPTIONERS,
    ("meeting_captions", "/meetings/{elsewhere}/captions"): who(NO, captioner=NOT_HERE),
    ("meeting_captions_lines", "/meetings/{meeting}/captions/lines"): CAPTIONERS,
    ("guest", "/meetings/guest"): EVERYONE,
    ("guest_come", "/meetings/guest/come"): who(405, nobody=405),
    ("guest_act", "/meetings/guest/act"): who(405, nobody=405),
    ("guest_page", f"/meetings/guest/page/{'0' * 32}/1"): who(401, nobody=401),  # a guest is known by a cookie alone
    ("live", "/live/{meeting}"): who(NOT_HERE, nobody=NOT_HERE),
    ("live_state", "/live/{meeting}/state"): who(NOT_HERE, nobody=NOT_HERE),
    ("live_page", f"/live/{{meeting}}/page/{'0' * 32}/1"): who(NOT_HERE, nobody=NOT_HERE),
    ("live_file", "/live/{meeting}/hls/index.m3u8"): who(NOT_HERE, nobody=NOT_HERE),
    ("work", "/work"): OFFICERS,
    ("work_to_check", "/work/check"): OFFICERS,
    ("work_templates", "/work/templates"): OFFICERS,
    ("work_template", "/work/templates/{template}"): OFFICERS,
    ("work_template", f"/work/templates/{NONE}"): who(NO, vera=NOT_HERE, vasil=NOT_HERE),
    ("work_to_route", "/work/route"): who(NO, registrar=OPEN),
    ("work_to_publish", "/work/publish"): who(NO, editor=OPEN),
    ("work_report", "/work/report"): REPORTED_TO,
    ("work_report", "/work/report?of=body:AKIM@KG-C-ALA"): who(NO, vera=OPEN, vasil=OPEN, nur=NOT_HERE),
    ("work_report", "/work/report?of=place:KG-C"): who(NO, vera=NOT_HERE, vasil=NOT_HERE, nur=OPEN),
    ("work_report_pdf", "/work/report.pdf"): REPORTED_TO,
    ("work_report_pdf", "/work/report.pdf?of=country:"): who(NO, vera=NOT_HERE, vasil=NOT_HERE, nur=OPEN),
    ("work_report_xlsx", "/work/report.xlsx"): REPORTED_TO,
    ("work_bodies", "/work/bodies?q=аким"): who(NO, vera=OPEN, vasil=OPEN, registrar=OPEN, editor=OPEN),
    ("work_case", "/work/a/{routed}"): who(NO, vera=OPEN, vasil=OPEN, registrar=NOT_HERE, editor=OPEN),
    ("work_case", "/work/a/{unrouted}"): who(NO, vera=NOT_HERE, vasil=NOT_HERE, registrar=OPEN, editor=NOT_HERE),
    ("work_case", "/work/a/{elsewhere}"): who(NO, vera=NOT_HERE, vasil=NOT_HERE, registrar=NOT_HERE, editor=OPEN),
    ("work_case_pdf", "/work/a/{routed}/case.pdf"): who(NO, vera=OPEN, vasil=OPEN),
    ("work_case_pdf", "/work/a/{elsewhere}/case.pdf"): who(NO, vera=NOT_HERE, vasil=NOT_HERE),
    ("work_file", "/work/a/{routed}/file/1"): who(NO, vera=NOT_HERE, vasil=NOT_HERE),
    ("work_answer_file", "/work/a/{routed}/draft/{answer_file}"): OFFICERS,
    ("work_answer_file", f"/work/a/{{routed}}/draft/{NONE}"): who(NO, vera=NOT_HERE, vasil=NOT_HERE),
    ("work_route_several", "/work/route/several"): who(405, nobody=405),
    ("work_accept_several", "/work/accept/several"): who(405, nobody=405),
    ("work_act", "/work/a/{routed}/answer"): who(405, nobody=405),
    ("work_keep", "/work/a/{routed}/keep"): who(405, nobody=405),
    ("work_keep_paper", "/work/a/{routed}/keep/contribute"): who(405, nobody=405),
}
"""What each person gets for each address."""

ALLOWED = 400
"""The act is this person's, and the empty form is not enough for it."""

POST = {
    ("routed", "route"): who(NO, registrar=NOT_HERE),
    ("unrouted", "route"): who(NO, registrar=ALLOWED, vera=NOT_HERE, vasil=NOT_HERE, editor=NOT_HERE),
    ("routed", "accept"): who(NO, vera=302, vasil=302, registrar=NOT_HERE),
    ("routed", "forward"): who(NO, vera=ALLOWED, vasil=ALLOWED, registrar=NOT_HERE),
    ("routed", "extend"): who(NO, vera=ALLOWED, vasil=ALLOWED, registrar=NOT_HERE),
    ("routed", "return"): who(NO, vera=409, vasil=409, registrar=NOT_HERE),
    ("unrouted", "return"): who(NO, registrar=409, vera=NOT_HERE, vasil=NOT_HERE, editor=NOT_HERE),
    ("routed", "reopen"): who(NO, vera=409, vasil=409, registrar=NOT_HERE),
    ("elsewhere", "reopen"): who(NO, vera=NOT_HERE, vasil=NOT_HERE, registrar=NOT_HERE),
    ("routed", "answer"): who(NO, vera=ALLOWED, vasil=ALLOWED, registrar=NOT_HERE),
    ("routed", "approve"): who(NO, vera=ALLOWED, vasil=ALLOWED, registrar=NOT_HERE),
    ("routed", "take-back"): who(NO, vera=ALLOWED, vasil=ALLOWED, registrar=NOT_HERE),
    ("routed", "back"): who(NO, vera=ALLOWED, vasil=ALLOWED, registrar=NOT_HERE),
    **{
        ("routed", act): who(NO, vera=ALLOWED, vasil=ALLOWED, registrar=NOT_HERE)
        for act in ("note", "check-add", "check")
    },
    ("routed", "link"): who(NO, vera=ALLOWED, vasil=ALLOWED, registrar=NOT_HERE),
    ("routed", "merge"): who(NO, registrar=NOT_HERE),
    ("unrouted", "link"): who(NO, registrar=ALLOWED, vera=NOT_HERE, vasil=NOT_HERE, editor=NOT_HERE),
    ("unrouted", "merge"): who(NO, registrar=ALLOWED, vera=NOT_HERE, vasil=NOT_HERE, editor=NOT_HERE),
    ("routed", "co-add"): who(NO, vera=ALLOWED, vasil=ALLOWED, registrar=NOT_HERE),
    ("routed", "co-back"): who(NO, vera=ALLOWED, vasil=ALLOWED, registrar=NOT_HERE),
    ("routed", "contribute"): who(NO, vera=ALLOWED, vasil=ALLOWED, registrar=NOT_HERE),
    ("routed", "publish"): who(NO, editor=ALLOWED, registrar=NOT_HERE),
    ("routed", "confirm"): who(NO, editor=ALLOWED, registrar=NOT_HERE),
    ("routed", "give-back"): who(NO, editor=ALLOWED, registrar=NOT_HERE),
    ("routed", "withdraw"): who(NO, editor=ALLOWED, registrar=NOT_HERE),
    ("elsewhere", "answer"): who(NO, vera=NOT_HERE, vasil=NOT_HERE, registrar=NOT_HERE),
}
"""What each person gets for each act, sent with an empty form."""

MEETINGS = {
    **{
        f"/meetings/{address}": who(NO, assistant=ALLOWED)
        for address in (
            *("plan", "{meeting}/change", "{meeting}/cancel", "{held}/decisions"),
            *("{meeting}/guests", "{meeting}/guests/withdraw", "{meeting}/papers"),
        )
    },
    "/directory": who(NO, administrator=ALLOWED),
    "/directory/1": who(NO, administrator=NOT_HERE),
    "/programs": who(NO, administrator=ALLOWED),
    f"/programs/{NONE}/give": who(NO, administrator=NOT_HERE),
    "/open311/v2/requests.json": who(NO, nobody=NO),
    f"/open311/v2/tokens/{'a' * 32}.json": who(NO, nobody=NO),
    "/work/route/several": who(NO, registrar=ALLOWED),
    "/work/accept/several": who(NO, vera=ALLOWED, vasil=ALLOWED),
    "/work/templates": who(NO, vera=ALLOWED, vasil=ALLOWED),
    "/work/templates/{template}": who(NO, vera=ALLOWED, vasil=ALLOWED),
    "/meetings/{meeting}/captions": who(NO, captioner=409),
    "/my/add": who(SIGN_IN, citizen=ALLOWED),
    **{f"/my/{act}/1": who(SIGN_IN, citizen=NOT_HERE) for act in ("open", "remove")},
    "/my/passkey/ask": EVERYONE,
    "/my/passkey": who(NO, nobody=NO),
    "/my/passkeys/ask": who(SIGN_IN, citizen=OPEN),
    "/my/passkeys/add": who(SIGN_IN, citizen=409),
    "/my/delete": who(SIGN_IN, citizen=OPEN),
    "/meetings/guest/come": who(NO, nobody=NO),
    "/meetings/guest/act": who(401, nobody=401),
}
"""What each person gets for each act on meetings and on templates, on several requests, sent with an empty form."""

BY_TWO = {
    **{f"/doubts/{{doubt}}/{act}": who(NO, nur=ALLOWED) for act in ("propose", "confirm", "decline", "take-back")},
    **{f"/stops/{{stop}}/{act}": who(NO, nur=ALLOWED) for act in ("propose", "confirm", "decline", "take-back")},
    **{
        f"/erasures/{{request}}/{act}": who(NO, administrator=ALLOWED)
        for act in ("propose", "confirm", "decline", "take-back")
    },
}
"""What each person gets for each step that wants another person too, sent with an empty form."""


@pytest.fixture
def names(office_a: Office, office_b: Office, assistant: Person, vera: Person) -> dict[str, str]:
    here, there = Counter(office_a), Counter(office_b)
    mine = routed(here.register())
    other = routed(there.register(addressee_code="PLENIPOT", addressee_site="KG-C"))
    assert mine.body_code == "AKIM@KG-C-ALA"
    assert other.body_code not in {"", "AKIM@KG-C-ALA"}
    event = here.wire.events[0]
    unrouted = here.register(subject="Кайрылуу")
    doubt = here.write(categories=("99.99",))
    here.wire.exchange(health=Health(stopped_code=CLERK_SAID_NO, stop=STOP))
    (meeting,) = acts.plan_meetings(assistant.id.bytes, NAME, [plan()])
    (held,) = acts.plan_meetings(assistant.id.bytes, NAME[::-1], [plan()])
    acts.open_meeting(assistant.id.bytes, held)
    keep_record(meeting)
    add_paper(assistant.id.bytes, meeting, NewPaper(NAME, Words("Кагаз"), 0, pdf(1)))
    text = casework.AnswerText(None, "Жооп", "", "")
    added = casework.FilesChanged([NewFile("акт.pdf", pdf(1))])
    casework.write_draft(Standing.of(vera), mine, text, 0, is_ready=False, files=added)
    template = answer_templates.write(Standing.of(vera), mine.body_code, "Суу", "Жооп", "")
    return {
        "template": str(template.id),
        "answer_file": str(AnswerFile.objects.get().id),
        "meeting": meeting.hex(),
        "held": held.hex(),
        "paper": NAME.hex(),
        "stop": STOP.hex(),
        "doubt": doubt.hash.hex(),
        "request": event.hash.hex(),
        "routed": mine.number,
        "elsewhere": other.number,
        "unrouted": unrouted.number,
        "receipt": here.receipt(event, mine.number, 1),
    }


@pytest.fixture
def browser(request: pytest.FixtureRequest, browser_of: Callable[[Person], Client]) -> Client:
    if request.param == "nobody":
        return Client()
    if request.param == "citizen":
        return signed_in_as("citizen@example.org")
    return browser_of(request.getfixturevalue(request.param))


@contextmanager
def undone() -> Iterator[None]:
    """Take back all that was written, so that what is tried next meets the case as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def status_of(answer) -> int:
    """The status of an answer; a file that it gives out is read to its end, and closed by that."""
    if answer.streaming:
        list(answer)
    return int(answer.status_code)


@pytest.mark.parametrize("browser", PEOPLE, indirect=True)
def test_each_person_gets_the_pages_acts_and_steps_of_the_own_role_and_no_others(names, browser, request):
    person = request.node.callspec.params["browser"]
    with undone():
        opened = {address: status_of(browser.get(address.format(**names))) for _, address in GET}
    acted = {}
    for which, act in POST:
        with undone():
            acted[which, act] = browser.post(f"/work/a/{names[which]}/{act}").status_code
    with undone():
        stepped = {address: browser.post(address.format(**names)).status_code for address in BY_TWO}
        held = {address: browser.post(address.format(**names)).status_code for address in MEETINGS}
    assert held == {address: expected[person] for address, expected in MEETINGS.items()}
    assert opened == {address: expected[person] for (_, address), expected in GET.items()}
    assert acted == {act: expected[person] for act, expected in POST.items()}
    assert stepped == {address: expected[person] for address, expected in BY_TWO.items()}


def test_every_address_of_these_rooms_stands_in_the_table():
    def names_of(patterns, room=""):
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                if pattern.callback.__module__.split(".")[1] in ROOMS:
                    yield pattern.name
            else:
                yield from names_of(pattern.url_patterns)

    assert set(names_of(get_resolver().url_patterns)) == {name for name, _ in GET}
