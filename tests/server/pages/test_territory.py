"""Every address × every role: a role held here opens what is here, and of what is elsewhere not even that it exists.

`ADDRESSES` and `ACTS` are the promise: an address of the server that stands in neither fails the test.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from server_sync.appeals.applying import Decision
from server_sync.appeals.erasing import erase_request
from server_sync.appeals.models import Appeal
from server_sync.appeals.resolving import resolve
from server_sync.appeals.routing import route_new
from server_sync.casework import acts, answer_templates, co_executing, papers
from server_sync.casework.answer_files import NewFile
from server_sync.casework.models import AnswerFile, CheckItem, Proposal
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import DecisionTaken, Invited, MeetingPart, Outcome, Words
from server_sync.contract.messages import CLERK_SAID_NO
from server_sync.contract.workflow import Role
from server_sync.journal.models import Event
from server_sync.meetings.acts import open_meeting, plan_meetings
from server_sync.meetings.deciding import take_decision
from server_sync.meetings.guests import make_link
from server_sync.meetings.models import MEETING_BYTES, Meeting
from server_sync.meetings.papers.adding import NewPaper, add_paper
from server_sync.oversight import proposing
from server_sync.oversight.models import DoubtProposal, ErasureProposal
from server_sync.pages.access import Standing
from server_sync.workplaces.contacts import STOP_BYTES
from server_sync.workplaces.models import Contact, Epoch, Person, RoleGrant
from tests.server.casework.test_officers import working_day
from tests.server.conftest import BODY, OFFICE_A, SINCE, Office
from tests.server.counter import Counter
from tests.server.meetings.pdfs import pdf
from tests.server.meetings.planning import keep_record, plan

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = OFFICE_A, "KG-O"
WORD_HERE, CANARY = "өзүбүздүкү", "канарейка"
STAFF = tuple(role for role in Role if role not in {Role.APPLICANT, Role.EVERYONE})
OF_A_BODY = frozenset({Role.CASE_OFFICER, Role.AKIM, Role.PLENIPOTENTIARY})
WATCHERS = frozenset({Role.CENTRAL_OPERATOR, Role.ADMINISTRATOR})
OPERATOR, ADMINISTRATOR = frozenset({Role.CENTRAL_OPERATOR}), frozenset({Role.ADMINISTRATOR})
REPORTED_TO = OF_A_BODY | OPERATOR
ASSISTANT, CAPTIONER = frozenset({Role.CHAIR_ASSISTANT}), frozenset({Role.CAPTIONER})
REGISTRAR, EDITOR = frozenset({Role.REGISTRAR}), frozenset({Role.PUBLIC_EDITOR})
CASEWORK = OF_A_BODY | REGISTRAR | EDITOR
ANYBODY = frozenset(STAFF)
NO_ONE: frozenset[Role] = frozenset()
"""What only a role for the whole network opens."""

ADDRESSES: dict[str, list[tuple[str, frozenset[Role], frozenset[Role]]]] = {
    "work": [
        ("/work", OF_A_BODY, OF_A_BODY),
        ("/work?show=closed", OF_A_BODY, OF_A_BODY),
        ("/work?show=complaints", OF_A_BODY, OF_A_BODY),
    ],
    "work_to_check": [("/work/check", OF_A_BODY, OF_A_BODY)],
    "work_to_route": [("/work/route", REGISTRAR, REGISTRAR)],
    "work_to_publish": [("/work/publish", EDITOR, EDITOR), ("/work/publish?show=published", EDITOR, EDITOR)],
    "work_bodies": [("/work/bodies?q=a", CASEWORK, CASEWORK)],
    "work_report": [
        ("/work/report", REPORTED_TO, REPORTED_TO),
        ("/work/report?of=place:{site}", OPERATOR, REPORTED_TO),
    ],
    "work_report_pdf": [("/work/report.pdf?of=place:{site}", OPERATOR, REPORTED_TO)],
    "work_report_xlsx": [("/work/report.xlsx?of=place:{site}", OPERATOR, REPORTED_TO)],
    "work_case": [
        ("/work/a/{routed}", OF_A_BODY | EDITOR, CASEWORK),
        ("/work/a/{unrouted}", REGISTRAR, CASEWORK),
        ("/work/a/{answered}", OF_A_BODY | EDITOR, CASEWORK),
        ("/work/a/{published}", OF_A_BODY | EDITOR, CASEWORK),
    ],
    "work_case_pdf": [("/work/a/{routed}/case.pdf", OF_A_BODY, OF_A_BODY)],
    "work_answer_file": [("/work/a/{routed}/draft/{answer_file}", OF_A_BODY, OF_A_BODY)],
    "work_templates": [("/work/templates", OF_A_BODY, OF_A_BODY)],
    "work_template": [("/work/templates/{template}", OF_A_BODY, OF_A_BODY)],
    "work_file": [("/work/a/{routed}/file/1", frozenset(), OF_A_BODY)],
    "board": [("/board", WATCHERS, WATCHERS), ("/board?show=all", WATCHERS, WATCHERS)],
    "board_live": [("/board/live?show=all", WATCHERS, WATCHERS)],
    "board_csv": [("/board.csv", WATCHERS, WATCHERS)],
    "board_site": [("/board/{site}", WATCHERS, WATCHERS)],
    "doubts": [
        ("/doubts", OPERATOR, OPERATOR),
        ("/doubts?office={site}", OPERATOR, OPERATOR),
        ("/doubts?kind=kept_out", OPERATOR, OPERATOR),
    ],
    "doubt": [("/doubts/{doubt}", OPERATOR, OPERATOR)],
    "stop": [("/stops/{stop}", OPERATOR, OPERATOR)],
    "erasures": [
        ("/erasures", ADMINISTRATOR, ADMINISTRATOR),
        ("/erasures?number={answered}", ADMINISTRATOR, ADMINISTRATOR),
    ],
    "erasure": [("/erasures/{request}", ADMINISTRATOR, ADMINISTRATOR)],
    "directory": [("/directory", NO_ONE, NO_ONE)],
    "directory_csv": [("/directory.csv", NO_ONE, NO_ONE)],
    "directory_file": [("/directory/1", NO_ONE, NO_ONE)],
    "program_keys": [("/programs", NO_ONE, NO_ONE)],
    "meetings": [("/meetings", ASSISTANT, ASSISTANT), ("/meetings?show=past", ASSISTANT, ASSISTANT)],
    "meeting_plan": [("/meetings/plan", ASSISTANT, ASSISTANT)],
    "meeting": [("/meetings/{meeting}", ASSISTANT, ASSISTANT)],
    "meeting_record": [("/meetings/{meeting}/record", ASSISTANT, ASSISTANT)],
    "meeting_change": [("/meetings/{meeting}/change", ASSISTANT, ASSISTANT)],
    "meeting_decisions": [("/meetings/{held}/decisions", ASSISTANT, ASSISTANT)],
    "meeting_minutes": [
        ("/meetings/{held}/minutes", ASSISTANT, ASSISTANT),
        ("/meetings/{held}/minutes?lang=ru&as=pdf", ASSISTANT, ASSISTANT),
    ],
    "meeting_guests": [("/meetings/{meeting}/guests", ASSISTANT, ASSISTANT)],
    "meeting_papers": [("/meetings/{meeting}/papers", ASSISTANT, ASSISTANT)],
    "meeting_paper": [("/meetings/{meeting}/papers/{paper}", ASSISTANT, ASSISTANT)],
    "captions": [("/captions", CAPTIONER, CAPTIONER)],
    "meeting_captions": [("/meetings/{meeting}/captions", CAPTIONER, CAPTIONER)],
    "meeting_captions_lines": [("/meetings/{meeting}/captions/lines", CAPTIONER, CAPTIONER)],
    "own_page": [("/me", ANYBODY, ANYBODY)],
    "password": [("/password", ANYBODY, ANYBODY)],
}
"""What is asked for by address: the roles that get it, and the roles that are told of what is not theirs that there is
no such thing; the others are refused by their role. Addresses without a place in them are the same for both.
"""

ACTS: dict[str, list[tuple[str, dict[str, object], frozenset[Role]]]] = {
    "work_act": [
        ("/work/a/{unrouted}/route", {"route-body": BODY, "route-ky": "Жол"}, CASEWORK),
        ("/work/a/{unrouted}/return", {"return-ky": "Дарек"}, CASEWORK),
        ("/work/a/{routed}/accept", {}, CASEWORK),
        ("/work/a/{routed}/forward", {"forward-body": "PM", "forward-ky": "Жол"}, CASEWORK),
        (
            "/work/a/{routed}/extend",
            {"extend-due_on": "{later}", "extend-article": "14", "extend-ky": "Текшерүү"},
            CASEWORK,
        ),
        ("/work/a/{routed}/return", {"return-ky": "Дарек"}, CASEWORK),
        ("/work/a/{answered}/reopen", {"reopen-ky": "Кайра"}, CASEWORK),
        (
            "/work/a/{routed}/reception",
            {"reception-day": "{later}", "reception-at": "10:00", "reception-minutes": 30, "reception-ky": "Аким"},
            CASEWORK,
        ),
        ("/work/a/{routed}/decline", {"decline-ky": "Дарек"}, CASEWORK),
        ("/work/a/{routed}/invite", {}, CASEWORK),
        ("/work/a/{routed}/outcome", {"outcome-said": "Сөз"}, CASEWORK),
        ("/work/a/{routed}/note", {"note-text": "Өзүбүзгө", "note-version": 0}, CASEWORK),
        ("/work/a/{routed}/check-add", {"check-add-words": "Чалуу"}, CASEWORK),
        ("/work/a/{routed}/check", {"check-item": "{item}", "check-to": "done"}, CASEWORK),
        ("/work/a/{routed}/link", {"link-number": "{answered}", "link-ky": "Бир маселе"}, CASEWORK),
        ("/work/a/{unrouted}/merge", {"merge-number": "{routed}", "merge-ky": "Бир маселе"}, CASEWORK),
        (
            "/work/a/{routed}/co-add",
            {"co-add-body": "PM", "co-add-due_on": "{soon}", "co-add-asked": "Карта", "co-add-ky": "Чогуу"},
            CASEWORK,
        ),
        ("/work/a/{routed}/co-back", {"co-back-body": "PRESIDENT"}, CASEWORK),
        (
            "/work/a/{routed}/contribute",
            {"contribute-body": "PRESIDENT", "contribute-text": "Карта", "contribute-version": 0},
            CASEWORK,
        ),
        ("/work/a/{routed}/answer", {"answer-outcome": 1, "answer-ky": "Жооп", "answer-version": 1}, CASEWORK),
        ("/work/a/{routed}/take-back", {"take-back-version": 1}, CASEWORK),
        ("/work/a/{routed}/approve", {"approve-version": 1}, CASEWORK),
        ("/work/a/{routed}/back", {"back-version": 1, "back-note": "Кайра"}, CASEWORK),
        (
            "/work/a/{answered}/publish",
            {"publish-subject_ky": "Т", "publish-text_ky": "Ж", "publish-is_reviewed": "on", "publish-version": 1},
            CASEWORK,
        ),
        ("/work/a/{answered}/confirm", {"confirm-version": 1, "confirm-is_reviewed": "on"}, CASEWORK),
        ("/work/a/{answered}/give-back", {"give-back-version": 1, "give-back-note": "Кайра"}, CASEWORK),
        ("/work/a/{published}/withdraw", {"withdraw-reason": "суранышты"}, CASEWORK),
    ],
    "work_keep": [
        ("/work/a/{routed}/keep", {"answer-outcome": 1, "answer-ky": "Жооп", "answer-version": 1}, OF_A_BODY)
    ],
    "work_route_several": [
        ("/work/route/several", {"one": "{unrouted}", "route-body": BODY, "route-ky": "Жол"}, REGISTRAR),
    ],
    "work_accept_several": [("/work/accept/several", {"one": "{routed}"}, OF_A_BODY)],
    "work_template": [
        ("/work/templates/{template}", {"name": "Суу", "ky": "Жок", "version": 1, "body": BODY}, OF_A_BODY),
        ("/work/templates/{template}", {"end": "1", "version": 1}, OF_A_BODY),
    ],
    "work_keep_paper": [
        (
            "/work/a/{routed}/keep/contribute",
            {"contribute-body": "PRESIDENT", "contribute-text": "Карта", "contribute-version": 0},
            OF_A_BODY,
        )
    ],
    "doubt_act": [
        ("/doubts/{quiet_doubt}/propose", {"propose-decision": "keep_out", "propose-reason": "кагазы жок"}, OPERATOR),
        ("/doubts/{doubt}/confirm", {"confirm-proposal": "{decision_id}"}, OPERATOR),
        ("/doubts/{doubt}/decline", {"decline-proposal": "{decision_id}", "decline-note": "кагазы бар"}, OPERATOR),
        ("/doubts/{doubt}/take-back", {"take-back-proposal": "{decision_id}"}, OPERATOR),
    ],
    "program_key_act": [("/programs/00000000-0000-0000-0000-000000000000/give", {}, NO_ONE)],
    "stop_act": [("/stops/{stop}/propose", {"propose-reason": "кагаз окулду"}, OPERATOR)],
    "erasure_act": [
        ("/erasures/{quiet_request}/propose", {"propose-event": "whole", "propose-ground": "чечим"}, ADMINISTRATOR),
        (
            "/erasures/{request}/confirm",
            {"confirm-proposal": "{erasure_id}", "confirm-number": "{doomed}"},
            ADMINISTRATOR,
        ),
        (
            "/erasures/{request}/decline",
            {"decline-proposal": "{erasure_id}", "decline-note": "негиз жок"},
            ADMINISTRATOR,
        ),
        ("/erasures/{request}/take-back", {"take-back-proposal": "{erasure_id}"}, ADMINISTRATOR),
    ],
    "meeting_cancel": [("/meetings/{meeting}/cancel", {"reason_ky": "Кар", "seen": "{meeting_seen}"}, ASSISTANT)],
    "meeting_decisions": [
        ("/meetings/{held}/decisions", {"name": "5" * 32, "text_ky": "Кар", "item": "0"}, ASSISTANT),
        ("/meetings/{held}/decisions", {"decision": "{taken}", "reason_ky": "Кар"}, ASSISTANT),
    ],
    "meeting_papers": [("/meetings/{meeting}/papers", {"paper": "{paper}", "reason_ky": "Кар"}, ASSISTANT)],
    "meeting_guest_withdraw": [("/meetings/{meeting}/guests/withdraw", {"link": "{guest_link}"}, ASSISTANT)],
}
"""What is done by address, with everything that the act needs, and the roles to whom what is not theirs is not here."""

DONE = [
    ("/work/a/{unrouted}/route", Role.REGISTRAR),
    ("/work/a/{unrouted}/return", Role.REGISTRAR),
    *(
        (f"/work/a/{{routed}}/{act}", Role.CASE_OFFICER)
        for act in ("accept", "forward", "extend", "return", "answer", "approve", "back")
    ),
    *((f"/work/a/{{routed}}/{act}", Role.CASE_OFFICER) for act in ("note", "check-add", "check", "link")),
    ("/work/a/{unrouted}/merge", Role.REGISTRAR),
    ("/work/a/{routed}/co-add", Role.CASE_OFFICER),
    ("/work/a/{routed}/co-back", Role.CASE_OFFICER),
    ("/work/a/{answered}/reopen", Role.CASE_OFFICER),
    ("/work/a/{routed}/forward", Role.AKIM),
    ("/work/a/{routed}/approve", Role.PLENIPOTENTIARY),
    *((f"/work/a/{{answered}}/{act}", Role.PUBLIC_EDITOR) for act in ("publish", "confirm", "give-back")),
    ("/work/a/{published}/withdraw", Role.PUBLIC_EDITOR),
    *((f"/doubts/{{doubt}}/{act}", Role.CENTRAL_OPERATOR) for act in ("confirm", "decline")),
    ("/doubts/{quiet_doubt}/propose", Role.CENTRAL_OPERATOR),
    *((f"/erasures/{{request}}/{act}", Role.ADMINISTRATOR) for act in ("confirm", "decline")),
    ("/erasures/{quiet_request}/propose", Role.ADMINISTRATOR),
    ("/meetings/{meeting}/cancel", Role.CHAIR_ASSISTANT),
    ("/meetings/{held}/decisions", Role.CHAIR_ASSISTANT),
    ("/meetings/{meeting}/papers", Role.CHAIR_ASSISTANT),
    ("/meetings/{meeting}/guests/withdraw", Role.CHAIR_ASSISTANT),
]
"""Acts that each role does indeed do where it holds, with the very words that are refused elsewhere."""

LISTS = [
    (Role.REGISTRAR, "/work/route"),
    (Role.PUBLIC_EDITOR, "/work/publish"),
    (Role.PUBLIC_EDITOR, "/work/publish?show=published"),
    (Role.PUBLIC_EDITOR, "/work/publish?show=proposed"),
    (Role.CENTRAL_OPERATOR, "/board?show=all"),
    (Role.CENTRAL_OPERATOR, "/doubts"),
    (Role.ADMINISTRATOR, "/erasures"),
]
BADGE = re.compile(r'<span class="count[^"]*">(\d+)')

FOR_EVERYONE = frozenset(
    {
        *("home", "requests", "totals", "offices", "verify", "find", "case", "close_case", "receipt", "receipt_proof"),
        *("public_log", "how_long_kept"),
        *("case_file", "case_data", "case_data_json"),  # for whoever opened the request by its code
        *("requests_feed", "requests_json", "requests_csv"),
        *("officials", "official"),
        *("figures", "figures_of", "figures_csv", "figures_json", "figures_columns"),
        *("report", "report_pdf", "report_xlsx"),
        *("write", "write_matter", "write_addressee", "write_writer", "write_check", "write_confirm"),
        *("write_files", "write_file_begin", "write_file_piece"),
        *("subscribe", "subscribe_sent", "subscriptions"),
        *("subscribe_confirm", "subscription", "subscription_stop"),  # for whoever has the link of a letter
        *("write_receipt", "write_receipt_pdf", "write_throw_away"),  # for whoever has the secret of a draft
        *("guides", "guide", "lessons", "lesson", "lesson_file"),
        *("my_sign_in", "my_code", "my_sign_out"),
        *(
            "my_requests",
            "my_add",
            "my_open",
            "my_remove",
        ),  # for a citizen who is signed in
        *("my_passkey", "my_passkey_ask", "my_passkeys_ask", "my_passkeys_add", "my_passkeys_remove"),
        *("my_identity", "my_identity_back"),
        *("my_account", "my_account_json", "my_forget_details", "my_end_session", "my_delete"),
        "own_act",  # opened by a request's number and code
        *("sign_in", "sign_out", "healthz"),
        *("api", "api_description"),
        *("open311_discovery", "open311_services", "open311_service", "open311_requests", "open311_request"),
        *("open311_token", "open311_nothing"),  # a token opens to the key by which it was given
        *("log_checkpoint", "log_cosignatures", "log_inclusion", "log_consistency", "log_keys"),
        *("enrol", "person", "exchange", "blob", "reference", "unknown"),  # signed by an enrolled PC, not by a role
        *("in_meeting", "meetings_heard"),  # signed by such a PC, and by the media server
        *("guest", "guest_come", "guest_act", "guest_page"),  # for whoever has the secret of a link
        *("live", "live_state", "live_file", "live_page"),  # of meetings that are public
    }
)


@dataclass(frozen=True)
class Side:
    """One office with something for every page, as the addresses name it."""

    names: dict[str, str]
    body: str


def said(word: str, **addressed: str) -> dict[str, Any]:
    return {"subject": f"Суу {word}", "text": f"Суу жок {word}", **addressed}


def fill(counter: Counter, with_body: list[Appeal], words: dict[str, Any], word: str, staff: "Staff") -> Side:
    """Let an office have one of everything; every text that anybody wrote ends in `word`."""
    office = counter.office
    waiting, answered, published = with_body
    body = waiting.body_code
    writer, second = (staff.officer(f"{name}-{office.site.pk}".lower(), body) for name in ("жазуучу", "окуучу"))
    for appeal in (answered, published):
        acts.write_draft(writer, appeal, answer_of(word), 0, is_ready=True)
        acts.approve(second, appeal, 1)
    acts.publish(staff.editor, published, Words(f"Т {word}"), Words(f"Ж {word}"), "")
    languages = dict.fromkeys(("subject_ky", "text_ky"), word) | dict.fromkeys(("subject_ru", "text_ru"), "")
    texts = languages | dict.fromkeys(("subject_en", "text_en", "taken_out"), "")
    Proposal.objects.create(appeal=bytes(answered.hash), proposed_by=staff.editor.person, texts=texts, answers={})
    file = acts.FilesChanged([NewFile(f"{word}.txt", word.encode())])
    acts.write_draft(writer, waiting, answer_of(word), 0, is_ready=True, files=file)
    papers.add_item(writer, waiting, f"Чалуу {word}")
    co_executing.add(writer, waiting, "PRESIDENT", None, f"Карта {word}", Words(f"Чогуу {word}"))
    unrouted = counter.register(**words)
    doubts = [counter.write(**{**words, "categories": ("99.99",)}) for _ in range(2)]
    counter.wire.exchange()
    proposing.propose_decision(staff.operator, held(doubts[0].hash), Decision.KEEP_OUT, f"кагаз {word}")
    doomed, erased, quiet = (counter.register(**words) for _ in range(3))
    proposing.propose_erasure(staff.administrator, bytes(doomed.hash), None, f"сот {word}")
    proposing.propose_erasure(staff.administrator, bytes(erased.hash), None, f"чечим {word}")
    open_one = ErasureProposal.objects.get(appeal=erased.hash)
    proposing.confirm_erasure(staff.second_administrator, bytes(erased.hash), open_one.id)
    stop = sha256(office.site.pk.encode()).digest()[:STOP_BYTES]
    epoch = Epoch.objects.get(pk=office.epoch.pk)
    contact = {"stop": stop, "stopped_code": CLERK_SAID_NO, "last_seq": epoch.last_seq}
    assert Contact.objects.filter(workplace=epoch.workplace).update(**contact)
    chair = (Invited(office.site.pk, MeetingPart.CHAIR),)
    meeting = sha256(stop).digest()[:MEETING_BYTES]
    title = Words(f"Чогулуш {word}", f"Совещание {word}")
    plan_meetings(staff.assistant.person.id.bytes, meeting, [plan(title=title, invited=chair, agenda=())])
    began, taken = meeting[::-1], sha256(meeting).digest()[:MEETING_BYTES]
    leader = staff.assistant.person.id.bytes
    plan_meetings(leader, began, [plan(title=title, invited=chair, agenda=())])
    open_meeting(leader, began)
    take_decision(leader, DecisionTaken(taken, began, Words(f"Чечим {word}"), (office.site.pk,)))
    keep_record(meeting)
    paper = sha256(taken).digest()[:MEETING_BYTES]
    add_paper(leader, meeting, NewPaper(paper, Words(f"Кагаз {word}"), 0, pdf(1)))
    guest, _secret = make_link(
        staff.assistant.person,
        Meeting.objects.get(pk=meeting),
        f"Конок {word}",
        MeetingPart.VIEWER,
        timezone.now(),
    )
    names = {
        "guest_link": f"{guest.pk:018}",  # as no page writes it: a short number stands on many
        "meeting": meeting.hex(),
        "held": began.hex(),
        "taken": taken.hex(),
        "paper": paper.hex(),
        "template": str(answer_templates.write(writer, body, f"Суу {word}", f"Жооп {word}", "").id),
        "item": str(CheckItem.objects.get(appeal=waiting.hash).id),
        "answer_file": str(AnswerFile.objects.get(draft__appeal=waiting.hash).id),
        "meeting_seen": bytes(Meeting.objects.get(pk=meeting).event.hash).hex(),
        "stop": stop.hex(),
        "soon": f"{timezone.localdate():%d. %m. %Y}",  # as no page writes it
        "later": working_day((waiting.due_on or timezone.localdate()) + timedelta(days=7)).isoformat(),
        "site": office.site.pk,
        "routed": waiting.number,
        "unrouted": unrouted.number,
        "answered": answered.number,
        "published": published.number,
        "doomed": doomed.number,
        "erased": erased.number,
        "request": bytes(doomed.hash).hex(),
        "quiet_request": bytes(quiet.hash).hex(),
        "doubt": doubts[0].hash.hex(),
        "quiet_doubt": doubts[1].hash.hex(),
        "decision_id": str(DoubtProposal.objects.get(event=doubts[0].hash).id),
        "erasure_id": str(ErasureProposal.objects.get(appeal=doomed.hash).id),
    }
    return Side(names, body)


def answer_of(word: str) -> acts.AnswerText:
    return acts.AnswerText(Outcome.SATISFIED, f"Жооп {word}", f"Ответ {word}", "7-12")


def held(event_hash: bytes) -> Event:
    return Event.custody.select_related("epoch").get(hash=event_hash)


@dataclass(frozen=True)
class Staff:
    """People of the whole network, who prepare both offices."""

    editor: Standing
    operator: Standing
    administrator: Standing
    second_administrator: Standing
    assistant: Standing

    @staticmethod
    def officer(login: str, body: str) -> Standing:
        return Standing.of(person_with(login, RoleGrant(role=Role.CASE_OFFICER, body_id=body, from_on=SINCE)))


def person_with(login: str, *grants: RoleGrant) -> Person:
    person = Person.objects.create_person(login, None, surname="Тестов", given_name="Тест")
    for grant in grants:
        grant.person = person
        grant.save()
    return person


@pytest.fixture
def sides(centre, enrolled: Callable[[str], Office], monkeypatch, tmp_path) -> tuple[Side, Side]:
    monkeypatch.setattr("server_sync.appeals.erasure_notes.noted_file", lambda: tmp_path / "erased")
    staff = Staff(
        *(
            Standing.of(person_with(f"борбор-{number}", RoleGrant(role=role, from_on=SINCE)))
            for number, role in enumerate(
                (
                    Role.PUBLIC_EDITOR,
                    Role.CENTRAL_OPERATOR,
                    Role.ADMINISTRATOR,
                    Role.ADMINISTRATOR,
                    Role.CHAIR_ASSISTANT,
                )
            )
        )
    )
    words = {HERE: said(WORD_HERE), ELSEWHERE: said(CANARY, addressee_code="PLENIPOT", addressee_site=ELSEWHERE)}
    counters = {site: Counter(enrolled(site)) for site in words}
    with_body = {site: [counters[site].register(**words[site]) for _ in range(3)] for site in words}
    route_new()
    for appeal in [*with_body[HERE], *with_body[ELSEWHERE]]:
        appeal.refresh_from_db()
    here = fill(counters[HERE], with_body[HERE], words[HERE], WORD_HERE, staff)
    there = fill(counters[ELSEWHERE], with_body[ELSEWHERE], words[ELSEWHERE], CANARY, staff)
    assert here.body == BODY
    assert there.body not in {"", BODY}
    return here, there


def grant(role: Role, side: Side, *, since: int = -1000, until: int | None = None) -> RoleGrant:
    """A role of a side, from so many days from now until so many days from now."""
    today = timezone.localdate()
    place = {"body_id": side.body} if role in OF_A_BODY else {"site_id": side.names["site"]}
    return RoleGrant(
        role=role,
        from_on=today + timedelta(days=since),
        until_on=None if until is None else today + timedelta(days=until),
        **place,
    )


@pytest.fixture
def as_one_of_here(sides, browser_of: Callable[[Person], Client]) -> Callable[[Role], Client]:
    """A person whose role holds here today; elsewhere it ended yesterday and begins again tomorrow."""
    here, there = sides

    def sign_in(role: Role) -> Client:
        elsewhere = grant(role, there, until=-1), grant(role, there, since=1)
        return browser_of(person_with("бирөө", grant(role, here), *elsewhere))

    return sign_in


@pytest.fixture
def as_one_of_yesterday(sides, browser_of: Callable[[Person], Client]) -> Callable[[Role], Client]:
    """A person whose roles ended yesterday or begin tomorrow, wherever."""
    here, there = sides

    def sign_in(role: Role) -> Client:
        grants = [grant(role, side, **when) for side in (here, there) for when in ({"until": -1}, {"since": 1})]
        return browser_of(person_with("мурдагы", *grants))

    return sign_in


def betrays(text: str, side: Side) -> list[str]:
    """What of an office's requests, doubts and drafts stands in a page."""
    told = [name for name in side.names.values() if name != side.names["site"] and name in text]
    told += [f"/board/{side.names['site']}"] if f'/board/{side.names["site"]}"' in text else []
    return told + ([CANARY] if CANARY in text and side.names["site"] == ELSEWHERE else [])


