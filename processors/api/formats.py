"""An Arrow table as the form that was asked for: JSON, Arrow IPC stream, CSV, JSON Lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
import pyarrow as pa
from fastapi import Response

from processors.api.parameters import Format

ARROW = "application/vnd.apache.arrow.stream"
# What a spreadsheet takes for the start of a formula, also in full width or after blanks that it drops.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def to_json(value: Any) -> bytes:
    """JSON in UTF-8; times in ISO 8601 with Z."""
    return msgspec.json.encode(value)


def to_arrow(table: pa.Table) -> bytes:
    """An Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


def to_csv(table: pa.Table) -> bytes:
    """CSV with a header; lists and structs as JSON inside their cell.

    Text that a spreadsheet would run as a formula gets an apostrophe in front: it was written by strangers.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.column_names)
    for row in table.to_pylist():
        writer.writerow([_cell(value) for value in row.values()])
    return text.getvalue().encode("utf-8", "replace")


def to_json_lines(table: pa.Table) -> bytes:
    """One JSON object a line."""
    return b"".join(msgspec.json.encode(row) + b"\n" for row in table.to_pylist())


_FORMS: dict[Format, tuple[str, Callable[[pa.Table], bytes]]] = {
    "json": ("application/json", lambda table: to_json(table.to_pylist())),
    "arrow": (ARROW, to_arrow),
    "csv": ("text/csv; charset=utf-8; header=present", to_csv),
    "jsonl": ("application/jsonl", to_json_lines),
}


def respond(table: pa.Table, form: Format, name: str) -> Response:
    """The rows in the form asked for; CSV and JSON Lines are offered as a file called ``name``."""
    media_type, write = _FORMS[form]
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'} if form in {"csv", "jsonl"} else None
    return Response(write(table), media_type=media_type, headers=headers)


def respond_json(value: Any, status: int = 200) -> Response:
    """One value as JSON."""
    return Response(to_json(value), status, media_type="application/json")


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, (list, dict)):
        return msgspec.json.encode(value).decode()
    return value
