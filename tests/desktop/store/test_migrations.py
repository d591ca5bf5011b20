"""The tables a store has are those written down, whichever version it began with."""

import re
import shutil
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from liaison_desktop.domain.asking import AppealQuery
from liaison_desktop.domain.times import local_day
from liaison_desktop.store import migrations
from liaison_desktop.store.appeals import list_appeals
from liaison_desktop.store.drafts import list_drafts, read_draft
from liaison_desktop.store.migrations.m0001_first import statements_of
from liaison_desktop.store.projecting import differences, renew_if_due
from liaison_desktop.store.search import search_appeals
from liaison_desktop.store.store import Store
from tests.contract.invented import NOW_MS

RELEASED = sorted(Path(__file__).with_name("released").glob("*.db"))
KEY = bytes(range(32))
MODEL = Path(migrations.__file__).parents[1] / "schema.sql"


def _tables(connection) -> dict[str, str]:
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {name: re.sub(r"\s+", " ", sql) for name, sql in rows}


def test_what_migrations_make_is_what_is_written_down(tmp_path: Path):
    model = dbapi2.connect(":memory:")
    for statement in statements_of(MODEL.read_text(encoding="utf-8")):
        model.execute(statement)
    migrated = Store.create(tmp_path / "liaison.db", KEY, tmp_path)
    assert _tables(migrated.connection) == _tables(model)
    migrated.close()
    model.close()


def test_every_released_version_has_left_a_store():
    assert RELEASED


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_a_store_of_every_released_version_opens_with_all_it_held(tmp_path: Path, path: Path):
    shutil.copy(path, tmp_path / "liaison.db")
    store = Store.open(tmp_path / "liaison.db", KEY, tmp_path)
    today = local_day(NOW_MS)
    everything = AppealQuery(today, today)
    assert [row.number[:14] for row in list_appeals(store, everything)] == [
        "ALA-26-A-00003",
        "ALA-26-A-00002",
        "ALA-26-A-00001",
    ]
    assert len(search_appeals(store, AppealQuery(today, today, "кочого"))) == 1
    (draft,) = list_drafts(store)
    assert read_draft(store, draft.draft_id).attachments[0].name == "арыз.txt"
    assert differences(store) == ()
    assert store.find_damage(thorough=True) == ()
    store.close()


def test_what_is_searched_by_is_made_anew_once_when_a_step_asks_for_it(tmp_path: Path):
    shutil.copy(RELEASED[0], tmp_path / "liaison.db")
    store = Store.open(tmp_path / "liaison.db", KEY, tmp_path)
    today = local_day(NOW_MS)
    before = [row.number for row in list_appeals(store, AppealQuery(today, today))]
    assert renew_if_due(store)
    assert not renew_if_due(store)
    assert differences(store) == ()
    assert [row.number for row in list_appeals(store, AppealQuery(today, today))] == before
    assert len(search_appeals(store, AppealQuery(today, today, "0799671401"))) == 3
    store.close()


def test_a_new_store_has_nothing_to_make_anew(tmp_path: Path):
    store = Store.create(tmp_path / "liaison.db", KEY, tmp_path)
    assert not renew_if_due(store)
    store.close()