def text_of(answer) -> str:
    """A page as it reads, without what is drawn anew each time; a table for spreadsheets too."""
    text = answer.content.decode()
    return re.sub(r'(nonce|name="csrfmiddlewaretoken" value)="[^"]+"', "", text)


def everything() -> dict[str, list[str]]:
    """All rows of the tables that pages write, sessions and people apart."""
    rooms = ("journal", "appeals", "casework", "oversight", "meetings")
    return {
        model._meta.label: sorted(repr(row) for row in model._default_manager.values_list())
        for room in rooms
        for model in apps.get_app_config(room).get_models()
    }


def addresses(side: Side) -> Iterator[tuple[str, frozenset[Role], frozenset[Role]]]:
    for listed in ADDRESSES.values():
        for address, opens, hides in listed:
            yield address.format(**side.names), opens, hides


def missing_like(address: str, side: Side) -> str:
    """The same address of something that does not exist; the address itself where it names nothing of an office."""
    for value in side.names.values():
        if len(value) == 64:
            address = address.replace(value, "0" * 64)
        elif value in (side.names["meeting"], side.names["held"]):
            address = address.replace(value, "0" * 32)
        else:
            address = address.replace(f"/a/{value}", "/a/OSH-26-Z-00001-0000")
    address = address.replace(f"of=place:{side.names['site']}", "of=place:KG-XX")
    return address.replace(f"/board/{side.names['site']}", "/board/KG-XX")


