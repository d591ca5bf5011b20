"""What people write keeps its direction to itself on every page: their words stand in elements of their own."""

from html.parser import HTMLParser

import pytest
from django.test import Client
from typing_extensions import override

from server_sync.appeals.acts import perform
from server_sync.appeals.models import Appeal
from server_sync.casework.models import AnswerDraft
from server_sync.contract import bodies
from server_sync.contract.bodies import Outcome, Words
from server_sync.contract.direction import FSI, PDI
from server_sync.contract.evidence.receipt import short_code
from server_sync.workplaces.models import Person, Workplace
from tests.server.casework.test_officers import act, answer
from tests.server.conftest import BODY
from tests.server.counter import Counter, routed

pytestmark = pytest.mark.django_db

VOID = frozenset({"meta", "link", "input", "br", "hr", "img", "path", "rect", "use", "circle"})
TURNED = "\u202eсөз"
ARABIC = "كلمة"
CANARIES = (TURNED, ARABIC)


class Reader(HTMLParser):
    """Finds words of people that stand in no element of their own direction."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.seen = 0
        self.loose: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        for name, value in told.items():
            if value and any(canary in value for canary in CANARIES):
                self.seen += 1
                if told.get("dir") != "auto" and not (value.startswith(FSI) and value.endswith(PDI)) and name != "href":
                    self.loose.append(f"<{tag} {name}={value!r}>")
        if tag not in VOID:
            self.open.append((tag, told))

    @override
    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    @override
    def handle_data(self, data: str) -> None:
        if not any(canary in data for canary in CANARIES):
            return
        self.seen += 1
        held = any(tag == "bdi" or told.get("dir") == "auto" for tag, told in self.open)
        if not held and not (FSI in data and PDI in data):
            self.loose.append(f"{'>'.join(tag for tag, _ in self.open)}: {data.strip()[:60]!r}")


def loose_words(browser: Client, address: str) -> int:
    """How many words of people a page shows; none of them may be loose."""
    page = browser.get(address)
    assert page.status_code == 200, address
    reader = Reader()
    reader.feed(page.content.decode())
    assert reader.loose == [], address
    return reader.seen


@pytest.fixture
def said(office_a, vera, vasil, nur, administrator, editor, second_editor, registrar) -> dict[str, str]:
    """A request in which everybody wrote something that turns."""
    Person.objects.update(surname=f"{TURNED}ов", given_name=ARABIC)
    Workplace.objects.update(name=f"{TURNED} 1")
    counter = Counter(office_a)
    appeal = routed(counter.register(subject=f"Жол {TURNED}", text=f"Бир\n{TURNED}\n{ARABIC}"))
    other = counter.register(subject=f"Кайрылуу {ARABIC}")
    doubt = counter.write(categories=("99.99",))
    counter.wire.exchange()
    return {"number": appeal.number, "other": other.number, "hash": bytes(appeal.hash).hex(), "doubt": doubt.hash.hex()}


def test_every_page_holds_peoples_words_in_elements_of_their_own(said, browser_of, request):
    as_vera, as_vasil, as_nur, as_administrator, as_editor, as_second_editor, as_registrar = (
        browser_of(request.getfixturevalue(name))
        for name in ("vera", "vasil", "nur", "administrator", "editor", "second_editor", "registrar")
    )
    appeal = Appeal.objects.get(number=said["number"])
    act(as_vera, appeal, "accept", note=f"{ARABIC} {ARABIC}")
    act(as_vera, appeal, "extend", due_on="2027-01-05", ky=ARABIC, ru=ARABIC, article=f"10 {ARABIC}")
    seen = loose_words(as_vera, f"/work/a/{said['number']}")
    answer(as_vera, appeal, ky=f"Жооп {ARABIC}", ru=ARABIC, reference=f"№{ARABIC}")
    assert AnswerDraft.objects.exists()
    act(as_vasil, appeal, "back", version=AnswerDraft.objects.get().version, note=f"{ARABIC}!")
    for browser in (as_vera, as_vasil):
        seen += loose_words(browser, f"/work/a/{said['number']}")
        seen += loose_words(browser, "/work")
        seen += loose_words(browser, "/work/check")
        seen += loose_words(browser, f"/work?q={ARABIC}")
    draft = AnswerDraft.objects.get()
    answer(as_vera, appeal, draft.version, ky=f"Жооп {ARABIC}", ru=ARABIC, reference=f"№{ARABIC}")
    seen += loose_words(as_vasil, f"/work/a/{said['number']}")
    seen += loose_words(as_vasil, "/work/check")
    act(as_vasil, appeal, "approve", version=AnswerDraft.objects.get().version)
    seen += loose_words(as_vera, "/work?show=closed")
    seen += loose_words(as_editor, "/work/publish")
    seen += loose_words(as_editor, f"/work/a/{said['number']}")
    summary = {"subject_ky": f"Жол {ARABIC}", "text_ky": f"Текст {ARABIC}", "taken_out": "аты", "is_reviewed": "on"}
    act(as_editor, appeal, "publish", **summary)
    seen += loose_words(as_second_editor, "/work/publish?show=proposed")
    seen += loose_words(as_second_editor, f"/work/a/{said['number']}")
    act(as_second_editor, appeal, "confirm", version=1, is_reviewed="on")
    assert loose_words(as_editor, f"/work/a/{said['number']}") > 0
    for address in ("/", "/requests", f"/requests?q={ARABIC}", f"/a/{said['number']}", f"/a?number={ARABIC}"):
        assert loose_words(Client(), address if "/a?" not in address else "/requests?q=" + TURNED) > 0, address
    seen += loose_words(as_registrar, "/work/route")
    seen += loose_words(as_registrar, f"/work/a/{said['other']}")
    as_nur.post(
        f"/doubts/{said['doubt']}/propose", {"propose-decision": "rejected", "propose-reason": f"Себеби {ARABIC}"}
    )
    for address in ("/me", "/board", "/board/KG-C-ALA", "/doubts", f"/doubts/{said['doubt']}"):
        assert loose_words(as_nur, address) > 0, address
    as_administrator.post(
        f"/erasures/{said['hash']}/propose", {"propose-event": "whole", "propose-ground": f"{ARABIC} негиз"}
    )
    for address in ("/erasures", f"/erasures/{said['hash']}"):
        assert loose_words(as_administrator, address) > 2, address
    assert seen > 60


def test_the_applicants_own_page_too(office_a, vera, vasil):
    Person.objects.update(surname=f"{TURNED}ов", given_name=ARABIC)
    appeal = routed(Counter(office_a).register(subject=f"Жол {TURNED}", text=f"Бир\n{TURNED}\n{ARABIC}"))
    request = bytes(appeal.hash)
    perform(request, bodies.AcceptedByBody(BODY, note=f"{ARABIC} {TURNED}"), person=vera.id.bytes)
    words = bodies.Answered(
        Outcome.SATISFIED, Words(TURNED, ARABIC), BODY, ARABIC, vasil.id.bytes, reference=f"№{TURNED}"
    )
    perform(request, words, person=vera.id.bytes)
    browser = Client()
    browser.post(f"/a/{appeal.number}", {"code": short_code(bytes(appeal.event.salt or b""))})
    assert loose_words(browser, f"/a/{appeal.number}") > 5


def test_what_a_person_typed_comes_back_in_its_own_direction(said, vera, browser_of):
    page = Client().post("/sign-in", {"login": TURNED, "password": "x"})
    reader = Reader()
    reader.feed(page.content.decode())
    assert (reader.seen, reader.loose) == (1, [])
    page = Client().get("/a", {"number": ARABIC})
    reader = Reader()
    reader.feed(page.content.decode())
    assert (reader.seen, reader.loose) == (1, [])
    page = browser_of(vera).post(f"/work/a/{said['number']}/extend", {"extend-ky": TURNED, "extend-article": ARABIC})
    reader = Reader()
    reader.feed(page.content.decode())
    assert reader.seen > 3
    assert reader.loose == []
