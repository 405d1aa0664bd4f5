"""A run that is recorded once is not done again; whatever is missing of it is."""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from command_line import AS_OF, CLEAN, HEADER, Crmtool, book

from crmtool.files.history import History
from crmtool.jobs import history as recording_jobs

OUT = Path("a-客户分级-2023-10-31.xlsx")
MANIFEST = Path("a-客户分级-2023-10-31.xlsx.manifest.json")
KEPT = ("--history", "h.db")


@pytest.fixture
def moments(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the moments that the clock told, one for each recording."""
    told: list[str] = []

    def moment(zone: str) -> str:
        told.append(f"2023-11-01T09:00:{len(told):02}+08:00")
        return told[-1]

    monkeypatch.setattr(recording_jobs, "moment", moment)
    return told


def ask(sql: str, path: str = "h.db") -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def decided(*columns: str, path: str = "h.db") -> list[tuple[Any, ...]]:
    """Return what the first run decided, by the customer's key."""
    with History.open(Path(path), is_read_only=True) as history:
        return [tuple(row[name] for name in columns) for row in history.classifications(1).to_pylist()]


def stamps() -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in Path().iterdir()}


def test_a_plain_run_leaves_nothing_behind_but_its_output(crmtool: Crmtool, clean: Path) -> None:
    assert crmtool("classify", clean, *AS_OF).code == 0
    assert {path.name for path in Path().iterdir()} == {"a.xlsx", str(OUT)}


def test_a_run_is_recorded_with_what_went_in_and_what_came_out(
    crmtool: Crmtool, clean: Path, moments: list[str]
) -> None:
    document = crmtool("classify", clean, *AS_OF, *KEPT, "--json").document
    assert {path.name for path in Path().iterdir()} == {"a.xlsx", "h.db", str(OUT), str(MANIFEST)}
    (digest,) = {each["sha256"] for each in document["inputs"]}
    (output,) = document["outputs"]
    assert ask("SELECT name, sha256, sheet, rows FROM run_inputs") == [("a.xlsx", digest, "客户", 3)]
    assert ask("SELECT path, sha256, content_sha256 FROM run_outputs") == [
        (str(OUT), output["sha256"], output["content_sha256"])
    ]
    assert ask("SELECT command, as_of, rules_id, finished_at FROM runs") == [
        ("classify", "2023-10-31", "annual_value", "2023-11-01T09:00:00+08:00")
    ]
    counts = {tier["tier"]: tier["customers"] for tier in document["tiers"]}
    recorded = json.loads(ask("SELECT counts FROM runs")[0][0])
    assert {tier: recorded[tier] for tier in counts} == counts
    assert decided("customer_key", "name", "tier", "origin", "reason") == sorted(
        (c["name"], c["name"], c["tier"], c["origin"], c["reason"])
        for c in crmtool("classify", clean, *AS_OF, "--json", "--lang", "zh", "--dry-run").document[
            "customers"
        ]
    )
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    assert manifest["schema"] == "crmtool.manifest/v1"
    assert manifest["key"] == ask("SELECT key FROM runs")[0][0]
    assert manifest["outputs"] == [
        {"file": str(OUT), "sha256": output["sha256"], "content_sha256": output["content_sha256"]}
    ]
    assert str(Path.cwd()) not in MANIFEST.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "已是最新：{}，没有重写"), ("en", "Up to date: {} was left")]
)
def test_the_same_run_again_writes_nothing_and_says_so(
    crmtool: Crmtool, clean: Path, lang: str, words: str
) -> None:
    first = crmtool("classify", clean, *AS_OF, *KEPT, "--json")
    before = stamps()
    again = crmtool("classify", clean, *AS_OF, *KEPT, "--lang", lang)
    assert again.code == 0
    assert words.format(OUT.resolve()) in again.out
    assert crmtool("classify", clean, *AS_OF, *KEPT, "--json").document == first.document
    assert stamps() == before
    assert ask("SELECT count(*), max(turn) FROM runs") == [(1, 1)]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_the_same_table_again_says_the_same_and_ends_the_same(
    crmtool: Crmtool, flawed: Path, ending: str
) -> None:
    line = ("classify", flawed, *AS_OF, *KEPT, "--format", ending, "--json", "--strict")
    first = crmtool(*line)
    before = stamps()
    again = crmtool(*line)
    assert (first.code, again.code) == (1, 1)
    assert again.document == first.document
    assert "findings-not-in-table" in {finding["code"] for finding in again.document["findings"]}
    assert stamps() == before


