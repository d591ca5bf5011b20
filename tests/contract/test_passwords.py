"""A long password that holds nothing is none."""

import pytest

from server_sync.contract.passwords import is_hollow


@pytest.mark.parametrize(
    "password",
    [" " * 10, "\u00a0" * 12, "\u200b" * 12, "\t \u2003" * 5, "a" * 20, "abcabcabcabc", "   a b c   ", "...........-"],
)
def test_spaces_and_repeated_letters_are_hollow(password):
    assert is_hollow(password)


@pytest.mark.parametrize("password", ["алты-сан 77", "Kara-Suu-1876", "жетим бала", "四つの文字", "1987"])
def test_four_different_letters_are_enough_whatever_their_script(password):
    assert not is_hollow(password)