@contextmanager
def undone() -> Iterator[None]:
    """Take back all that was written, so that the next person finds it as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def status_of(answer) -> int:
    """The status of an answer; a file that it gives out is read to its end, and closed by that."""
    if answer.streaming:
        list(answer)
    return int(answer.status_code)


def test_a_role_opens_what_is_here(sides, as_one_of_here):
    here, _ = sides
    for role in STAFF:
        with undone():
            browser = as_one_of_here(role)
            got = {address: status_of(browser.get(address)) for address, *_ in addresses(here)}
        expected = {}
        for address, opens, hides in addresses(here):
            found = 302 if "number=" in address else 200
            expected[address] = found if role in opens else 404 if role in hides else 403
        assert got == expected, role


def test_no_page_betrays_anything_of_elsewhere(sides, as_one_of_here):
    _, there = sides
    for role in STAFF:
        with undone():
            browser = as_one_of_here(role)
            before = everything()
            for address, _opens, hides in addresses(there):
                answer = browser.get(address)
                told = text_of(answer)
                if "number=" in address:  # what was typed stands in its field again
                    assert answer.status_code == (200 if role in hides else 403), (role, address)
                    told = told.replace(there.names["answered"], "")
                assert not betrays(told, there), (role, address)
                if missing_like(address, there) != address:
                    assert answer.status_code == (404 if role in hides else 403), (role, address)
                    missing = text_of(browser.get(missing_like(address, there)))
                    asked = f"place%3A{there.names['site']}"  # what was asked goes on to the other languages
                    assert told == missing.replace("place%3AKG-XX", asked), (role, address)
            assert everything() == before, role


def test_no_act_reaches_elsewhere(sides, as_one_of_here):
    _, there = sides
    for role in STAFF:
        with undone():
            browser = as_one_of_here(role)
            before = everything()
            for address, typed, hides in every_act(there):
                answer = browser.post(address, typed)
                assert answer.status_code == (404 if role in hides else 403), (role, address)
                assert not betrays(text_of(answer), there), (role, address)
                assert text_of(answer) == text_of(browser.post(missing_like(address, there), typed)), (role, address)
            assert everything() == before, role


def every_act(side: Side) -> Iterator[tuple[str, dict[str, str], frozenset[Role]]]:
    for listed in ACTS.values():
        for address, typed, hides in listed:
            filled = {key: str(value).format(**side.names) for key, value in typed.items()}
            yield address.format(**side.names), filled, hides


def test_the_same_acts_with_the_same_words_are_done_here(sides, as_one_of_here):
    here, _ = sides
    before = everything()
    for act, role in DONE:
        address, typed, _ = next(one for one in every_act(here) if one[0] == act.format(**here.names))
        with undone():
            assert as_one_of_here(role).post(address, typed).status_code == 302, (role, act)
            assert everything() != before, (role, act)


def test_a_role_that_ended_or_has_not_begun_opens_nothing(sides, as_one_of_yesterday):
    for role in STAFF:
        with undone():
            browser = as_one_of_yesterday(role)
            before = everything()
            for side in sides:
                for address, *_ in addresses(side):
                    expected = 200 if address in {"/me", "/password"} else 403
                    assert browser.get(address).status_code == expected, (role, address)
                for address, typed, _ in every_act(side):
                    assert browser.post(address, typed).status_code == 403, (role, address)
            assert everything() == before, role


def test_lists_and_the_counts_in_the_head_are_of_what_is_here_only(sides, as_one_of_here, browser_of):
    here, there = sides
    for role, page in LISTS:
        with undone():
            everywhere = person_with("баары", RoleGrant(role=role, from_on=SINCE))
            whole, own = text_of(browser_of(everywhere).get(page)), text_of(as_one_of_here(role).get(page))
        assert betrays(whole, there), page
        assert betrays(own, here), page
        counts = [sum(int(count) for count in BADGE.findall(text)) for text in (whole, own)]
        assert counts[0] == 2 * counts[1], page


def test_a_role_held_for_a_body_reaches_the_requests_with_that_body_and_no_office(sides, browser_of):
    here, there = sides
    for role in (*REGISTRAR, *EDITOR, *OPERATOR, *ADMINISTRATOR):
        with undone():
            browser = browser_of(person_with("орган", RoleGrant(role=role, body_id=here.body, from_on=SINCE)))
            before = everything()
            for address, *_ in addresses(there):
                told = text_of(browser.get(address)).replace(address, "").replace(there.names["answered"], "")
                assert not betrays(told, there), (role, address)
            for side in sides if role not in EDITOR else [there]:
                for address, typed, _ in every_act(side):
                    assert browser.post(address, typed).status_code in {403, 404}, (role, address)
            assert everything() == before, role
            seen = browser.get("/work/a/{answered}".format(**here.names)).status_code
            assert (seen == 200) == (role in EDITOR)
            for address in ("/board/{site}", "/doubts/{doubt}", "/erasures/{request}"):
                assert browser.get(address.format(**here.names)).status_code in {403, 404}, (role, address)


def test_two_people_decide_about_an_office_that_both_reach(sides):
    here, there = sides
    for role, decide in (
        (Role.CENTRAL_OPERATOR, lambda first, second, side: resolve(
            bytes.fromhex(side.names["doubt"]), Decision.KEEP_OUT, "кагазы жок", person=first, second_person=second)),
        (Role.ADMINISTRATOR, lambda first, second, side: erase_request(
            bytes.fromhex(side.names["request"]), "чечим", first, second)),
    ):  # fmt: skip
        of_all = person_with(f"баары-{role}", RoleGrant(role=role, from_on=SINCE)).id.bytes
        of_here = person_with(f"бул жак-{role}", grant(role, here), grant(role, there, until=-1)).id.bytes
        for pair in ((of_all, of_here), (of_here, of_all)):
            with pytest.raises(Refused) as refused:
                decide(*pair, there)
            assert refused.value.code == "role_missing"
            with undone():
                decide(*pair, here)


def test_an_officer_whose_role_holds_for_a_body_and_a_site_reaches_what_lies_in_both(sides, browser_of):
    here, _ = sides
    both = person_with("экөө", RoleGrant(role=Role.CASE_OFFICER, body_id=BODY, site_id=ELSEWHERE, from_on=SINCE))
    browser = browser_of(both)
    assert browser.get(f"/work/a/{here.names['routed']}").status_code == 404
    assert not betrays(text_of(browser.get("/work")) + text_of(browser.get("/work/check")), here)


def test_a_draft_left_behind_shows_nothing_of_a_request_that_went_to_another_body(sides, as_one_of_here):
    here, there = sides
    Appeal.objects.filter(number=here.names["routed"]).update(body_code=there.body)
    text = text_of(as_one_of_here(Role.CASE_OFFICER).get("/work/check"))
    assert here.names["routed"] not in text


def test_every_address_of_the_server_stands_in_a_table():
    def names_of(patterns) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                yield pattern.name or str(pattern.pattern)
            else:
                yield from names_of(pattern.url_patterns)

    assert set(names_of(get_resolver().url_patterns)) == {*ADDRESSES, *ACTS, *FOR_EVERYONE}
