"""What a reply to an office carries beside its message."""

import pytest
from django.test import Client

from tests.server.exchange.offices import PlainOffice

pytestmark = pytest.mark.django_db


def test_a_reply_to_an_office_carries_no_header_meant_for_browsers(ala: PlainOffice, nobody: Client) -> None:
    answer = ala.client.post("/sync/v1/exchange", b"", content_type="application/octet-stream")
    assert {name.lower() for name in answer.headers} == {
        "content-type",
        "cache-control",
        "liaison-reply",
        "content-length",
    }
    assert "Content-Security-Policy" in nobody.get("/sign-in").headers