@pytest.mark.parametrize(
    "more",
    [
        ("--as-of", "2023-11-30"),
        ("--rules", "value_risk", "--map", "年消费额=arpu"),
        ("-o", "other.xlsx"),
        ("--format", "csv"),
        ("--map", "合作时长=-"),
    ],
    ids=" ".join,
)
def test_another_run_is_another_entry(crmtool: Crmtool, clean: Path, more: tuple[str, ...]) -> None:
    crmtool("classify", clean, *AS_OF, *KEPT)
    assert crmtool("classify", clean, *AS_OF, *KEPT, *more).code in (0, 3)
    ran = crmtool("classify", clean, *AS_OF, *KEPT, *more)
    if ran.code == 0:
        assert ask("SELECT count(*) FROM runs") == [(2,)]
        assert "Up to date" in ran.out


def test_another_ledger_another_template_and_another_config_are_other_runs(
    crmtool: Crmtool, clean: Path
) -> None:
    line = ("classify", clean, *AS_OF, *KEPT)
    crmtool(*line)
    book(clean, 客户=[HEADER, *CLEAN, ("丁公司", "9万元", date(2023, 10, 1), "1年")])
    assert "Replaced" in crmtool(*line).out
    crmtool("template", "export", "classification", "-o", "t.xlsx")
    # The shipped template under another name is the same template.
    assert "Up to date" in crmtool(*line, "--template", "t.xlsx").out
    Path("crmtool.yaml").write_text("rules: annual_value\n", encoding="utf-8")
    assert "Replaced" in crmtool(*line).out
    assert ask("SELECT count(*) FROM runs") == [(3,)]


def test_an_output_that_is_gone_or_was_replaced_is_made_again(crmtool: Crmtool, clean: Path) -> None:
    line = ("classify", clean, *AS_OF, *KEPT)
    crmtool(*line)
    whole = OUT.read_bytes()
    OUT.unlink()
    assert "Wrote" in crmtool(*line).out
    assert OUT.read_bytes() == whole
    OUT.write_bytes(b"")
    assert "Replaced" in crmtool(*line).out
    assert OUT.read_bytes() == whole
    assert ask("SELECT count(*), max(turn) FROM runs") == [(1, 3)]
    assert ask("SELECT count(*) FROM classifications") == [(3,)]


def test_a_folder_of_outputs_that_is_gone_is_made_again(crmtool: Crmtool, clean: Path) -> None:
    Path("crmtool.yaml").write_text("history: h.db\noutput: out\n", encoding="utf-8")
    crmtool("classify", clean, *AS_OF)
    for path in Path("out").iterdir():
        path.unlink()
    Path("out").rmdir()
    assert "Wrote" in crmtool("classify", clean, *AS_OF).out
    assert ask("SELECT path FROM run_outputs") == [(f"out/{OUT}",)]


def test_an_output_that_somebody_worked_on_is_still_never_overwritten(crmtool: Crmtool, clean: Path) -> None:
    crmtool("classify", clean, *AS_OF, *KEPT)
    book(OUT, 客户=[("mine",)])
    ran = crmtool("classify", clean, *AS_OF, *KEPT)
    assert ran.code == 4
    assert "[not-our-output]" in ran.err


def test_a_manifest_that_is_missing_is_written_and_one_that_is_not_ours_is_kept(
    crmtool: Crmtool, clean: Path
) -> None:
    crmtool("classify", clean, *AS_OF, *KEPT)
    data = MANIFEST.read_bytes()
    MANIFEST.unlink()
    assert "Up to date" in crmtool("classify", clean, *AS_OF, *KEPT).out
    assert MANIFEST.read_bytes() == data
    MANIFEST.write_text('{"mine": 1}', encoding="utf-8")
    ran = crmtool("classify", clean, *AS_OF, *KEPT)
    assert ran.code == 4
    assert "[not-our-output]" in ran.err
    assert MANIFEST.read_text(encoding="utf-8") == '{"mine": 1}'


