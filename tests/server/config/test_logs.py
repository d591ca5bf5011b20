"""Logs say what happened and never about whom."""

import io
import json
import logging
import logging.config
import subprocess
import sys

import pytest
import structlog

from server_sync.config.logs import MAY_BE_LOGGED, logging_settings

PERSONAL = "Асанов Үсөн 21001199900123"


@pytest.fixture
def lines():
    """What is written to the log, as parsed lines."""
    written = io.StringIO()
    settings = logging_settings("INFO")
    settings["handlers"]["stderr"]["stream"] = written
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logging.config.dictConfig(settings)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:] = before
    root.setLevel(level)


def test_our_own_lines_keep_only_allowed_keys(lines):
    structlog.get_logger("server_sync.test").info("exchanged", epoch="ab", events=3, applicant=PERSONAL, text=PERSONAL)
    (line,) = lines()
    assert (line["event"], line["epoch"], line["events"]) == ("exchanged", "ab", 3)
    assert PERSONAL not in json.dumps(line, ensure_ascii=False)
    assert set(line) <= MAY_BE_LOGGED


def test_a_library_message_is_written_without_what_was_put_into_it(lines):
    logging.getLogger("django.request").error("Bad thing for %s", PERSONAL)
    (line,) = lines()
    assert line["pattern"] == "Bad thing for %s"
    assert PERSONAL not in json.dumps(line, ensure_ascii=False)


def test_a_library_message_that_was_put_together_before_is_not_written(lines):
    logging.getLogger("library").error("Bad thing for " + PERSONAL)  # noqa: G003 (as libraries do it)
    (line,) = lines()
    assert PERSONAL not in json.dumps(line, ensure_ascii=False)
    assert line["logger"] == "library"


def test_an_error_is_told_by_its_type_and_place_alone(lines):
    try:
        int(PERSONAL)
    except ValueError:
        logging.getLogger("server_sync.test").exception("broken")
        structlog.get_logger("server_sync.test").error("broken", exc_info=True)
    for line in lines():
        assert line["error"] == "builtins.ValueError"
        assert "test_logs.py" in line["passed"][-1]
        assert PERSONAL not in json.dumps(line, ensure_ascii=False)


def test_no_key_that_may_be_logged_sounds_like_a_person():
    telling = {
        "name",
        "surname",
        "login",
        "pin",
        "phone",
        "text",
        "subject",
        "ip",
        "person",
        "applicant",
        "path",
        "query",
    }
    assert not telling & MAY_BE_LOGGED


def ended_by(raises: str) -> str:
    """What a command of the centre writes that ends by an error."""
    program = (
        f"import sys\nsys.argv = ['server', 'work']\nfrom server_sync.config.command_line import CommandLine\n"
        f"def end(_line):\n    {raises}\n"
        "CommandLine.execute = end\nfrom server_sync.__main__ import main\nmain()\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120)
    return ended.stdout + ended.stderr


@pytest.mark.parametrize(
    "raises",
    [
        f"raise OSError('{PERSONAL}')",
        f"from django.db import IntegrityError; raise IntegrityError('{PERSONAL}') from ValueError('{PERSONAL}')",
        f"import threading; threading.Thread(target=lambda: int('{PERSONAL}')).start()",
        f"import logging; logging.error('%s %s', '{PERSONAL}')",
        f"Lost = type('Lost', (), {{'__del__': lambda self: int('{PERSONAL}')}}); Lost()",
    ],
)
def test_a_command_that_ends_by_an_error_tells_it_without_its_words(raises):
    written = ended_by(raises)
    assert PERSONAL not in written
    assert PERSONAL.rsplit(maxsplit=1)[-1] not in written
    assert "Error" in written or "logging" in raises


def test_settings_that_cannot_be_are_told_in_words():
    said = "DATABASE_URL must look like this"
    written = ended_by(f"from django.core.exceptions import ImproperlyConfigured; raise ImproperlyConfigured('{said}')")
    assert said in written
