"""`crmtool rfm`: R's way with other numbers of scores, own rules, and ledgers that are judged too late."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
from command_line import Crmtool, book

NAMES = ("甲公司", "乙公司", "丙公司", "丁公司", "戊公司")
AS_OF = ("--as-of", "2024-06-30")
LAST = date(2024, 6, 30)


def orders(path: Path, *more: tuple[str, date, float]) -> Path:
    """Write five customers who ordered 10, 20 … 50 days ago for 1000, 2000 … 5000 yuan, and more."""
    rows = [
        (name, LAST - timedelta(days=10 * number), 1000.0 * number)
        for number, name in enumerate(NAMES, start=1)
    ]
    return book(path, 订单=[("客户名称", "订单日期", "订单金额"), *rows, *more])


def sheet(path: str, name: str) -> list[tuple[Any, ...]]:
    return [row for row in openpyxl.load_workbook(path)[name].iter_rows(values_only=True) if any(row)]


def test_four_scores_of_r_have_four_bands_dates_and_no_segments(crmtool: Crmtool, tmp_path: Path) -> None:
    document = crmtool(
        "rfm", orders(tmp_path / "o.xlsx"), *AS_OF, "--method", "r", "--bins", 4, "--json"
    ).document
    assert [f["code"] for f in document["findings"]] == ["rfm-map-of-other-bins"]
    assert document["customers"][0]["recency"] == "2024-06-20"
    assert [len(cuts) for cuts in document["cuts"].values()] == [3, 3, 3]
    assert [(s["label"], s["customers"]) for s in document["segments"]] == [("未分群", 5)]
    details = sheet(document["outputs"][0]["path"], "RFM明细")
    assert "2–4 分起点" in next(row[0] for row in details if "起点" in str(row[0]))
    header = next(row for row in details if "RFM" in row)
    assert "客户分群" not in header
    matrix = sheet(document["outputs"][0]["path"], "RFM矩阵")
    assert [row[0] for row in matrix if str(row[0]).startswith("R") and len(str(row[0])) == 2] == [
        "R4",
        "R3",
        "R2",
        "R1",
    ]


def letters(document: dict[str, Any]) -> dict[str, str]:
    return {row["name"]: row["rfm"] for row in document["customers"]}


def with_frozen_cuts(crmtool: Crmtool, path: Path, cuts: dict[str, list[str]]) -> Path:
    """Copy the RFM rules as a person would, and add the cuts of a run."""
    assert crmtool("rules", "new", "my_rfm", "--from", "rfm", "-o", path).code == 0
    lines = "".join(f"  {name}: [{', '.join(texts)}]\n" for name, texts in cuts.items())
    path.write_text(f"{path.read_text('utf-8')}\nfrozen_cuts:\n{lines}", "utf-8")
    return path


def test_cuts_that_were_printed_once_keep_everybody_s_scores(crmtool: Crmtool, tmp_path: Path) -> None:
    before = crmtool("rfm", orders(tmp_path / "o.xlsx"), *AS_OF, "--json").document
    # Recency by fifths of five different days; everybody has one order, so 2 for frequency.
    assert letters(before) == {
        "甲公司": "521",
        "乙公司": "422",
        "丙公司": "323",
        "丁公司": "224",
        "戊公司": "125",
    }
    rules = with_frozen_cuts(crmtool, tmp_path / "my_rfm.yaml", before["cuts"])
    more = orders(tmp_path / "more.xlsx", ("己公司", LAST, 9000.0))
    moved = letters(crmtool("rfm", more, *AS_OF, "--json").document)
    kept = crmtool("rfm", more, *AS_OF, "--json", "--rules", rules).document
    assert moved["乙公司"] != "422"
    assert letters(kept) == {**letters(before), "己公司": "525"}
    assert kept["rules"] == {"id": "my_rfm", "version": "2024.1"}


def test_the_config_names_rfm_rules_for_rfm_and_classify(crmtool: Crmtool, tmp_path: Path) -> None:
    folder = tmp_path / "team"
    (folder / "rules").mkdir(parents=True)
    cuts = {"recency": ["400天", "300天", "200天", "100天"]}
    with_frozen_cuts(crmtool, folder / "rules" / "my_rfm.yaml", cuts)
    (folder / "crmtool.yaml").write_text("rfm: rules/my_rfm.yaml\n", "utf-8")
    alone = crmtool("rfm", orders(folder / "o.xlsx"), *AS_OF, "--json").document
    assert {row["r"] for row in alone["customers"]} == {5}
    people = [
        ("客户名称", "年消费额", "最近交易时间", "合作时长"),
        *((name, "5万元", LAST, "2年") for name in NAMES),
    ]
    lines = [("客户名称", "订单日期", "订单金额"), *((name, LAST, 10.0) for name in NAMES)]
    both = crmtool("classify", book(folder / "a.xlsx", 客户=people, 订单=lines), *AS_OF, "--json").document
    assert {row["r"] for row in both["customers"]} == {5}
    (folder / "crmtool.yaml").write_text("rfm: nowhere.yaml\n", "utf-8")
    assert crmtool("rfm", folder / "o.xlsx", *AS_OF).code == 2


def test_own_rfm_rules_are_tested_by_their_own_examples(crmtool: Crmtool, tmp_path: Path) -> None:
    path = tmp_path / "my_rfm.yaml"
    made = crmtool("rules", "new", "my_rfm", "--from", "rfm", "-o", path, "--lang", "en")
    assert f"crmtool rfm LEDGER --rules {path}" in made.out
    assert crmtool("rules", "test", path).code == 0
    refused = crmtool("classify", orders(tmp_path / "o.xlsx"), "--rules", path)
    assert (refused.code, "[rfm-rules-for-tiers]" in refused.err) == (2, True)
    text = path.read_text("utf-8")
    path.write_text(
        text.replace("given: {frequency: 4次}, expect: {f: 5}", "given: {frequency: 4次}, expect: {f: 4}"),
        "utf-8",
    )
    assert crmtool("rules", "test", path).code == 1


def test_old_orders_scored_on_a_late_day_are_warned_of_with_the_day_that_fits(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    path = orders(tmp_path / "o.xlsx")
    late = crmtool("rfm", path, "--as-of", "2026-06-30", "--lang", "en")
    assert (
        "5 of 5 customers bought nothing since 2025-07-01 (the newest purchase is of 2024-06-20)" in late.err
    )
    assert "--as-of 2024-06-20" in late.err
    # Nobody reaches a frequency or an amount above nothing: everybody has the score 3 by rank, from 0 yuan on.
    assert "cuts of M: –  0元  –  –" in late.out
    assert "rfm-window-empty" not in crmtool("rfm", path, *AS_OF).err


def test_customers_who_went_silent_while_others_buy_are_no_reason_for_another_day(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    path = orders(tmp_path / "o.xlsx", ("己公司", date(2026, 6, 29), 10.0))
    assert "rfm-window-empty" not in crmtool("rfm", path, "--as-of", "2026-06-30").err


def test_customers_without_an_amount_are_not_said_to_have_bought_for_nothing(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    header = ("客户名称", "最近交易时间", "近1年订单次数", "年消费额")
    path = book(
        tmp_path / "a.xlsx", 客户=[header, ("甲公司", LAST, 2, "5-8万"), ("乙公司", LAST, 4, "3万元")]
    )
    ran = crmtool("rfm", path, *AS_OF, "--json").document
    by_name = {row["name"]: row for row in ran["customers"]}
    assert ("monetary" in by_name["甲公司"], by_name["甲公司"]["monetary_typed"]) == (False, "5-8万")
    assert sum(row["amount"] or 0 for row in ran["segments"]) == 30000.0
    details = sheet(ran["outputs"][0]["path"], "RFM明细")
    assert "5-8万" in next(row for row in details if row[0] == "甲公司" or "甲公司" in row)
    unknown = next(f for f in ran["findings"] if f["code"] == "rfm-unknown")
    assert unknown["count"] == 1
