from collections.abc import Iterator
from pathlib import Path

import pytest

from liaison_desktop.workplace import keys
from tests.desktop.office import CHEAP, Office, open_office


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "COST", CHEAP)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = open_office(tmp_path / "home")
    yield opened
    opened.desk.store.close()
