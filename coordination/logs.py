"""JSON log lines that hold listed fields and nothing else, so that no patient gets into a log.

An event is a constant name; message arguments, unknown fields and the text of exceptions are
dropped (trust.md 8). Used by the application, Celery and gunicorn alike.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import Any

FIELDS = ("request_id", "user_id", "view", "status", "ms", "queries", "count", "job")
EVENT = re.compile(r"[a-z][a-z0-9_.]{2,60}")
CONSTANT_TEXTS = ("gunicorn", "celery", "kombu", "coordination.ground")
FRAMES = 25


class JsonFormatter(logging.Formatter):
    """One line of JSON: time, level, logger, event, listed fields, place of an error."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": event_of(record),
        }
        line |= {name: plain(getattr(record, name)) for name in FIELDS if hasattr(record, name)}
        data = getattr(record, "data", None)
        if record.name == "celery.app.trace" and isinstance(data, dict):
            line["job"] = plain(data.get("name"))
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = type(record.exc_info[1]).__qualname__
            line["at_code"] = places(record.exc_info[1])
        return json.dumps(line)


def event_of(record: logging.LogRecord) -> str:
    """Return the constant name of what happened; for other texts, where in the code it was said.

    A library's text is kept only as the template its arguments were to go into.
    """
    text = record.msg if isinstance(record.msg, str) else ""
    if EVENT.fullmatch(text):
        return text
    if record.args and record.name.startswith(CONSTANT_TEXTS):
        return text
    return f"{record.module}.{record.funcName}:{record.lineno}"


def plain(value: Any) -> Any:
    """Let numbers through, and texts that look like a name or an id; nothing with a space in it."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    return text if re.fullmatch(r"[\w.:\-]{0,100}", text) else "?"


def places(error: BaseException) -> list[str]:
    """Return where an error came through, innermost last: file, line and function, no values."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return [f"{f.filename.rpartition('/')[2]}:{f.lineno}:{f.name}" for f in frames]


def logging_settings(path: str | None, level: str) -> dict[str, Any]:
    """Return the logging set-up: everything through our formatter, to a file or to stderr."""
    handler = (
        {"class": "logging.FileHandler", "filename": path, "delay": True, "encoding": "utf-8"}
        if path
        else {"class": "logging.StreamHandler"}
    )
    through: dict[str, Any] = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "coordination.logs.JsonFormatter"}},
        "handlers": {"lines": {**handler, "formatter": "json"}},
        "root": {"handlers": ["lines"], "level": level},
        "loggers": {
            "django": {**through, "level": "WARNING"},
            "django.server": {**through, "level": "WARNING"},
            # each page of a PDF, and each table of its type, is a line of theirs
            "weasyprint": {**through, "level": "WARNING"},
            "weasyprint.progress": {**through, "level": "WARNING"},
            "fontTools": {**through, "level": "WARNING"},
            "gunicorn.error": {**through, "level": level},
            "gunicorn.access": {"handlers": [], "propagate": False},
        },
    }
