"""A name with direction marks turns nothing beside it, and ordinary words are left as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_sync.contract.direction import FSI, PDI, isolate

OPENS = "\u2066\u2067\u2068"
letters = st.text(
    alphabet="аb1 \n\u05d0\u0627\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", max_size=30
)


@pytest.mark.parametrize("plain", ["", "Бактыгүл Турдубаева", "ALA-26-A-00001-0181", "two\nlines", "“«№»”"])
def test_words_that_turn_nothing_stay_to_the_letter(plain):
    assert isolate(plain) == plain


@given(letters)
def test_no_line_lets_its_direction_out(text):
    isolated = isolate(text)
    for line in isolated.split("\n") if isolated != text else ():
        assert line.startswith(FSI)
        assert line.endswith(PDI)
        depth = 0
        for place, letter in enumerate(line, start=1):
            depth += (letter in OPENS) - (letter == PDI)
            assert depth > 0 or place == len(line)
        assert depth == 0
    kept = isolated.replace(FSI, "").replace(PDI, "")
    assert kept == text.replace(FSI, "").replace(PDI, "")
