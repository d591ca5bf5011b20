"""Replaying any recorded request changes nothing, whenever and in whatever order it comes again."""

from dataclasses import replace

import pytest

from server_sync.appeals.acts import perform
from server_sync.appeals.rebuilding import PROJECTIONS
from server_sync.contract import frames
from server_sync.contract.bodies import AppealForm, AppealWithdrawn, Routed
from server_sync.evidence.models import Leaf, Log
from server_sync.journal.models import ChainHead, CommonRow, Event, FeedHead, FeedRow, Fork, Intake, Reading, Unread
from server_sync.workplaces.models import Epoch
from tests.server.exchange.offices import REQUEST

pytestmark = pytest.mark.django_db
TABLES = [Event, Reading, FeedHead, FeedRow, CommonRow, ChainHead, Unread, Fork, Intake, Epoch, Log, Leaf]
TABLES += [projected.rows.model for projected in PROJECTIONS]


def everything() -> dict[str, list[str]]:
    return {model.__name__: sorted(map(str, model._default_manager.values_list())) for model in TABLES}


def test_every_recorded_request_again_in_any_order_changes_nothing(ala, chuy, registrar):
    request = ala.write(REQUEST)
    ala.exchange()
    ala.write(replace(REQUEST, categories=("99.99",)))
    ala.write(REQUEST)
    ala.exchange()
    perform(request.hash, Routed("AKIM@KG-C-ALA"), person=registrar.id.bytes)
    clone = ala.clone()
    ala.write(AppealWithdrawn(reason="жазган", expressed=AppealForm.WRITTEN), appeal=request.hash)
    ala.exchange()
    clone.write(REQUEST, random=88)
    clone.exchange()
    chuy.write(REQUEST)
    chuy.exchange()
    ala.exchange()
    recorded = [*ala.posted, *clone.posted, *chuy.posted]
    assert len(recorded) > 5
    before = everything()
    for path, body, headers in [*recorded, *reversed(recorded)]:
        answer = ala.client.post(path, body, content_type=frames.MEDIA_TYPE, headers=headers)
        assert answer.status_code == 200
    assert everything() == before
