"""What Reception decides, without Qt: drafts are never lost, and one draft gives one number."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from liaison_desktop.domain.appeals import PersonCard
from liaison_desktop.domain.drafts import AppealDraft, AttachmentDraft
from liaison_desktop.domain.errors import AttachmentRefused, DiskFull, FieldProblem, InvalidAppeal
from liaison_desktop.ui.reception.presenter import KeptDraft, ReceptionActs, ReceptionPresenter
from liaison_desktop.ui.reception.values import FormValues, RegisteredFacts
from liaison_desktop.ui.widgets.chooser import Choice
from liaison_desktop.workplace import words
from server_sync.contract.errors import ContractError
from server_sync.contract.identifiers import uuid7

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class StandInView:
    """Remembers what it was told to show; ``form`` is what stands in it."""

    def __init__(self) -> None:
        self.form = FormValues()
        self.said: dict[str, Any] = {}
        self.reviews = 0
        self.shows_review = False

    def values(self) -> FormValues:
        return self.form

    def show_draft(self, values: FormValues, attached: tuple[Any, ...]) -> None:
        self.form = values
        self.said["attached"] = attached

    def rename_choices(self, values: FormValues) -> None:
        self.form = replace(self.form, addressee=values.addressee, language=values.language)

    def fill_in(self, values: FormValues) -> None:
        self.form = values

    def ask_review(self, facts: tuple[Any, ...], text: str, warnings: tuple[Any, ...]) -> None:
        self.reviews += 1

    def __getattr__(self, name: str) -> Callable[..., None]:
        if not name.startswith(("show_", "hide_", "focus_", "offer", "close_", "set_")):
            raise AttributeError(name)

        def told(*what: Any) -> None:
            self.said[name] = what

        return told


class Counter:
    """Stands in for the store and the clock: things are done at once, or when ``later`` says so."""

    def __init__(self) -> None:
        self.language = "ky"
        self.kept: dict[UUID, AppealDraft] = {}
        self.dropped: list[UUID] = []
        self.registered: list[AppealDraft] = []
        self.pending: dict[str, Callable[[], object]] = {}
        self.undo: Callable[[], None] | None = None
        self.loading: Callable[[tuple[KeptDraft, ...]], None] | None = None
        self.answer: Callable[[], None] | None = None
        self.refuse_saving: ContractError | None = None
        self.problems: tuple[FieldProblem, ...] = ()
        self.returning: PersonCard | None = None
        self.is_disk_full = False
        self.view = StandInView()
        self.presenter = ReceptionPresenter(self.view, self._acts())

    def _acts(self) -> ReceptionActs:
        def save(draft: AppealDraft, done: Callable[[datetime], None], failed: Callable[[ContractError], None]) -> None:
            if self.refuse_saving is not None:
                failed(self.refuse_saving)
                return
            self.kept[draft.draft_id] = draft
            done(NOW)

        def register(
            draft: AppealDraft,
            _read_out: date | None,
            done: Callable[[RegisteredFacts], None],
            failed: Callable[[ContractError], None],
        ) -> None:
            self.registered.append(draft)
            self.answer = lambda: done(None)  # type: ignore[arg-type]
            self.refuse = failed

        def attach(
            draft_id: UUID, path: Path, done: Callable[[AttachmentDraft], None], failed: Callable[[ContractError], None]
        ) -> None:
            if path.suffix == ".empty":
                failed(AttachmentRefused("attachment_empty"))
            else:
                done(AttachmentDraft(path.name.encode().ljust(32, b"0"), b"", path.name, "image/png", 10))

        return ReceptionActs(
            load_drafts=lambda done: setattr(self, "loading", done),
            new_draft=lambda: AppealDraft(draft_id=uuid7(), language=self.language),
            save_draft=save,
            drop_draft=self.dropped.append,
            attach=attach,
            detach=lambda _draft, _blob: None,
            problems=lambda _draft: self.problems,
            remarks=lambda _draft: (),
            mask_pin=lambda pin: "*" * len(pin),
            find=lambda name, query, _place: (Choice(query, name),),
            addressee=lambda code: Choice(code, code),
            category=lambda code: Choice(code, code),
            territory=lambda code: Choice(code, code),
            preview_due=lambda _draft: None,
            notices=lambda _draft: (),
            neighbours=lambda _draft, done: done((), None, self.returning) if self.returning else None,
            register=register,
            registered=lambda _facts, _open: None,
            open_request=lambda _appeal: None,
            is_disk_full=lambda: self.is_disk_full,
            after=lambda key, _ms, act: self.pending.__setitem__(key, act),
            at_once=self._do_at_once,
            forget=self._forget,
            offer_undo=lambda _say, undo: setattr(self, "undo", undo),
        )

    def _do_at_once(self, key: str) -> None:
        if key in self.pending:
            self.pending.pop(key)()

    def _forget(self, key: str) -> None:
        self.pending.pop(key, None)

    def type(self, **typed: Any) -> None:
        self.view.form = replace(self.view.form, **typed)
        self.presenter.changed(next(iter(typed)))

    def pass_time(self) -> None:
        for act in [self.pending.pop(key) for key in list(self.pending)]:
            act()


@pytest.fixture
def counter() -> Counter:
    words.set_language("en")
    made = Counter()
    made.presenter.start()
    return made


def test_what_is_typed_is_kept_in_a_moment_and_says_so(counter: Counter) -> None:
    counter.type(surname="Асанов")
    counter.pass_time()
    assert [draft.surname for draft in counter.kept.values()] == ["Асанов"]
    assert counter.view.said["show_saved"][0]() == "Draft saved: 14:00"


def test_an_empty_form_is_not_kept(counter: Counter) -> None:
    counter.presenter.changed("surname")
    counter.pass_time()
    assert counter.kept == {}


def test_drafts_that_load_late_do_not_wipe_out_what_is_being_typed(counter: Counter) -> None:
    counter.type(surname="Жаңы")
    assert counter.loading is not None
    counter.loading((KeptDraft(AppealDraft(draft_id=uuid7(), surname="Эски"), NOW),))
    assert counter.view.form.surname == "Жаңы"
    assert len(counter.view.said["show_tabs"][0]) == 2


def test_the_draft_of_before_the_crash_is_opened(counter: Counter) -> None:
    assert counter.loading is not None
    counter.loading((KeptDraft(AppealDraft(draft_id=uuid7(), surname="Эски", text="суу жок"), NOW),))
    assert (counter.view.form.surname, counter.view.form.text) == ("Эски", "суу жок")


def test_a_full_disk_is_said_and_what_is_typed_stays(counter: Counter) -> None:
    counter.refuse_saving = DiskFull("disk_full")
    counter.type(surname="Асанов")
    counter.pass_time()
    assert counter.view.said["show_saved"][0]() == "The draft is not saved"
    assert "disk is full" in counter.view.said["show_message"][3]()
    assert counter.view.form.surname == "Асанов"


def test_a_form_that_is_begun_on_a_full_disk_does_not_say_that_it_is_saved(counter: Counter) -> None:
    counter.is_disk_full = True
    counter.presenter.new()
    assert counter.view.said["show_saved"][0]() == "The disk is full: nothing typed is saved"
    counter.is_disk_full = False
    counter.presenter.look_at_disk()
    assert counter.view.said["show_saved"][0]() == "Everything typed is saved within a second"


def test_a_closed_draft_can_be_taken_back_and_is_dropped_only_later(counter: Counter) -> None:
    counter.type(surname="Асанов")
    counter.pass_time()
    draft_id = next(iter(counter.kept))
    counter.presenter.close(draft_id)
    assert counter.dropped == []
    assert counter.undo is not None
    counter.undo()
    counter.pass_time()
    assert counter.dropped == []
    assert counter.view.form.surname == "Асанов"


def test_one_draft_gives_one_number_however_often_it_is_confirmed(counter: Counter) -> None:
    counter.type(surname="Асанов")
    counter.presenter.review()
    for _ in range(5):
        counter.presenter.confirm()
    assert len(counter.registered) == 1
    assert counter.answer is not None
    counter.answer()
    counter.presenter.review()
    assert len(counter.registered) == 1


def test_missing_fields_keep_the_review_away_and_lead_to_the_first(counter: Counter) -> None:
    counter.problems = (FieldProblem("text", "text_empty"), FieldProblem("categories", "category_empty"))
    counter.type(surname="Асанов")
    counter.presenter.review()
    assert counter.view.reviews == 0
    assert counter.view.said["focus_on"] == ("category",)
    assert {remark[0] for remark in counter.view.said["show_remarks"][0]} == {"text", "category"}


def test_a_refusal_of_the_register_keeps_the_draft_whole(counter: Counter) -> None:
    counter.type(surname="Асанов", text="суу жок")
    counter.presenter.review()
    counter.presenter.confirm()
    counter.refuse(InvalidAppeal([FieldProblem("subject", "subject_empty")]))
    assert counter.view.form.text == "суу жок"
    assert counter.view.said["focus_on"] == ("subject",)
    counter.presenter.confirm()
    assert len(counter.registered) == 2


def test_a_file_that_is_refused_is_named_and_the_others_stay(counter: Counter) -> None:
    counter.type(surname="Асанов")
    counter.presenter.attach(["/x/арыз.png", "/x/бош.empty"])
    assert [row.name for row in counter.view.said["show_attachments"][0]] == ["арыз.png"]
    assert counter.view.said["show_message"][2]() == "The file was not added: бош.empty"
    assert "0 bytes" in counter.view.said["show_message"][3]()


def test_the_language_changes_the_words_of_choices_and_nothing_typed(counter: Counter) -> None:
    counter.type(surname="Асанов", addressee=Choice("AKIM@KG-C-ALA", "Akim of Alamudun District"))
    counter.presenter.language_changed()
    assert counter.view.form.surname == "Асанов"
    assert counter.view.form.addressee == Choice("AKIM@KG-C-ALA", "AKIM@KG-C-ALA")


def turn(counter: Counter, language: str) -> None:
    counter.language = language
    counter.presenter.language_changed()


def test_a_form_nobody_wrote_in_follows_the_language_of_the_window(counter: Counter) -> None:
    counter.type(kind="complaint")
    turn(counter, "ru")
    assert counter.view.form.language == "ru"
    turn(counter, "ky")
    assert counter.view.form.language == "ky"


@pytest.mark.parametrize("typed", [{"surname": "Асанова"}, {"text": "Суу жок"}, {"signatories_count": "5"}])
def test_a_form_in_which_something_is_written_keeps_its_language(counter: Counter, typed: dict[str, str]) -> None:
    counter.type(**typed)
    turn(counter, "ru")
    assert counter.view.form.language == "ky"


def test_a_language_chosen_by_hand_stays_and_the_next_form_is_that_of_the_window(counter: Counter) -> None:
    counter.type(language="ru")
    turn(counter, "ky")
    assert counter.view.form.language == "ru"
    counter.type(surname="Асанова")
    counter.presenter.new()
    assert counter.view.form.language == "ky"


def test_an_empty_form_put_aside_follows_too(counter: Counter) -> None:
    counter.type(surname="Асанова")
    written = counter.presenter._current
    counter.presenter.new()
    assert written is not None
    counter.presenter.choose(written)
    turn(counter, "ru")
    assert counter.view.form.language == "ky"
    counter.presenter.new()
    assert counter.view.form.language == "ru"


def test_the_keyboard_is_led_to_the_first_field_that_is_needed_as_the_form_is_walked(counter: Counter) -> None:
    counter.problems = tuple(FieldProblem(name, f"{name}_empty") for name in ("subject", "kind", "answer_by"))
    counter.type(surname="Асанов")
    counter.presenter.review()
    assert counter.view.said["focus_on"] == ("answer_by",)
    assert [place.name for place in counter.view.said["show_missing"][0]] == ["answer_by", "kind", "subject"]


def test_what_was_filled_in_leads_to_the_next_field_that_is_still_needed(counter: Counter) -> None:
    counter.problems = tuple(FieldProblem(name, f"{name}_empty") for name in ("kind", "addressee_code", "answer_by"))
    counter.returning = PersonCard(surname="Асанов", given_name="Бек", phone="+996 555 123456")
    counter.type(surname="Асанов")
    counter.pass_time()
    counter.presenter.take_over()
    assert counter.view.form.given_name == "Бек"
    assert counter.view.said["focus_on"] == ("answer_by",)
