"""Whoever asks for events of the journal says which: those that were accepted, or all in custody (I18)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVER = ROOT / "server_sync"

IN_CUSTODY = {
    "journal/": "the journal's own work",
    "appeals/actions.py": "interprets what is in custody",
    "appeals/applying.py": "asks custody which event came first",
    "appeals/authority.py": "counts registrations that account for a number, whatever became of them",
    "appeals/centre_acts.py": "what the centre erased or decided, in order of custody",
    "appeals/erasing.py": "words are erased wherever they lie, also in what was refused",
    "appeals/numbered.py": "finds by its number what is to be erased outside of the register too",
    "appeals/offices.py": "whose an event is does not depend on what became of it",
    "appeals/registering.py": "finds the quarantined registration whose number a correction would bring in",
    "appeals/rebuilding.py": "makes the register anew from custody",
    "appeals/understanding.py": "reads what no program understood yet",
    "appeals/resolving.py": "people decide about what is not accepted",
    "exchange/exchanging.py": "answers what became of each event that was sent, and gives an office its own back",
    "monitoring/one_site.py": "when a PC last brought anything at all",
    "oversight/doubts.py": "lists what is not accepted",
    "oversight/erasures.py": "finds words wherever they lie",
    "oversight/proposing.py": "forgets proposals about erased events",
    "oversight/runs.py": "decides a run of what is not accepted at once",
    "portal/receipts.py": "a receipt proves custody, not acceptance",
}
"""Places that may ask for events whatever became of them, and why."""

OTHER_WAYS = {"objects", "_default_manager", "_base_manager"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SERVER.rglob("*.py")):
        name = path.relative_to(SERVER).as_posix()
        if "/migrations/" not in name:
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def asks_for_events(tree: ast.Module, ways: set[str]) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ways
        and isinstance(node.value, ast.Name)
        and node.value.id == "Event"
    ]


def test_events_are_asked_for_by_what_became_of_them() -> None:
    assert not [f"{name}:{line}" for name, tree in modules() for line in asks_for_events(tree, OTHER_WAYS)]


def test_only_named_places_ask_for_all_in_custody() -> None:
    asking = {name for name, tree in modules() if asks_for_events(tree, {"custody"})}
    assert not {name for name in asking if not name.startswith(tuple(IN_CUSTODY))}
    assert not [place for place in IN_CUSTODY if not any(name.startswith(place) for name in asking)]


def test_no_other_table_leads_to_events_by_the_back_door() -> None:
    """A reverse accessor (`epoch.events`) would ask for all in custody without saying so."""
    models = ast.parse((SERVER / "journal" / "models.py").read_text(encoding="utf-8"))
    (event,) = [node for node in models.body if isinstance(node, ast.ClassDef) and node.name == "Event"]
    keys = [
        node for node in ast.walk(event) if isinstance(node, ast.Call) and ast.unparse(node.func) == "models.ForeignKey"
    ]
    assert keys
    for key in keys:
        (named,) = [word.value for word in key.keywords if word.arg == "related_name"]
        assert isinstance(named, ast.Constant)
        assert named.value == "+"


@pytest.mark.parametrize("said", ["Event.objects.all()", "Event._default_manager.get(pk=1)", "Event.custody.first()"])
def test_the_check_sees_such_a_question(said: str) -> None:
    assert asks_for_events(ast.parse(said), {*OTHER_WAYS, "custody"})
