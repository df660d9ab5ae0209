"""Running a query: Arrow out, times marked as UTC, a limit on time."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa
from duckdb import DuckDBPyConnection as Cursor

from processors.errors import QueryStopped

__all__ = ["Cursor", "fetch", "snapshot", "time_limit"]

_PLACEHOLDER = re.compile(r"\$(\w+)")
_UTC = pa.timestamp("us", tz="UTC")
# An interrupt that comes between two queries is lost, so it is repeated until the request has ended.
_REPEAT_SECONDS = 0.05


def fetch(cursor: Cursor, sql: str, parameters: Mapping[str, Any]) -> pa.Table:
    """The rows of one query, read completely (an unread result blocks its connection).

    The store's TIMESTAMP columns hold UTC; they come out as ``timestamp[us, tz=UTC]``.
    """
    used = {name: parameters[name] for name in _PLACEHOLDER.findall(sql)}
    table = cursor.sql(sql, params=used).to_arrow_table()
    for index, column in enumerate(table.schema):
        if pa.types.is_timestamp(column.type) and column.type.tz is None:
            table = table.set_column(index, column.name, table.column(index).cast(_UTC))
    return table


@contextmanager
def time_limit(cursor: Cursor, seconds: float) -> Iterator[None]:
    """Interrupt what runs on the cursor after ``seconds``; raises QueryStopped then, or where memory runs out."""
    done, late = threading.Event(), threading.Event()

    def watch() -> None:
        if done.wait(seconds):
            return
        late.set()
        while not done.is_set():
            cursor.interrupt()
            done.wait(_REPEAT_SECONDS)

    watcher = threading.Thread(target=watch, name="query-limit", daemon=True)
    watcher.start()
    try:
        yield
    except duckdb.InterruptException as error:
        if not late.is_set():
            raise
        raise QueryStopped(
            f"the query took longer than {seconds:g} s and was stopped; narrow the time or the filters, "
            "or raise api.query_seconds"
        ) from error
    except duckdb.OutOfMemoryException as error:
        raise QueryStopped(
            "the query needs more memory than the store may take; narrow the time or the filters, "
            "or raise store.memory_limit"
        ) from error
    finally:
        done.set()
        watcher.join()


@contextmanager
def snapshot(cursor: Cursor) -> Iterator[None]:
    """All queries inside see the same state, so that a row and the topic it names belong together."""
    cursor.begin()
    try:
        yield
    finally:
        cursor.rollback()
