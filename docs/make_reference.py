"""Writes the tables inside docs/reference.md from the code, between its `made:` marks.

Run `python -m docs.make_reference`; with `--check` it only says, by its exit status, whether the page is up to date.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from server_sync.__main__ import DJANGOS_OWN

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "reference.md"
STAND_INS: Final = ROOT / "liaison_desktop" / "media" / "standing_in.py"
MARKED: Final = re.compile(r"<!-- made: (\w+) -->\n.*?<!-- end -->", re.DOTALL)
ROOMS: Final = ("server_sync", "liaison_desktop")
CODE: Final = re.compile(r"[a-z][a-z0-9_]+")
ROOT_OF_REFUSALS: Final = "ContractError"
REFUSED: Final = "Refused"
PROBLEM: Final = "FieldProblem"
"""Not raised itself: one of the reasons why a form is not accepted; its code comes second."""

Row = tuple[str, ...]


@dataclass(frozen=True, order=True)
class Refusal:
    """A named refusal as the code raises it."""

    code: str
    kind: str
    room: str


def commands_of_liaison() -> list[tuple[str, str]]:
    """Ask `./liaison --help` what it offers."""
    told = subprocess.run([str(ROOT / "liaison"), "--help"], capture_output=True, text=True, check=True).stdout
    return re.findall(r"^  (\w+) +(\S.*)$", told, re.MULTILINE)


def commands_of_the_centre() -> list[tuple[str, str]]:
    """List what `./liaison server help` lists, Django's `check` with it, each with what it says of itself."""
    paths = (ROOT / "server_sync").glob("*/management/commands/*.py")
    ours = ((path.stem, _help_of(path)) for path in paths if path.stem != "__init__")
    return sorted([*ours, *DJANGOS_OWN.items()])


def _help_of(path: Path) -> str:
    for node in ast.walk(_parsed(path)):
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["help"]:
            return str(ast.literal_eval(node.value))
    raise ValueError(f"{path} says nothing of itself: Command.help is missing")


def settings(module: Path = ROOT / "server_sync" / "config" / "settings.py") -> list[tuple[str, str]]:
    """Read what a module of settings says of each name it takes from the environment."""
    words = ast.get_docstring(_parsed(module)) or ""
    return re.findall(r"^([A-Z_]{4,}) +(\S.*)$", words, re.MULTILINE)


def environment_names() -> set[str]:
    """Find every name the two programs read from the environment."""
    names = set()
    for _path, tree in _modules():
        for node in ast.walk(tree):
            asks = isinstance(node, ast.Call) and ast.unparse(node.func) in {"os.environ.get", "os.getenv"}
            if asks and isinstance(node, ast.Call) and isinstance(node.args[0], ast.Constant):
                names.add(str(node.args[0].value))
    return names


def refusals() -> list[Refusal]:
    """Find every code that is raised by name in either program."""
    modules = list(_modules())
    kinds = _kinds_of_refusal(tree for _path, tree in modules)
    found = set()
    for path, tree in modules:
        room = ".".join(path.relative_to(ROOT).with_suffix("").parts[:2])
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                kind = ast.unparse(node.func).split(".")[-1]
                if kind == PROBLEM:
                    found |= {Refusal(code, kind, room) for code in _codes(node, place=1)}
                elif kind in kinds:
                    found |= {Refusal(code, kind, room) for code in _codes(node)}
                found |= {Refusal(code, REFUSED, room) for code in _codes_handed_on(node)}
            elif isinstance(node, ast.ClassDef) and node.name in kinds:
                found |= {Refusal(code, node.name, room) for code in _codes_given_up(node)}
    return sorted(found)


def _kinds_of_refusal(trees: Iterable[ast.Module]) -> set[str]:
    """Find the classes below ContractError, however far below."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    kinds = {ROOT_OF_REFUSALS}
    while more := {one.name for one in classes if kinds & {ast.unparse(base) for base in one.bases}} - kinds:
        kinds |= more
    return kinds


def _codes(call: ast.Call, place: int = 0) -> Iterator[str]:
    """Read the code among a refusal's arguments: a word, or a choice between words."""
    waiting = call.args[place : place + 1]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.IfExp):
            waiting += [node.body, node.orelse]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
            yield node.value


def _codes_handed_on(call: ast.Call) -> Iterator[str]:
    """Read the code that a caller names for another to refuse by: `refusal="code_wait"`."""
    for word in call.keywords:
        if word.arg == "refusal" and isinstance(word.value, ast.Constant) and isinstance(word.value.value, str):
            yield word.value.value


def _codes_given_up(refusal: ast.ClassDef) -> Iterator[str]:
    """Read the codes a refusal's own constructor hands to the class above it."""
    for node in ast.walk(refusal):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "super().__init__":
            yield from _codes(node)


def _modules() -> Iterator[tuple[Path, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path, _parsed(path)


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _table(heads: Row, rows: Sequence[Row]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _refusal_rows() -> list[Row]:
    by_code: dict[str, list[Refusal]] = {}
    for refusal in refusals():
        by_code.setdefault(refusal.code, []).append(refusal)
    rows: list[Row] = []
    for code, given in by_code.items():
        kinds, rooms = {one.kind for one in given}, {one.room for one in given}
        rows.append((f"`{code}`", ", ".join(sorted(kinds)), ", ".join(sorted(rooms))))
    return rows


def tables() -> dict[str, str]:
    """Write all of the page's tables, by the name of their mark."""
    offered = [(f"`./liaison {command}`", words) for command, words in commands_of_liaison()]
    register = [(f"`{command}`", words) for command, words in commands_of_the_centre()]
    return {
        "commands": _table(("command", "what it does"), offered),
        "register": _table(("command", "what it does"), register),
        "settings": _table(("name", "meaning"), [(f"`{name}`", words) for name, words in settings()]),
        "stand_ins": _table(("name", "meaning"), [(f"`{name}`", words) for name, words in settings(STAND_INS)]),
        "codes": _table(("code", "kind", "given by"), _refusal_rows()),
    }


def written(page: str) -> str:
    """Give the page with every table made anew."""
    made = tables()
    return MARKED.sub(lambda mark: f"<!-- made: {mark[1]} -->\n\n{made[mark[1]]}\n\n<!-- end -->", page)


def main() -> int:
    """Write the page, or say whether it is up to date."""
    page = PAGE.read_text(encoding="utf-8")
    fresh = written(page)
    if "--check" in sys.argv[1:]:
        return 0 if fresh == page else 1
    PAGE.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
