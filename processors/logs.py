"""Logs: one line an event, on standard error, in UTC."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

READY = "ready"
"""The event by which a process tells its supervisor that it does its work."""


def configure_logs(level: int = logging.INFO) -> None:
    """Set up structlog for this process: time, level, event, then ``key=value``."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%SZ", utc=True),
            structlog.processors.format_exc_info,
            _as_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def _as_line(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    time, level, what = event.pop("timestamp"), str(event.pop("level")), event.pop("event")
    trace = event.pop("exception", None)
    pairs = " ".join(f"{key}={_quoted(value)}" for key, value in event.items())
    line = f"{time} {level:<7} {what} {pairs}".rstrip()
    return f"{line}\n{trace}" if trace else line


def _quoted(value: object) -> str:
    text = str(value)
    # Values come from the net too: a control character must not reach the terminal as it is.
    return text if text.isprintable() and " " not in text else repr(text)