def test_a_folder_may_be_moved_with_its_history(
    crmtool: Crmtool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    book(here / "a.xlsx", 客户=[HEADER, *CLEAN])
    crmtool("classify", here / "a.xlsx", *AS_OF, "--history", here / "h.db")
    here.rename(there)
    ran = crmtool("classify", there / "a.xlsx", *AS_OF, "--history", there / "h.db")
    assert "Up to date" in ran.out
    monkeypatch.chdir(there)
    assert "Up to date" in crmtool("classify", "a.xlsx", *AS_OF, "--history", "h.db").out


def test_the_config_names_the_history_from_its_own_folder(crmtool: Crmtool, tmp_path: Path) -> None:
    folder = tmp_path / "crm"
    assert crmtool("init", folder).code == 0
    assert "history: crmtool-history.db" in (folder / "crmtool.yaml").read_text(encoding="utf-8")
    ledger = book(folder / "a.xlsx", 客户=[HEADER, *CLEAN])
    assert crmtool("classify", ledger, *AS_OF).code == 0
    assert ask("SELECT count(*) FROM classifications", str(folder / "crmtool-history.db")) == [(3,)]
    # One that is named on the command line comes first.
    crmtool("classify", ledger, *AS_OF, "--history", "other.db")
    assert ask("SELECT count(*) FROM runs", "other.db") == [(1,)]


def test_a_rehearsal_records_nothing(crmtool: Crmtool, clean: Path) -> None:
    ran = crmtool("classify", clean, *AS_OF, *KEPT, "--dry-run")
    assert (ran.code, "Would write" in ran.out) == (0, True)
    assert {path.name for path in Path().iterdir()} == {"a.xlsx"}
    crmtool("classify", clean, *AS_OF, *KEPT)
    before = stamps()
    assert "Up to date" in crmtool("classify", clean, *AS_OF, *KEPT, "--dry-run").out
    assert stamps() == before


def test_an_updated_ledger_is_another_run_and_then_the_same_one(crmtool: Crmtool, clean: Path) -> None:
    line = ("classify", clean, *AS_OF, *KEPT, "--update-ledger", "--no-backup")
    assert "Wrote into the ledger" in crmtool(*line).out
    second = crmtool(*line)
    assert second.code == 0
    assert "says all of it already" in second.out
    before = stamps()
    third = crmtool(*line)
    assert third.code == 0
    assert "Up to date" in third.out
    assert "says all of it already" in third.out
    assert stamps() == before
    assert ask("SELECT count(*) FROM runs") == [(2,)]
    digest = ask("SELECT sha256 FROM run_outputs WHERE path = 'a.xlsx'")
    assert len(digest) == 2
    assert len(set(digest)) == 1


def test_customers_are_known_by_their_key_whatever_row_they_stand_in(crmtool: Crmtool, clean: Path) -> None:
    header = ("客户编号", *HEADER)
    rows = [
        ("C1", *CLEAN[0]),
        (None, *CLEAN[1]),
        ("C3", *CLEAN[2]),
        (None, *CLEAN[1][:1], "5万元", *CLEAN[1][2:]),
    ]
    found = []
    for number, ordered in enumerate((rows, rows[::-1])):
        book(clean, 客户=[header, *ordered])
        assert crmtool("classify", clean, *AS_OF, "--history", f"{number}.db").code == 0
        found.append(decided("customer_key", "name", "tier", "reason", path=f"{number}.db"))
    assert [row[0] for row in found[0]] == ["C1", "C3", "乙公司", "乙公司~2"]
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("name", "code", "exit_code"),
    [("a.xlsx", "history-not-one", 3), ("none/h.db", "history-missing-folder", 4)],
)
def test_a_history_that_cannot_be_used_is_said_before_anything_is_written(
    crmtool: Crmtool, clean: Path, name: str, code: str, exit_code: int
) -> None:
    before = clean.read_bytes()
    ran = crmtool("classify", clean, *AS_OF, "--history", name, "-o", "out.xlsx")
    assert ran.code == exit_code
    assert f"[{code}]" in ran.err
    assert "help: " in ran.err
    assert [path.name for path in Path().iterdir()] == ["a.xlsx"]
    assert clean.read_bytes() == before


def test_a_command_that_has_no_use_for_a_history_takes_none(crmtool: Crmtool, clean: Path) -> None:
    ran = crmtool("rfm", clean, *AS_OF, *KEPT)
    assert (ran.code, "[unknown-option]" in ran.err) == (2, True)
