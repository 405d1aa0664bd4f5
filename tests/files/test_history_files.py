"""Which files are a history, which versions are brought up, and what is said of those that cannot be used."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import pytest
from history_tables import ask, decided, run

from crmtool.errors import BusyError, CrmtoolError, InputError, OutputError
from crmtool.files.history import History, connection, schema
from crmtool.files.history.schema import APPLICATION_ID, MIGRATIONS


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a history of one run."""
    path = tmp_path / "h.db"
    with History.open(path) as history:
        rows = decided(**{f"C{number}": "A" for number in range(3000)})
        history.record(run(), classifications=rows.append_column("facts", rows["customer_key"]))
    return path


def refused(path: Path, kind: type[CrmtoolError], *, is_read_only: bool = False) -> str:
    """Return the code by which a file is refused, having proved that it is left as it was."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(kind) as raised, History.open(path, is_read_only=is_read_only) as history:
        history.record(run("other"))
    assert (path.read_bytes() if path.is_file() else None) == before
    (finding,) = raised.value.findings
    return finding.code


def changed(path: Path, *statements: str) -> None:
    connected = sqlite3.connect(path)
    for statement in statements:
        connected.execute(statement)
    connected.commit()
    connected.close()


@pytest.mark.parametrize("is_read_only", [False, True])
def test_a_file_that_is_no_history_is_refused(tmp_path: Path, is_read_only: bool) -> None:
    text, other, folder = tmp_path / "a.db", tmp_path / "b.db", tmp_path / "c.db"
    text.write_bytes(b"not a database at all, but long enough to look at" * 40)
    changed(other, "CREATE TABLE somebody (id)")
    folder.mkdir()
    for path in (text, other, folder):
        assert refused(path, InputError, is_read_only=is_read_only) == "history-not-one"


def test_an_empty_file_is_a_history_that_begins(tmp_path: Path) -> None:
    path = tmp_path / "h.db"
    path.touch()
    with History.open(path) as history:
        assert history.is_new
        history.record(run())
    assert ask(path, "SELECT count(*) FROM runs") == [(1,)]


def test_a_newer_history_is_refused_with_both_versions(place: Path) -> None:
    changed(place, f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(InputError) as raised, History.open(place):
        pass
    (finding,) = raised.value.findings
    assert finding.code == "history-newer"
    assert finding.params == {"version": str(len(MIGRATIONS) + 1), "known": str(len(MIGRATIONS))}


def _with_one_more(monkeypatch: pytest.MonkeyPatch, *statements: str) -> None:
    more: Sequence[Sequence[str]] = (*MIGRATIONS, statements)
    monkeypatch.setattr(schema, "MIGRATIONS", more)


def test_an_older_history_is_brought_up_with_what_is_in_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_one_more(monkeypatch, "CREATE TABLE remarks (id TEXT)", "INSERT INTO remarks SELECT key FROM runs")
    with History.open(place) as history:
        assert [each.key for each in history.runs()] == ["k"]
        assert history.classifications(1).num_rows == 3000
    assert ask(place, "SELECT id FROM remarks") == [("k",)]
    assert ask(place, "PRAGMA user_version") == [(len(MIGRATIONS) + 1,)]


def test_the_reports_of_a_first_version_hold_all_after_it_is_brought_up(tmp_path: Path) -> None:
    """Of version 2 on reports may be replaced by later ones: those of version 1 were not."""
    old = tmp_path / "old.db"
    connection = sqlite3.connect(old)
    for statement in MIGRATIONS[0]:
        connection.execute(statement)
    connection.execute("INSERT INTO texts VALUES (1, 'done')")
    connection.execute(
        "INSERT INTO stored_reports (run, digest, visit_id, outcome) VALUES (1, x'00', 'v', 1)"
    )
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()
    for is_read_only in (True, False):
        with History.open(old, is_read_only=is_read_only) as history:
            assert history.reports().select(["visit_id", "outcome"]).to_pylist() == [
                {"visit_id": "v", "outcome": "done"}
            ]
    assert ask(old, "SELECT visit_id, outcome FROM reports") == [("v", "done")]


def test_a_second_version_is_brought_up_with_its_classifications(tmp_path: Path) -> None:
    """Of version 3 on facts, KPIs and adjustments are kept: what version 2 recorded has none."""
    old = tmp_path / "old.db"
    connection = sqlite3.connect(old)
    for statement in (*MIGRATIONS[0], *MIGRATIONS[1]):
        connection.execute(statement)
    connection.execute("INSERT INTO texts VALUES (1, 'C1'), (2, 'A'), (3, '年消费额 12万元')")
    connection.execute(
        "INSERT INTO stored_classifications (run, customer_key, tier, reason) VALUES (1, 1, 2, 3)"
    )
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA user_version = 2")
    connection.commit()
    connection.close()
    for is_read_only in (True, False):
        with History.open(old, is_read_only=is_read_only) as history:
            (row,) = history.classifications(1).to_pylist()
            assert (row["customer_key"], row["tier"], row["reason"]) == ("C1", "A", "年消费额 12万元")
            assert (row["facts"], row["held_tier"], row["pending_reviews"]) == (None, None, None)
            assert (history.kpis(1).num_rows, history.adjustments().num_rows) == (0, 0)
    assert ask(old, "PRAGMA user_version") == [(3,)]


def test_bringing_up_is_all_or_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = place.read_bytes()
    _with_one_more(monkeypatch, "CREATE TABLE remarks (id TEXT)", "INSERT INTO nowhere VALUES (1)")
    assert refused(place, InputError) == "history-damaged"
    assert place.read_bytes() == before


def test_who_only_reads_an_older_history_leaves_it_as_it_is(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = place.read_bytes()
    _with_one_more(monkeypatch, "ALTER TABLE runs ADD COLUMN note TEXT")
    with History.open(place, is_read_only=True) as history:
        assert [each.key for each in history.runs()] == ["k"]
    assert place.read_bytes() == before


def test_who_only_reads_cannot_record(place: Path) -> None:
    assert refused(place, OutputError, is_read_only=True) == "history-write-refused"


def test_a_damaged_page_is_said_and_the_file_left_alone(place: Path) -> None:
    data = bytearray(place.read_bytes())
    data[4096 * 3 : 4096 * 9] = b"\xa5" * (4096 * 6)
    place.write_bytes(data)
    with pytest.raises(InputError) as raised, History.open(place) as history:
        history.runs()
        history.classifications(1)
    assert [finding.code for finding in raised.value.findings] == ["history-damaged"]
    assert place.read_bytes() == data


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE stored_classifications",
        "DELETE FROM texts",
        "UPDATE stored_classifications SET score = 'high'",
        "UPDATE stored_classifications SET tier = x'00'",
        "UPDATE runs SET options = '{'",
        "UPDATE runs SET as_of = 'yesterday'",
        "UPDATE texts SET text = CAST(x'ff' AS TEXT) || id",
        "UPDATE stored_packed SET texts = x'00'",
        "UPDATE stored_packed SET texts = 'null'",
        "DELETE FROM stored_classifications WHERE customer_key = (SELECT max(customer_key) FROM stored_classifications)",
    ],
)
def test_what_somebody_did_to_it_by_hand_is_damage_and_no_crash(place: Path, statement: str) -> None:
    changed(place, statement)
    with pytest.raises(InputError) as raised, History.open(place) as history:
        history.runs()
        history.classifications(1)
    assert [finding.code for finding in raised.value.findings] == ["history-damaged"]


def test_a_write_protected_history_is_refused_before_anything_is_done(place: Path) -> None:
    place.chmod(0o444)
    assert refused(place, OutputError) == "history-write-refused"
    with History.open(place, is_read_only=True) as history:
        assert len(history.runs()) == 1


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path / "none" / "h.db", OutputError) == "history-missing-folder"


def test_a_name_too_long_for_the_disk_is_no_crash(tmp_path: Path) -> None:
    assert refused_name(tmp_path / ("长" * 200)) == "history-write-failed"


def refused_name(path: Path) -> str:
    with pytest.raises(OutputError) as raised, History.open(path):
        pass
    return raised.value.findings[0].code


def test_another_run_is_told_to_wait_and_another_program_too(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_LEAST_WAIT_SECONDS", 0.05)
    with History.open(place):
        assert refused(place, BusyError) == "busy-other-run"
        with History.open(place, is_read_only=True) as reading:
            assert len(reading.runs()) == 1
    program = sqlite3.connect(place, isolation_level=None)
    program.execute("BEGIN EXCLUSIVE")
    assert refused(place, BusyError) == "history-busy"
    assert refused(place, BusyError, is_read_only=True) == "history-busy"
    program.close()


def test_a_write_ahead_log_of_another_tool_is_put_away(place: Path) -> None:
    changed(place, "PRAGMA journal_mode = WAL")
    with History.open(place) as history:
        history.record(run("b"))
    assert ask(place, "PRAGMA journal_mode") == [("delete",)]
    assert ask(place, "SELECT count(*) FROM runs") == [(2,)]


FULL = textwrap.dedent(
    """
    import resource, sys
    from pathlib import Path
    from history_tables import reviewed, run
    from crmtool.errors import CrmtoolError
    from crmtool.files.history import History
    path, limit = Path(sys.argv[1]), int(sys.argv[2])
    with History.open(path) as history:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        try:
            history.record(run("b", "review"), **reviewed(3000))
        except CrmtoolError as error:
            print(error.exit_code, error.findings[0].code)
        else:
            print(0)
    """
)


@pytest.mark.skipif(os.name != "posix", reason="limits of a process")
def test_a_disk_that_is_full_at_any_size_leaves_the_old_history_or_the_new(place: Path) -> None:
    before, size = place.read_bytes(), place.stat().st_size
    said = set()
    for limit in (512, size // 2, size - 4096, size, size + 4096, 2 * size, 100 * size):
        place.write_bytes(before)
        done = subprocess.run(
            [sys.executable, "-c", FULL, str(place), str(limit)],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=False,
        )
        assert done.stderr == ""
        said.add(done.stdout.strip())
        assert ask(place, "PRAGMA integrity_check") == [("ok",)]
        tables = ("runs", "classifications", "stored_packed", "kpis", "adjustments")
        counts = ask(place, f"SELECT {', '.join(f'(SELECT count(*) FROM {name})' for name in tables)}")
        assert counts == [(2, 6000, 3, 3000, 3000) if done.stdout.strip() == "0" else (1, 3000, 1, 0, 0)]
        assert [path.name for path in place.parent.iterdir()] == ["h.db"]
    assert said == {"0", "4 history-write-failed"}


def test_a_new_history_that_cannot_be_begun_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path), "4096"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("4 history-write-failed", "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [
        (sqlite3.SQLITE_FULL, OutputError, "history-no-space"),
        (sqlite3.SQLITE_IOERR_FSYNC, OutputError, "history-write-failed"),
        (sqlite3.SQLITE_CANTOPEN, OutputError, "history-write-refused"),
        (sqlite3.SQLITE_BUSY_RECOVERY, BusyError, "history-busy"),
        (sqlite3.SQLITE_CORRUPT_INDEX, InputError, "history-damaged"),
    ],
)
def test_what_sqlite_says_is_said_in_our_words(
    tmp_path: Path, number: int, kind: type[CrmtoolError], code: str
) -> None:
    problem = sqlite3.OperationalError("as it says")
    problem.sqlite_errorcode = number  # type: ignore[misc]
    with pytest.raises(kind) as raised, connection.said_of(tmp_path / "h.db", is_writing=True):
        raise problem
    assert [finding.code for finding in raised.value.findings] == [code]


def test_a_disk_that_cannot_be_read_is_an_input_that_cannot_be_used(tmp_path: Path) -> None:
    problem = sqlite3.OperationalError("disk I/O error")
    problem.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ  # type: ignore[misc]
    with pytest.raises(InputError) as raised, connection.said_of(tmp_path / "h.db", is_writing=False):
        raise problem
    assert [finding.code for finding in raised.value.findings] == ["history-unreadable"]


def test_the_file_says_of_itself_whose_it_is(place: Path) -> None:
    assert place.read_bytes()[68:72] == b"CRMT"
    assert ask(place, "PRAGMA application_id") == [(APPLICATION_ID,)]
