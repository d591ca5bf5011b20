"""Everything a person reads is there in Kyrgyz and Russian as it is in English."""

import ast
import re

import pytest
from babel.messages.catalog import Catalog

from resources import compile_translations as translations

FORBIDDEN_WORDS = re.compile(r"!|успешно|ийгиликтүү", re.IGNORECASE)
"""Calm words: see docs/glossary.md."""
ENDINGS = "га ге го гө ка ке ко кө да де до дө та те то тө дан ден дон дөн тан тен нын нин нун нүн ну ны ни".replace(
    " ", "|"
)
UNDECLINED = re.compile(rf"(?:\}}|%\(\w+\)s)(?:['’]?[а-яёңөү]|-(?:{ENDINGS})\b)", re.IGNORECASE)
"""An ending glued to an inserted value is wrong for most values."""
WRONG_LETTERS = re.compile("[ѲѳЎўӉӊЊњ]")
"""Look-alikes of ө, ү and ң that old fonts brought into texts."""


@pytest.fixture(scope="module", params=translations.LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def catalogue(language: str) -> Catalog:
    return translations.merged(language)


def forms(message_string: str | tuple[str, ...] | list[str]) -> list[str]:
    return [message_string] if isinstance(message_string, str) else list(message_string)


def ends(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()


def test_every_text_of_the_code_is_translated(language: str) -> None:
    missing = [f"{said.place}: {said.key[1]}" for said in translations.untranslated(language)]
    assert not missing, f"{len(missing)} texts without {language} words:\n" + "\n".join(missing[:40])


def test_no_translation_is_unsure_or_empty(language: str) -> None:
    for path in translations.parts(language):
        for message in translations.read_part(path):
            if message.id:
                assert not message.fuzzy, f"{path.parent.name}: {message.id}"
                assert translations.filled(message.string), f"{path.parent.name}: {message.id}"


def test_a_translation_takes_the_values_its_text_has(catalogue: Catalog) -> None:
    for message in catalogue:
        if not message.id:
            continue
        english = {tuple(translations.placeholders(text)) for text in forms(message.id)}
        for form in forms(message.string or ""):
            taken = translations.placeholders(form)
            allowed = english | {tuple(name for name in names if name not in {"{n}", "%(n)s"}) for names in english}
            assert tuple(taken) in allowed, f"{message.id!r} → {form!r}"


def test_a_translation_is_calm_and_glues_no_ending_to_a_value(catalogue: Catalog) -> None:
    for message in catalogue:
        for form in forms(message.string or "") if message.id else ():
            assert not FORBIDDEN_WORDS.search(form), form
            assert not UNDECLINED.search(form), form
            assert not WRONG_LETTERS.search(form), form


def test_a_translation_begins_and_ends_with_the_spaces_of_its_text(catalogue: Catalog) -> None:
    for message in catalogue:
        if message.id:
            english = forms(message.id)[0]
            for form in forms(message.string or ""):
                assert (form[:1].isspace(), form[-1:].isspace()) == (english[:1].isspace(), english[-1:].isspace()), (
                    form
                )


def test_two_parts_never_translate_one_text_differently() -> None:
    for language in translations.LANGUAGES:
        translations.merged(language)


def test_the_compiled_catalogues_are_those_of_the_parts() -> None:
    assert translations.is_compiled()


def test_no_text_to_translate_stands_inside_an_f_string() -> None:
    """Nobody would find it there to translate it: an f-string is one word to whoever collects the texts."""
    found = []
    for room in translations.ROOMS:
        for path in sorted((translations.ROOT / room).rglob("*.py")):
            for joined in ast.walk(ast.parse(path.read_bytes())):
                if isinstance(joined, ast.JoinedStr):
                    calls = [node.func for node in ast.walk(joined) if isinstance(node, ast.Call)]
                    named = {func.id for func in calls if isinstance(func, ast.Name)}
                    found += [f"{path.name}:{joined.lineno}"] * bool(named & translations.MARKS.keys())
    assert not found
