"""The desk shows a page of a paper to all: the stage names both, until the paper is put away or withdrawn."""

import pytest
from django.utils import timezone

from server_sync.contract.bodies import MeetingPaperWithdrawn, Words
from server_sync.contract.meetings import MeetingAct
from server_sync.meetings import conducting, reconciling
from server_sync.meetings.live_models import Live
from server_sync.meetings.papers import adding
from server_sync.meetings.papers.adding import NewPaper
from server_sync.meetings.stage import stage_of
from tests.server.meetings.pdfs import pdf
from tests.server.meetings.planning import NAME, WHY

pytestmark = pytest.mark.django_db
PAPER, OTHER = bytes(range(48, 64)), bytes(range(64, 80))


@pytest.fixture
def desk_with_papers(begun, monkeypatch):
    monkeypatch.setattr(adding, "pages_of", lambda _pdf: 4)
    for name in (PAPER, OTHER):
        adding.add_paper(begun.person.id.bytes, NAME, NewPaper(name, Words("Көмүр"), 1, pdf(1)))
    return begun


def shown(window, **said):
    stage = window.stage(MeetingAct.SHOW_PAPER, **said)
    return stage.paper, stage.page


def test_a_page_is_shown_to_all_and_put_away(desk_with_papers, speaker):
    desk = desk_with_papers
    before = desk.stage().version
    assert shown(desk, paper=PAPER, page=2) == (PAPER.hex(), 2)
    seen = speaker.stage()
    assert (seen.paper, seen.page, seen.version > before) == (PAPER.hex(), 2, True)
    assert shown(desk, paper=OTHER, page=4) == (OTHER.hex(), 4)
    assert shown(desk) == ("", 0)
    assert shown(desk, page=3) == ("", 0)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"paper": bytes(16), "page": 1}, "no_such_paper"),
        ({"paper": PAPER, "page": 0}, "no_such_page"),
        ({"paper": PAPER, "page": 5}, "no_such_page"),
    ],
)
def test_what_is_no_page_of_the_meeting_is_refused_and_changes_nothing(desk_with_papers, said, code):
    desk = desk_with_papers
    shown(desk, paper=PAPER, page=2)
    assert desk.refused(MeetingAct.SHOW_PAPER, **said) == (409, code)
    assert (desk.stage().paper, desk.stage().page) == (PAPER.hex(), 2)


def test_nobody_but_the_desk_shows_a_paper(desk_with_papers, speaker, office):
    for window in (speaker, office):
        window.come()
        assert window.refused(MeetingAct.SHOW_PAPER, paper=PAPER, page=1) == (409, "not_of_desk")


def test_a_paper_withdrawn_while_it_is_shown_is_shown_no_more(desk_with_papers, monkeypatch):
    desk = desk_with_papers
    shown(desk, paper=PAPER, page=2)
    adding.withdraw_paper(desk.person.id.bytes, MeetingPaperWithdrawn(PAPER, NAME, WHY))
    before = stage_of(NAME)
    assert (before.paper, before.page) == ("", 0)
    told = []
    monkeypatch.setattr(conducting, "carry_over", lambda meeting, change: told.append((meeting, change)))
    reconciling._note(NAME, set(), conducting.welcome(NAME), "", timezone.now())
    assert Live.objects.get(pk=NAME).paper is None
    assert stage_of(NAME).version > before.version
    assert desk.refused(MeetingAct.SHOW_PAPER, paper=PAPER, page=2) == (409, "no_such_paper")
