"""Every described address is asked what the description allows and what it forbids, by a program that knows only it.

The answers have to be those described: no mistake of the server, nothing refused that is allowed, nothing taken that is
not. The seed is fixed, so that a failure comes again.
"""

from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from hypothesis import given as drawn
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from server_sync.programs import pace
from server_sync.programs.keys import Scope
from server_sync.programs.operations import OPERATIONS, Operation
from tests.server.conftest import Office
from tests.server.counter import Counter
from tests.server.portal.test_bounded import publish

pytestmark = [pytest.mark.django_db]

EXAMPLES = 8
"""Of each address and method."""


@pytest.fixture
def described(office_a: Office, monkeypatch):
    monkeypatch.setattr(pace, "READING", pace.Pace("reading", 1_000_000))
    monkeypatch.setattr(pace, "WRITING", pace.Pace("writing", 1_000_000))
    publish(Counter(office_a), 3)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # the test's own stays open, as Django's test client leaves it
    yield schemathesis.openapi.from_wsgi("/api/openapi.json?language=en", WSGIHandler())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
def test_an_address_answers_as_it_is_described(described, given, letters, one: Operation, mode: GenerationMode) -> None:
    key = given(Scope.WRITE_REQUESTS, Scope.VOUCH_PERSON) if one.scope is not None else ""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    case_of = described[one.path][one.method].as_strategy(generation_mode=mode)

    # a size that has no checkpoint and a span of years have the right form, and are refused for what they say
    chooses = one.reads_itself or bool(key) or any(parameter.name == "start_date" for parameter in one.parameters)

    @drawn(case=case_of)
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Case[Any]) -> None:
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance] if chooses else [])

    try:
        ask()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # an address that takes nothing can be given nothing wrong
