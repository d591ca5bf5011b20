"""Writes what happened as lines of JSON that can carry no personal data.

Only the keys of `MAY_BE_LOGGED` are written. A library's own message is written as its pattern, never with what was
put into it, and an error as its type and the places it passed, never with its text: database errors quote rows.
"""

import json
import logging
import sys
import threading
import traceback
from collections.abc import MutableMapping
from datetime import UTC, datetime
from types import ModuleType, TracebackType
from typing import Any, Final, cast

# structlog reads rich where it finds it (who develops has it), to draw errors that we never draw: 0.7 s at every start
sys.modules.setdefault("rich", cast("ModuleType", None))
import structlog  # noqa: E402 (rich must be out of its sight first)

MAY_BE_LOGGED: Final = frozenset(
    {
        "event", "level", "timestamp", "logger", "pattern", "error", "passed",
        "body_code", "bytes_down", "bytes_up", "check", "code", "command", "count", "duplicates", "duration_ms",
        "epoch", "events", "event_hash", "first_leaf", "kind", "method", "migrations", "origin", "port", "purpose",
        "quarantined", "role", "route", "seq", "seq_from", "seq_to", "server_epoch", "site", "size", "slot", "state",
        "status", "version", "workplace",
    }
)  # fmt: skip
"""Keys a log line may have; names, texts, PINs, phones and network addresses have none."""

Line = MutableMapping[str, Any]


def keep_allowed(_logger: object, _name: str, line: Line) -> Line:
    """Drop every key that is not known to be free of personal data."""
    exc_info = line.pop("exc_info", None)
    if exc_info is True:
        exc_info = sys.exc_info()
    if isinstance(exc_info, tuple):
        line.update(describe_error(*exc_info))
    return {key: value for key, value in line.items() if key in MAY_BE_LOGGED}


def foreign_to_pattern(_logger: object, _name: str, line: Line) -> Line:
    """Write a library's message as its pattern; its arguments may hold what a person typed."""
    record = line.get("_record")
    if isinstance(record, logging.LogRecord):
        line["event"] = "library_message"
        line["pattern"] = str(record.msg) if record.args or "%" in str(record.msg) else record.name
        line["logger"] = record.name
        if record.exc_info:
            line["exc_info"] = record.exc_info
        status = getattr(record, "status_code", None)
        if status is not None:
            line["status"] = int(status)
    return line


def describe_error(
    kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
) -> dict[str, object]:
    """Tell an error by its type, a database's code for it and the lines it passed, without its words."""
    if kind is None:
        return {}
    passed = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    told: dict[str, object] = {"error": f"{kind.__module__}.{kind.__qualname__}", "passed": passed}
    code = _code_of_database(error)
    return {**told, "code": code} if code else told


def _code_of_database(error: BaseException | None) -> str:
    """What PostgreSQL or SQLite calls an error; it names no row. Empty for others."""
    cause = error.__cause__ if error is not None and error.__cause__ is not None else error
    return str(getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None) or "")


def tell_errors_without_words() -> None:
    """Let an error that ends this process or one of its threads be told as the log tells errors; call first of all.

    Python itself would write its words, and those of what caused it. Settings that cannot be are told in words: they
    hold nothing but what the operator set.
    """
    sys.excepthook = _tell_end
    threading.excepthook = lambda thread: _tell_end(thread.exc_type, thread.exc_value, thread.exc_traceback)
    sys.unraisablehook = lambda lost: _tell_end(lost.exc_type, lost.exc_value, lost.exc_traceback)
    logging.raiseExceptions = False  # a line that cannot be written is not written in another way, with its arguments


def _tell_end(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    line = {
        "event": "ended_by_error",
        "level": "critical",
        "timestamp": datetime.now(UTC).isoformat(),
        **describe_error(kind, error, trace),
    }
    if kind.__name__ == "ImproperlyConfigured":  # of Django, which is not imported before its database is chosen
        line["setting"] = str(error)
    sys.stderr.write(json.dumps(line, sort_keys=True, ensure_ascii=False) + "\n")


def logging_settings(level: str) -> dict[str, Any]:
    """Describe for the standard library's logging where lines go: JSON on standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [
                    structlog.stdlib.add_log_level,
                    structlog.processors.TimeStamper(fmt="iso", utc=True),
                    foreign_to_pattern,
                ],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    keep_allowed,
                    structlog.processors.JSONRenderer(sort_keys=True, ensure_ascii=False),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            # says at every HEAD that it sends no body, as it must
            "gunicorn.http.wsgi": {"level": "ERROR"},
        },
    }


def configure_structlog() -> None:
    """Send our own lines the same way; call once, from the settings."""
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_allowed,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
