"""What the repository holds speaks of the product alone and can be set up anywhere."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).relative_to(ROOT).as_posix()
TEXT_LIMIT_BYTES = 2_000_000
LONG_MODULE_LINES = 500

OF_ONE_MACHINE = re.compile(
    r"\.\./shared\b|/work/(?:main|shared|plan)\b|/farm/|(?<![\w./-])/root/|/home/(?!new\b)[a-z]+/\w|[A-Z]:\\Users\\"
)
REGISTRIES = re.compile(
    r"\b(?:pypi\.org|files\.pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org|crates\.io|proxy\.golang\.org)\b"
)
PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+?)(?: ;.*)?(?: \\)?$", re.MULTILINE)


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("this is no git work tree")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    found = []
    for path in tracked():
        raw = path.read_bytes()
        if len(raw) <= TEXT_LIMIT_BYTES and b"\0" not in raw:
            found.append((path.relative_to(ROOT).as_posix(), raw.decode("utf-8")))
    return found


def test_no_file_names_a_path_of_one_machine() -> None:
    found = [f"{name}: {hit[0]}" for name, text in texts() if name != HERE for hit in OF_ONE_MACHINE.finditer(text)]
    assert not found


def test_no_file_names_a_registry_host() -> None:
    found = [f"{name}: {hit[0]}" for name, text in texts() if name != HERE for hit in REGISTRIES.finditer(text)]
    assert not found


def test_every_text_is_utf8_without_carriage_returns() -> None:
    found = [name for name, text in texts() if "\r\n" in text and not name.endswith((".csv", ".eml"))]
    assert not found


def test_programs_and_tests_pin_the_same_versions() -> None:
    runtime, everything = (
        dict(PIN.findall((ROOT / "requirements" / name).read_text())) for name in ("runtime.lock", "dev.lock")
    )
    assert runtime
    assert {name: everything.get(name) for name in runtime} == runtime


@pytest.mark.parametrize("name", ["runtime.lock", "dev.lock", "uv.lock", "go.lock"])
def test_every_locked_package_is_pinned_by_its_hashes(name: str) -> None:
    entries = re.split(r"^(?=[a-z0-9])", (ROOT / "requirements" / name).read_text(), flags=re.MULTILINE)[1:]
    assert entries
    assert not [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry]


def test_the_one_check_of_the_repository_is_liaison_test() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert script.startswith("#!/usr/bin/env bash\n")
    assert script.rstrip().endswith("exec ./liaison test")


def test_no_note_of_unfinished_work_is_left() -> None:
    noted = re.compile(r"\b(?:TODO|FIXME|HACK)\b")
    code = [(name, text) for name, text in texts() if name.endswith((".py", ".html", ".css", ".js")) and name != HERE]
    assert not [name for name, text in code if noted.search(text)]


def test_broad_excepts_stand_in_the_one_hook_only() -> None:
    """What is caught to undo something and raised again is not swallowed and may be broad."""
    rooms = ("liaison_desktop/", "server_sync/")
    code = [(name, text) for name, text in texts() if name.startswith(rooms) and name.endswith(".py")]
    found = {
        name
        for name, text in code
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ExceptHandler) and swallows_anything(node)
    }
    assert found <= {"liaison_desktop/app.py"}


def swallows_anything(handler: ast.ExceptHandler) -> bool:
    named = ast.unparse(handler.type) if handler.type else "BaseException"
    last = handler.body[-1]
    raised_again = isinstance(last, ast.Raise) and last.exc is None
    return bool(re.search(r"\b(?:Base)?Exception\b", named)) and not raised_again


def test_long_modules_are_reported(record_property) -> None:  # reported, not enforced: ask which two things it is
    code = [(name, text.count("\n")) for name, text in texts() if name.endswith(".py") and "/migrations/" not in name]
    for name, lines in code:
        if lines > LONG_MODULE_LINES:
            record_property("long_module", f"{name}: {lines} lines")
    assert code
