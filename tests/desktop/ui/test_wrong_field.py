"""What the centre found wrong with an event is said with the field's own name."""

import pytest

from liaison_desktop.ui.wrong_field import say_wrong


@pytest.mark.parametrize(
    ("code", "field", "words"),
    [
        ("category_unknown", "categories", "Matter: This matter is not in the list any more."),
        ("text_empty", "AppealRegistered.text", "Text: "),
        ("control_character", "signatories", "Those who signed: "),
        ("out_of_range", "newer.thing", "newer.thing: "),
    ],
)
def test_the_field_comes_first_and_one_without_words_by_its_code(code: str, field: str, words: str) -> None:
    assert say_wrong(code, field).startswith(words)


def test_without_a_field_the_reason_stands_alone() -> None:
    assert say_wrong("category_unknown", "").startswith("This matter")
