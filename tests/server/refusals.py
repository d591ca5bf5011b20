"""Reads what a page says of an act that was refused: the alert above everything, and the field that it leads to."""

import re

from django.http import HttpResponse


def answered(response: HttpResponse, how: str) -> dict[str, str]:
    """What a browser sends when each finding that a page shows is answered for in the same way."""
    marks = re.findall(r'<select id="(of-[0-9a-f]{16})"', response.content.decode())
    assert marks
    return dict.fromkeys(marks, how)


def alert_of(answer: HttpResponse) -> tuple[str, str]:
    """The words of the alert at the top of a page, and the name of the field that its link and the focus lead to."""
    page = answer.content.decode()
    found = re.search(r'<p class="say bad" role="alert" id="not-done">(.*?)</p>', page, re.DOTALL)
    assert found is not None, "no alert"
    assert found.start() < page.index("<h1")
    words = " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())
    link = re.search(r'href="#([^"]+)"', found[1])
    if link is None:
        assert "autofocus" not in page
        return words, ""
    led_to = [element for element in re.findall(r"<[^>]*>", page) if f'id="{link[1]}"' in element]
    assert len(led_to) == 1, led_to
    focused = [element for element in re.findall(r"<(?:input|select|textarea)[^>]*>", page) if " autofocus" in element]
    assert len(focused) == 1, focused
    name = re.search(r'name="([^"]+)"', focused[0])
    assert name is not None
    own = re.search(r' id="([^"]+)"', focused[0])
    assert own is None or f'id="{own[1]}-error"' in page, "the field is in sight, and no word beside it"
    assert led_to[0] == focused[0] or not led_to[0].startswith(("<input", "<select", "<textarea"))
    return words, name[1]
