"""A token is told old by how long we have had it, not by this computer's clock."""

import base64
import json

import pytest

from liaison_desktop.media.attending import Token, Tokens


def made(**claims: object) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{body}.signature"


class Hours:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_what_stands_in_a_token_is_read_without_checking_it() -> None:
    text = made(exp=1_000, nbf=400, sub="KG-O-OSH", video={"room": "жыйын", "roomJoin": True})
    assert Token.read(text) == Token(text, "жыйын", "KG-O-OSH", 600.0)


@pytest.mark.parametrize(
    "text",
    ["", "a", "a.b", "a.!!.c", "e30.e30.", "e30.W10.x", made(exp="soon", nbf=0), made(exp=None, nbf=1), made(exp=7)],
)
def test_of_what_is_no_token_nothing_is_known_and_it_is_not_old(text: str) -> None:
    hours = Hours()
    tokens = Tokens(hours)
    assert tokens.take(text) == Token(text)
    hours.now += 1e9
    assert not tokens.is_old


def test_a_token_is_old_when_its_time_has_passed_since_it_came_whatever_the_clock_says() -> None:
    hours = Hours()
    tokens = Tokens(hours)
    seen = []
    for text, passes_s in ((made(exp=600, nbf=0), 599), (made(exp=600, nbf=0), 1), (made(exp=1_200, nbf=600), 0)):
        tokens.take(text)
        hours.now += passes_s
        seen.append(tokens.is_old)
    assert seen == [False, True, False]
