"""The tools that guard the rest do notice what they are there for."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from resources import compile_translations as translations
from tests.run import COMMANDS, DESKTOP, ONCE, PAGES, SERVER, Tally, _parted, _with_tests

ROOT = Path(__file__).resolve().parents[2]
HEAD = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
AS_THE_SHELL_DOES = "cat resources/compile_translations.py $(LC_ALL=C ls resources/translations/*/*.po) | sha256sum"


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of translations and programs that belongs to this test."""
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    monkeypatch.setattr(translations, "TRANSLATIONS", tmp_path / "translations")
    monkeypatch.setattr(translations, "COMPILED", tmp_path / "translations" / "compiled")
    for room in translations.ROOMS:
        (tmp_path / room).mkdir()
    return tmp_path


def put(shelf: Path, part: str, entries: str, language: str = "ky") -> None:
    folder = shelf / "translations" / part
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{language}.po").write_text(HEAD + entries, encoding="utf-8")


def test_two_parts_that_contradict_each_other_are_refused(shelf: Path) -> None:
    put(shelf, "desktop", 'msgid "Save"\nmsgstr "Сактоо"\n')
    put(shelf, "pages", 'msgid "Save"\nmsgstr "Жазуу"\n')
    with pytest.raises(translations.BadTranslation, match="Save"):
        translations.merged("ky")


def test_one_text_may_mean_two_things_in_two_contexts(shelf: Path) -> None:
    put(shelf, "desktop", 'msgctxt "button"\nmsgid "Draft"\nmsgstr "Каралама"\n')
    put(shelf, "pages", 'msgctxt "of a law"\nmsgid "Draft"\nmsgstr "Долбоор"\n')
    assert {message.string for message in translations.merged("ky") if message.id} == {"Каралама", "Долбоор"}


def test_an_unsure_or_empty_translation_is_no_translation(shelf: Path) -> None:
    put(shelf, "desktop", '#, fuzzy\nmsgid "Save"\nmsgstr "Сактоо"\n\nmsgid "Send"\nmsgstr ""\n')
    (shelf / "liaison_desktop" / "form.py").write_text('tr("Save"), tr("Send")\n')
    assert [said.key[1] for said in translations.untranslated("ky")] == ["Save", "Send"]


def test_texts_of_code_and_of_page_templates_are_found(shelf: Path) -> None:
    (shelf / "liaison_desktop" / "form.py").write_text('tr("Save {name}", name=1), ntr("{n} file", "{n} files", 2)\n')
    folder = shelf / "server_sync" / "pages" / "templates"
    folder.mkdir(parents=True)
    page = '{% translate "Sign in" context "button" %}{% blocktranslate %}Due {{ day }}{% endblocktranslate %}'
    (folder / "page.html").write_text(page)
    found = {(said.key, said.plural) for said in translations.texts_in_code(shelf)}
    assert found == {
        ((None, "Save {name}"), None),
        ((None, "{n} file"), "{n} files"),
        (("button", "Sign in"), None),
        ((None, "Due %(day)s"), None),
    }


def test_the_compiled_catalogue_speaks_for_both_programs(shelf: Path) -> None:
    import gettext

    put(shelf, "desktop", 'msgid "Save"\nmsgstr "Сактоо"\n')
    put(shelf, "desktop", 'msgid "Save"\nmsgstr "Сохранить"\n', "ru")
    assert not translations.is_compiled()
    translations.compile_all()
    assert translations.is_compiled()
    for domain in ("liaison", "django"):
        assert gettext.translation(domain, str(translations.COMPILED), ["ky"]).gettext("Save") == "Сактоо"


def test_the_shell_and_python_agree_whether_the_translations_are_compiled() -> None:
    command = ["sh", "-c", AS_THE_SHELL_DOES]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert listed.stdout.split()[0] == translations.fingerprint()


def test_what_is_left_out_on_postgresql_is_there_to_be_run_on_sqlite() -> None:
    assert [path for path in ONCE if not (ROOT / path).is_file()] == []


@pytest.mark.parametrize(("folder", "groups"), [(SERVER, (PAGES, COMMANDS)), (DESKTOP, ({"ui"},))])
def test_tests_that_are_run_in_parts_are_all_run_and_none_twice(folder: str, groups: tuple[set[str], ...]) -> None:
    parts = _parted(folder, *groups)
    assert all(parts)
    assert sorted(path for part in parts for path in part) == _with_tests(folder)


def test_what_several_runs_counted_is_added_up() -> None:
    tally = Tally()
    tally.add("==== 12 passed, 1 skipped in 3.40s ====")
    tally.add("1 failed, 3 passed, 2 errors in 0.10s")
    assert (tally.passed, tally.failed, tally.skipped) == (15, 3, 1)


BAD_HABITS = {
    "leaves_a_thread": (
        "import threading\ndef test_it():\n    threading.Thread(target=threading.Event().wait, daemon=True).start()",
        "threads left running",
    ),
    "warns_in_the_log": (
        "import logging\ndef test_it():\n    logging.getLogger('x').warning('odd %s', 1)",
        "unexpected in the log",
    ),
    "announces_a_warning_that_never_comes": (
        "import pytest\n@pytest.mark.expects_log('odd')\ndef test_it():\n    pass",
        "announced but not logged",
    ),
    "leaves_a_timer": (
        "from PySide6.QtCore import QTimer\ntimer = QTimer()\ndef test_it(qtbot):\n    timer.start(50)",
        "left behind: timer",
    ),
    "leaves_a_timer_it_made": (
        "from PySide6.QtCore import QTimer as T\nm = []\ndef test_it(qtbot):\n    m[:] = [T()]\n    m[0].start(50)",
        "left behind: timer",
    ),
    "leaves_a_window": (
        "from PySide6.QtWidgets import QWidget as W\nw = []\ndef test_it(qtbot):\n    w[:] = [W()]\n    w[0].show()",
        "left behind: window",
    ),
    "lets_a_warning_pass": (
        "import warnings\ndef test_it():\n    warnings.warn('old', DeprecationWarning)",
        "DeprecationWarning: old",
    ),
}


@pytest.mark.parametrize("habit", BAD_HABITS)
def test_a_test_with_a_bad_habit_fails(habit: str, tmp_path: Path) -> None:
    code, told = BAD_HABITS[habit]
    ended = run_apart(tmp_path, code)
    assert ended.returncode == 1, ended.stdout
    assert told in ended.stdout


def test_an_announced_warning_is_no_failure(tmp_path: Path) -> None:
    code = "import logging, pytest\n@pytest.mark.expects_log('odd')\ndef test_it():\n    logging.warning('odd one')"
    assert run_apart(tmp_path, code).returncode == 0


def run_apart(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run one test in a process of its own, under our rules but outside of our tree."""
    (folder / "test_habit.py").write_text(textwrap.dedent(code))
    settings = "[pytest]\nfilterwarnings = error\nqt_api = pyside6\nmarkers = expects_log: announced warnings\n"
    (folder / "pytest.ini").write_text(settings)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:django", "-q", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LIAISON_TEST_ENDING_S": "0.2"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
