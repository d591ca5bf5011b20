"""A newcomer finds every command, setting and code in the documents, and everything the documents name exists."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs import make_reference
from liaison_desktop.ui.errors import WORDS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(#[^)\s]*)?\)")
CALLED = re.compile(r"\./liaison ([a-z]+)")


@pytest.fixture(scope="module")
def reference() -> str:
    return make_reference.PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def offered() -> set[str]:
    return {command for command, _words in make_reference.commands_of_liaison()}


def test_the_reference_is_as_the_code_is(reference: str) -> None:
    assert make_reference.written(reference) == reference, "run: python -m docs.make_reference"


def test_every_command_of_liaison_is_in_the_readme(offered: set[str]) -> None:
    assert offered <= set(CALLED.findall(README))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_a_page_names_exists(page: Path, offered: set[str]) -> None:
    assert set(CALLED.findall(page.read_text(encoding="utf-8"))) <= offered


def test_every_command_of_the_register_is_in_the_reference(reference: str) -> None:
    assert not [name for name, _words in make_reference.commands_of_the_centre() if f"`{name}`" not in reference]


def test_the_reference_has_every_command_that_the_register_lists() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "server_sync", "help"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    named = re.findall(r"^  (\w+) ", listed, re.MULTILINE)
    assert "run" in named
    assert named == [name for name, _words in make_reference.commands_of_the_centre()]


def test_every_setting_read_from_the_environment_is_in_the_reference(reference: str) -> None:
    own = {name for name in make_reference.environment_names() if name.startswith(("LIAISON_", "DATABASE_"))}
    assert not [name for name in own if f"`{name}`" not in reference]


def test_every_code_of_a_refusal_is_in_the_documents() -> None:
    documents = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert not {refusal.code for refusal in make_reference.refusals() if f"`{refusal.code}`" not in documents}


def test_the_office_has_words_for_every_refusal_of_its_own() -> None:
    """What is not signed by the centre is told in one sentence, whatever did not hold."""
    own = [one for one in make_reference.refusals() if one.room.startswith("liaison_desktop.")]
    assert not sorted({one.code for one in own if one.kind != "NotAuthentic"} - set(WORDS))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_inside_the_repository_leads_somewhere(page: Path) -> None:
    for target, _anchor in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
