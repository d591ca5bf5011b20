"""Words of paper exist in both languages and fit their values."""

from datetime import date

import pytest
from babel.messages.pofile import read_po

from liaison_desktop.printing import letters, shipped
from liaison_desktop.printing.letters import Face
from liaison_desktop.printing.words import days_named, say_count


def _catalogue(language):
    with shipped.resource("translations", "paper", f"{language}.po").open("rb") as source:
        return {message.id: message.string for message in read_po(source, locale=language) if message.id}


def test_every_word_of_paper_is_said_in_both_languages():
    ky, ru = _catalogue("ky"), _catalogue("ru")
    assert ky.keys() == ru.keys()
    assert all(all(text) if isinstance(text, tuple) else text for text in (*ky.values(), *ru.values()))


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1 файл"), (3, "3 файла"), (5, "5 файлов"), (11, "11 файлов"), (21, "21 файл")]
)
def test_russian_counts_take_the_right_form(count, said):
    assert say_count("ru", "{n} files", count) == said


def test_neighbouring_days_are_joined_within_a_month():
    days = [date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 4)]
    assert days_named("ky", days) == "31-декабрь, 1–2-январь, 4-январь"
    assert days_named("ru", days) == "31 декабря, 1–2 января, 4 января"


def test_another_font_stands_in_where_the_paper_face_is_not_installed(tmp_path, monkeypatch):
    dejavu = shipped.find_font(*Face.FALLBACK.value)
    (tmp_path / "DejaVuSerif.ttf").write_bytes(dejavu.read_bytes())
    monkeypatch.setattr(shipped, "SYSTEM_FONTS", (tmp_path,))
    monkeypatch.setattr(shipped, "RESOURCES", tmp_path)
    shipped.find_font.cache_clear()
    assert shipped.find_font(*Face.SERIF.value) == tmp_path / "DejaVuSerif.ttf"
    with pytest.raises(shipped.FontsMissing) as refused:
        shipped.find_font("no-such-font.ttf")
    assert refused.value.code == "paper_fonts_missing"
    shipped.find_font.cache_clear()


@pytest.mark.parametrize("face", [face for face in Face if face is not Face.HAN])
def test_every_face_has_the_kyrgyz_letters(face):
    known = letters.font_facts(face).widths
    assert all(ord(letter) in known for letter in "ңөүҢӨҮё№—–·…")
