"""What the stranger knows comes from the page: his modules import public libraries and each other only."""

import ast
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PUBLIC = {"cbor2", "cryptography", "requests", "zstandard"}
OF_THE_TESTS = {"pytest", "proving"}
"""The tests start a real centre; the client does not know how."""


def imported(module: Path) -> set[str]:
    """Every module that is imported anywhere in a file, by its whole name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom(module=str(name)):
                found.add(name)
            case _:
                pass
    return found


@pytest.mark.parametrize("module", sorted(HERE.glob("*.py")), ids=lambda module: module.stem)
def test_a_module_imports_public_libraries_and_its_neighbours_only(module):
    is_test = module.stem == "conftest" or module.stem.startswith("test_")
    allowed = sys.stdlib_module_names | PUBLIC | (OF_THE_TESTS if is_test else set())
    strange = {
        name
        for name in imported(module)
        if name.partition(".")[0] not in allowed and not name.startswith("tests.stranger.")
    }
    assert not strange
    assert is_test or "tests.stranger.conftest" not in imported(module)


@pytest.mark.parametrize("module", sorted(HERE.glob("*.py")), ids=lambda module: module.stem)
def test_a_module_reads_no_code_of_ours(module):
    words = module.read_text(encoding="utf-8")
    ours = [room for room in ("server_sync", "liaison_desktop") if room in words]
    assert not ours or module == Path(__file__)
