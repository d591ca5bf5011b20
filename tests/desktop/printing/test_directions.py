"""Right-to-left text stands in its order, in letters that join, and never turns what stands beside it."""

import pytest

from liaison_desktop.printing.directions import laid_out, side_by_side
from liaison_desktop.printing.letters import Face, drawable, text_width, undrawable


def drawn(text: str) -> str:
    return "".join(run for _, run in drawable(text, Face.SERIF))


@pytest.mark.parametrize(
    ("text", "from_the_left"),
    [
        ("علي", "\ufef2\ufee0\ufecb"),  # final yeh, medial lam, initial ain
        ("محمد", "\ufeaa\ufee4\ufea4\ufee3"),
        ("دار", "\ufead\ufe8d\ufea9"),  # letters that join to nothing after them
        ("لا", "\ufefb"),  # lam and alef are one
        ("سلام", "\ufee1\ufefc\ufeb3"),
        ("שלום", "םולש"),
        ("Асан שלום", "Асан םולש"),
        ("Асан (а)", "Асан (а)"),
    ],
)
def test_a_line_is_laid_from_the_left(text: str, from_the_left: str):
    assert laid_out(text, lambda letter: True) == from_the_left
    assert drawn(text) == from_the_left


def test_forms_that_no_font_has_are_left_as_letters():
    assert laid_out("علي", lambda letter: False) == "يلع"


def test_figures_and_other_words_beside_it_keep_their_order():
    names = side_by_side(("Асан", "محمد", "שלום", "12 үй"))
    assert laid_out(names, lambda letter: False) == "Асан, دمحم, םולש, 12 үй"


def test_marks_that_turn_others_are_not_obeyed():
    assert drawn("\u202eשלום\u202c abc \u202edef") == "םולש abc def"


def test_the_same_line_is_as_wide_as_what_is_drawn():
    assert text_width("محمد علي", Face.SERIF, 10) == pytest.approx(
        sum(text_width(run, face, 10) for face, run in drawable("محمد علي", Face.SERIF)), abs=0.01
    )


@pytest.mark.parametrize(
    ("name", "missing"), [("Асан", ""), ("王 小明", ""), ("محمد", ""), ("Ñúñez İsmail", ""), ("𞤀𞤣", "𞤀𞤣")]
)
def test_letters_that_paper_cannot_show_are_known_before(name: str, missing: str):
    assert undrawable(name) == missing
