"""--sheet, --map, --orders and the keys of crmtool.yaml do what they say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from command_line import AS_OF, CLEAN, HEADER, Crmtool, book

ORDERS = (
    ("客户名称", "订单日期", "订单金额"),
    ("甲公司", date(2022, 9, 1), 1000.0),
    ("甲公司", date(2023, 10, 20), 160000.0),
    ("乙公司", date(2023, 8, 20), 30000.0),
    ("丙公司", date(2023, 9, 20), 60000.0),
)


def labels(crmtool: Crmtool, *arguments: object) -> dict[str, str]:
    document = crmtool("classify", *arguments, *AS_OF, "--json", "--dry-run").document
    assert document["schema"] == "crmtool.classify/v1", document
    return {row["name"]: row["label"] for row in document["customers"]}


def test_the_largest_sheet_is_taken_and_the_others_are_named(crmtool: Crmtool, tmp_path: Path) -> None:
    ledger = book(tmp_path / "a.xlsx", 一区=[HEADER, CLEAN[0]], 二区=[HEADER, *CLEAN[1:]])
    ran = crmtool("check", ledger, *AS_OF)
    assert "a.xlsx · 二区 · 2 customers" in ran.out
    assert "[a.xlsx]一区" in ran.out
    assert "[other-sheet]" in ran.out


def test_sheet_names_one_or_several_or_all(crmtool: Crmtool, tmp_path: Path) -> None:
    ledger = book(tmp_path / "a.xlsx", 一区=[HEADER, CLEAN[0]], 二区=[HEADER, *CLEAN[1:]], 说明=[("略",)])
    assert list(labels(crmtool, ledger, "--sheet", "一区")) == ["甲公司"]
    everyone = {"甲公司": "高价值客户", "乙公司": "稳定客户", "丙公司": "潜力客户"}
    assert labels(crmtool, ledger, "--sheet", "一区", "--sheet", "二区") == everyone
    assert labels(crmtool, ledger, "--sheet", "*") == everyone


def test_map_declares_a_header_that_is_no_synonym(crmtool: Crmtool, tmp_path: Path) -> None:
    header = ("单位", "去年花了多少", "最近交易时间", "合作时长")
    ledger = book(tmp_path / "a.xlsx", 客户=[header, *CLEAN])
    assert crmtool("classify", ledger, *AS_OF).code == 3
    declared = ("--map", "单位=name", "--map", "去年花了多少=annual_amount")
    assert labels(crmtool, ledger, *declared) == {
        "甲公司": "高价值客户",
        "乙公司": "稳定客户",
        "丙公司": "潜力客户",
    }


def test_check_prints_the_ready_line_for_an_unknown_header(crmtool: Crmtool, tmp_path: Path) -> None:
    ledger = book(tmp_path / "a.xlsx", 客户=[("客户名称", "年消费金額", *HEADER[2:]), *CLEAN])
    ran = crmtool("check", ledger, *AS_OF)
    assert "--map" in ran.out
    assert "年消费金額=" in ran.out


def test_orders_may_stand_in_another_file_and_on_a_named_sheet(crmtool: Crmtool, tmp_path: Path) -> None:
    header, rows = ("客户名称", "合作时长"), [("甲公司", "2年"), ("乙公司", "6个月"), ("丙公司", "1年")]
    ledger = book(tmp_path / "a.xlsx", 客户=[header, *rows])
    orders = book(tmp_path / "o.xlsx", 明细=ORDERS, 旧明细=[ORDERS[0], ("甲公司", date(2019, 1, 1), 1.0)])
    found = labels(crmtool, ledger, "--orders", f"{orders}::明细")
    assert found == {"甲公司": "高价值客户", "乙公司": "稳定客户", "丙公司": "潜力客户"}
    document = crmtool(
        "classify", ledger, *AS_OF, "--orders", f"{orders}::明细", "--json", "--dry-run"
    ).document
    assert [(Path(i["path"]).name, i["sheet"]) for i in document["inputs"]] == [
        ("a.xlsx", "客户"),
        ("o.xlsx", "明细"),
    ]


def test_orders_alone_are_enough_for_rfm(crmtool: Crmtool, tmp_path: Path) -> None:
    orders = book(tmp_path / "o.xlsx", 明细=ORDERS)
    document = crmtool("rfm", orders, *AS_OF, "--json").document
    assert {row["name"] for row in document["customers"]} == {"甲公司", "乙公司", "丙公司"}
    assert Path(document["outputs"][0]["path"]).name == "o-RFM-2023-10-31.xlsx"


@pytest.mark.parametrize("where", ["beside the ledger", "in the current folder", "--config"])
def test_crmtool_yaml_is_found_and_its_paths_start_from_it(
    crmtool: Crmtool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    home = tmp_path / "家"
    (home / "报告").mkdir(parents=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    header = ("客户名称", "去年花了多少", *HEADER[2:])
    rows = [("甲公司", 15, *CLEAN[0][2:]), ("乙公司", 3, *CLEAN[1][2:])]
    ledger = book((home if where == "beside the ledger" else elsewhere) / "a.xlsx", 客户=[header, *rows])
    crmtool("rules", "new", "ours", "-o", home / "ours.yaml")
    (home / "crmtool.yaml").write_text(
        "rules: ours.yaml\noutput: 报告\ncolumns:\n  去年花了多少: annual_amount\nunits:\n  去年花了多少: 万元\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(home if where == "in the current folder" else elsewhere)
    more = ("--config", home / "crmtool.yaml") if where == "--config" else ()
    document = crmtool("classify", ledger, *AS_OF, *more, "--json").document
    assert document["rules"]["id"] == "ours"
    assert [row["label"] for row in document["customers"]] == ["高价值客户", "稳定客户"]
    assert [path.name for path in (home / "报告").iterdir()] == ["a-客户分级-2023-10-31.xlsx"]


def test_the_command_line_wins_over_crmtool_yaml(crmtool: Crmtool, clean: Path) -> None:
    Path("crmtool.yaml").write_text("rules: annual_plan\noutput: nowhere\n", encoding="utf-8")
    document = crmtool(
        "classify", clean, *AS_OF, "--rules", "annual_value", "-o", "out.xlsx", "--json"
    ).document
    assert document["rules"]["id"] == "annual_value"
    assert Path("out.xlsx").is_file()


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("rules: annual_value\nruels: x\n", "2:1", "unknown-key"),
        ("units: 5\n", "1:8", "expected-mapping"),
        ("columns: [a]\n", "1:10", "expected-mapping"),
        ("timezone: Mars/Base\n", "1:11", "unknown-time-zone"),
        ("lang: fr\n", "1:7", "unknown-word"),
        ("backups: -1\n", "1:10", "figure-out-of-bounds"),
        ("backups: many\n", "1:10", "expected-number"),
        ("rules: a\nrules: b\n", "2:1", "duplicate-key"),
        ("rules：annual_plan\n", "1:1", "yaml-wide-colon"),
        ("- a\n", "1:1", "expected-mapping"),
        ("rules: !!python/object:os.system x\n", "1:8", "yaml-tag"),
    ],
)
def test_a_mistake_in_crmtool_yaml_is_told_at_its_place(
    crmtool: Crmtool, clean: Path, text: str, place: str, code: str
) -> None:
    Path("crmtool.yaml").write_text(text, encoding="utf-8")
    ran = crmtool("classify", clean, *AS_OF, "--lang", "zh")
    assert ran.code == 2
    assert f"crmtool.yaml:{place}: " in ran.err
    assert f"[{code}]" in ran.err
    assert "建议：" in ran.err
    assert "Input should" not in ran.err


def test_an_empty_crmtool_yaml_and_one_with_a_bom_are_fine(crmtool: Crmtool, clean: Path) -> None:
    for data in (b"", b"# nothing\n", b"\xef\xbb\xbfrules: annual_value\n"):
        Path("crmtool.yaml").write_bytes(data)
        assert crmtool("check", clean, *AS_OF).code == 0
    for data in ("rules: 年度\n".encode("gbk"), b"x" * 2_000_000):
        Path("crmtool.yaml").write_bytes(data)
        assert crmtool("check", clean, *AS_OF).code == 2


def test_a_ledger_that_a_wrong_unit_spoils_says_so(crmtool: Crmtool, clean: Path) -> None:
    Path("crmtool.yaml").write_text("units:\n  年消费额: 吨\n", encoding="utf-8")
    ran = crmtool("check", clean, *AS_OF)
    assert ran.code == 1
    assert "[unknown-unit]" in ran.out


def test_an_encrypted_ledger_asks_for_its_password(crmtool: Crmtool, shared_data: Path) -> None:
    ledger = shared_data / "workbooks" / "encrypted" / "poi__protected_passtika.xlsx"
    ran = crmtool("check", ledger)
    assert ran.code == 3
    assert "--password-file" in ran.err
    Path("pw").write_text("wrong\n", encoding="utf-8")
    assert crmtool("check", ledger, "--password-file", "pw").code == 3
    assert crmtool("check", ledger, "--password-file", "nosuch").code == 2


def test_the_ledger_of_the_config_is_read_where_none_is_named(
    crmtool: Crmtool, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(clean.parent)
    Path("crmtool.yaml").write_text(f"ledger: {clean.name}\noutput: 结果/2023\n", encoding="utf-8")
    ran = crmtool("classify", *AS_OF)
    assert ran.code == 0, ran.err
    assert Path("结果/2023", f"{clean.stem}-客户分级-2023-10-31.xlsx").is_file()
    again = crmtool("classify", *AS_OF)
    assert "Replaced" in again.out


@pytest.mark.parametrize("text", ["2023/10/31", "2023.10.31", "20231031", "2023-10-31"])
def test_the_as_of_date_may_be_written_in_the_usual_ways(crmtool: Crmtool, clean: Path, text: str) -> None:
    assert "as of 2023-10-31" in crmtool("check", clean, "--as-of", text).out


def test_an_as_of_date_ahead_of_today_is_said(crmtool: Crmtool, clean: Path) -> None:
    assert "[as-of-ahead]" in crmtool("check", clean, "--as-of", "2190-01-01").out


def test_a_rules_file_named_without_its_ending_is_offered(
    crmtool: Crmtool, clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my_rules.yaml").write_text("id: my_rules\n", encoding="utf-8")
    assert "[resource-needs-ending]" in crmtool("check", clean, *AS_OF, "--rules", "my_rules").err
    assert "[no-such-resource]" in crmtool("check", clean, *AS_OF, "--rules", "others.yaml").err
