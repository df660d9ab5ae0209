from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from store_fakes import open_store, settings

from processors.errors import SettingsError, StoreError, StoreLocked, StoreTooNew
from processors.settings import StoreSettings
from processors.store import migrations
from processors.store.database import ROW_GROUP_SIZE, Database, transaction
from processors.store.rows import SCHEMAS


def open_database(path: Path) -> Database:
    return Database(path, settings(path.parent).store)


def test_a_new_file_has_the_schema_and_says_so(tmp_path: Path) -> None:
    database = open_database(tmp_path / "runs" / "r.duckdb")
    with database.cursor() as cursor:
        assert cursor.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchall() == [("2",)]
        assert cursor.execute("SELECT number, name FROM migrations").fetchall() == [
            (1, "first_schema"),
            (2, "speakers_across_articles"),
        ]
        assert cursor.execute("SELECT current_setting('TimeZone')").fetchall() == [("UTC",)]
    database.close()


def test_arrow_schemas_have_the_columns_of_the_tables(tmp_path: Path) -> None:
    database = open_database(tmp_path / "r.duckdb")
    with database.cursor() as cursor:
        for table, schema in SCHEMAS.items():
            assert [row[0] for row in cursor.execute(f"DESCRIBE {table}").fetchall()] == schema.names
    database.close()


def test_row_groups_stay_small_also_after_reopening(tmp_path: Path) -> None:
    for _ in range(2):
        database = open_database(tmp_path / "r.duckdb")
        with database.cursor() as cursor:
            cursor.execute("INSERT INTO topic_state SELECT i::VARCHAR, ''::BLOB FROM range(30_000) r(i)")
        database.checkpoint()
        with database.cursor() as cursor:
            largest = cursor.execute("SELECT max(count) FROM pragma_storage_info('topic_state')").fetchall()
        assert largest[0][0] <= ROW_GROUP_SIZE
        database.close()


def test_reopening_keeps_what_is_there(tmp_path: Path) -> None:
    database = open_database(tmp_path / "r.duckdb")
    with database.cursor() as cursor:
        cursor.execute("INSERT INTO meta VALUES ('a', 'b')")
    database.close()
    database = open_database(tmp_path / "r.duckdb")
    with database.cursor() as cursor:
        assert cursor.execute("SELECT value FROM meta WHERE key = 'a'").fetchall() == [("b",)]
    database.close()


def test_a_transaction_that_raises_leaves_nothing(tmp_path: Path) -> None:
    database = open_database(tmp_path / "r.duckdb")

    def half_done(cursor: duckdb.DuckDBPyConnection) -> None:
        with transaction(cursor):
            cursor.execute("INSERT INTO meta VALUES ('a', 'b')")
            raise KeyError

    with database.cursor() as cursor, pytest.raises(KeyError):
        half_done(cursor)
    with database.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM meta WHERE key = 'a'").fetchall() == [(0,)]
    database.close()


def test_a_second_process_is_refused_with_the_owners_number(tmp_path: Path) -> None:
    owner = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()",
            str(tmp_path / "r.duckdb"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"open\n"
        with pytest.raises(StoreLocked, match=f"in use by process {owner.pid}; stop that one first"):
            open_database(tmp_path / "r.duckdb")
    finally:
        owner.communicate()


def test_a_second_owner_in_the_same_process_is_refused(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with pytest.raises(StoreLocked, match="already open in this process"):
        open_store(tmp_path)
    store.close()
    open_store(tmp_path).close()


def test_a_newer_schema_is_refused_and_let_go_of(tmp_path: Path) -> None:
    path = tmp_path / "r.duckdb"
    database = open_database(path)
    with database.cursor() as cursor:
        cursor.execute("INSERT INTO migrations VALUES (3, 'from_the_future')")
    database.close()
    with pytest.raises(StoreTooNew, match="later version of onrecord; update"):
        open_database(path)
    duckdb.connect(str(path)).close()


def test_a_later_migration_is_applied_to_an_older_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "r.duckdb"
    open_database(path).close()

    def third(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("CREATE TABLE added (x INTEGER)")

    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, third))
    database = open_database(path)
    assert database.schema_version == 3
    with database.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM added").fetchall() == [(0,)]
    database.close()


def test_a_migration_that_fails_leaves_the_old_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "r.duckdb"
    open_database(path).close()

    def third(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("CREATE TABLE added (x INTEGER)")
        raise KeyError

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, third))
        with pytest.raises(KeyError):
            open_database(path)
    database = open_database(path)
    with database.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'added'").fetchall() == [(0,)]
    database.close()


def test_files_that_are_not_ours_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text.duckdb").write_bytes(b"no database at all" * 1000)
    with pytest.raises(StoreError, match="not a DuckDB file"):
        open_database(tmp_path / "text.duckdb")
    other = duckdb.connect(str(tmp_path / "other.duckdb"))
    other.execute("CREATE TABLE theirs (x INTEGER)")
    other.close()
    with pytest.raises(StoreError, match="of another program"):
        open_database(tmp_path / "other.duckdb")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot make the folder"):
        open_database(tmp_path / "file" / "r.duckdb")


def test_settings_that_duckdb_refuses_are_settings_errors(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"under \[store\]"):
        Database(tmp_path / "r.duckdb", StoreSettings(memory_limit="plenty"))


def test_the_speakers_of_the_first_schema_go_on_as_persons_with_their_role(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.duckdb"
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:1])
        database = open_database(path)
        with database.cursor() as cursor:
            for row in (["p1", "Ana Lom", "mayor", 7, 3], ["p2", "Bo Dray", "", 1, 0]):
                cursor.execute("INSERT INTO speakers VALUES (?, ?, ?, '2026-03-01', '2026-03-02', ?, ?)", row)
        database.close()
    database = open_database(path)
    assert database.schema_version == len(migrations.MIGRATIONS)
    with database.cursor() as cursor:
        found = cursor.execute(
            "SELECT id, name, kind, role, aliases, merged_into, statements, state FROM speakers ORDER BY id"
        ).fetchall()
        terms = cursor.execute("SELECT terms FROM speakers ORDER BY id").fetchall()
    database.close()
    assert found == [
        ("p1", "Ana Lom", "person", "mayor", [{"name": "Ana Lom", "statements": 7}], "", 7, b""),
        ("p2", "Bo Dray", "person", "", [{"name": "Bo Dray", "statements": 1}], "", 1, b""),
    ]
    assert [one["role"] for one in terms[0][0]] == ["mayor"]
    assert terms[1] == ([],)
