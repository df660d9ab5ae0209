"""One run's DuckDB file, and the only place that opens one.

The file is attached to an instance in memory, because only ATTACH takes a row group size. Everything that reads or
writes does so on a cursor of its own: an unread result blocks its connection.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from processors.errors import SettingsError, StoreError, StoreLocked, StoreTooNew
from processors.settings import StoreSettings
from processors.store.migrations import migrate

CATALOG = "run"
# DuckDB's 122,880 rows are rewritten as a whole by small appends: an eighth of the writing speed.
ROW_GROUP_SIZE = 8192


class Database:
    """An open run file. Raises StoreError, StoreLocked or StoreTooNew where it cannot be used.

    A file that does not exist is created; an older schema is brought up to date.
    """

    def __init__(self, path: Path, settings: StoreSettings) -> None:
        self.path = path
        self._guard = threading.Lock()
        self._instance = _instance(path, settings)
        try:
            _attach(self._instance, path)
            self._instance.execute(f"USE {CATALOG}")
            self.schema_version = migrate(self._instance, str(path))
        except BaseException:
            self._instance.close()
            raise

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of one's own that sees what is committed; close it after use. Safe to call from any thread."""
        with self._guard:
            cursor = self._instance.cursor()
        cursor.execute(f"USE {CATALOG}")
        return cursor

    def checkpoint(self) -> None:
        """Move the write-ahead log into the file now."""
        with self._guard:
            self._instance.execute(f"CHECKPOINT {CATALOG}")

    def close(self) -> None:
        """Let go of the file, which waits until the last cursor is closed too."""
        with self._guard:
            with suppress(duckdb.Error):
                self._instance.execute("USE memory")
                self._instance.execute(f"DETACH {CATALOG}")
            self._instance.close()


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """Everything inside becomes visible together, or, where it raises, not at all."""
    connection.begin()
    try:
        yield connection
        connection.commit()
    except BaseException:
        # Where the commit itself failed DuckDB has rolled back already, and says so.
        with suppress(duckdb.Error):
            connection.rollback()
        raise


def _instance(path: Path, settings: StoreSettings) -> duckdb.DuckDBPyConnection:
    options: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": settings.memory_limit,
        "threads": settings.threads,
        "checkpoint_threshold": f"{settings.checkpoint_mb}MB",
        # An instance in memory would spill into the working directory.
        "temp_directory": str(path.with_suffix(".tmp")),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
    }
    try:
        instance = duckdb.connect(":memory:", config=options)
        # Not among the options: the time zone belongs to an extension that is loaded after they are read.
        instance.execute("SET GLOBAL TimeZone = 'UTC'")
    except duckdb.Error as error:
        raise SettingsError(f"DuckDB refuses the settings under [store]: {_first_line(error)}") from error
    return instance


def _attach(instance: duckdb.DuckDBPyConnection, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        instance.execute(f"ATTACH ? AS {CATALOG} (ROW_GROUP_SIZE {ROW_GROUP_SIZE})", [str(path)])
    except OSError as error:
        raise StoreError(
            f"cannot make the folder {path.parent}: {error.strerror}; set store.directory to one that can be written"
        ) from error
    except duckdb.Error as error:
        raise _explained(path, error) from error


def _explained(path: Path, error: duckdb.Error) -> StoreError:
    text = _first_line(error)
    if "lock on file" in text:
        owner = re.search(r"PID (\d+)", text)
        who = f"process {owner[1]}" if owner else "another process"
        return StoreLocked(f"{path} is in use by {who}; stop that one first, or choose another store.directory")
    if "already attached" in text:
        return StoreLocked(f"{path} is already open in this process; each run has one owner")
    if "version number" in text:
        return StoreTooNew(f"{path} was written by a later version of DuckDB; update onrecord to open it")
    if "not a valid DuckDB" in text:
        return StoreError(f"{path} is not a DuckDB file; move it away, or restore it from a backup")
    return StoreError(f"cannot open {path}: {text}; see that the folder can be written and the disk has room")


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
