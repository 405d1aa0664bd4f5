"""The JSON documents: stable keys, absent where they do not apply, every row in the ledger's order."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from command_line import AS_OF, HEADER, Crmtool, book

FINDING = {"code", "severity", "file", "sheet", "cell", "column", "value", "message", "help", "count"}
ORDERS = (
    ("订单编号", "客户名称", "订单日期", "订单金额"),
    ("D1", "甲公司", date(2022, 12, 1), 10000.0),
    ("D2", "甲公司", date(2023, 10, 15), 150000.0),
    ("D3", "乙公司", date(2023, 8, 20), 30000.0),
)


def with_orders(path: Path) -> Path:
    rows = (
        ("客户编号", *HEADER),
        ("K1", "甲公司", "15万元", date(2023, 10, 15), "2年"),
        ("K2", "乙公司", "3万元", date(2023, 8, 20), "6个月"),
        ("K3", "丙公司", "约8万", date(2023, 10, 20), "1年"),
    )
    return book(path, 客户=rows, 订单=ORDERS)


def sha256(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def test_classify_says_what_was_read_judged_and_written(crmtool: Crmtool, tmp_path: Path) -> None:
    ledger = with_orders(tmp_path / "台账.xlsx")
    document = crmtool("classify", ledger, *AS_OF, "--json").document
    assert set(document) == {
        "schema", "as_of", "rules", "inputs", "tiers", "assumptions", "customers", "findings", "outputs",
    }  # fmt: skip
    assert (document["schema"], document["as_of"]) == ("crmtool.classify/v1", "2023-10-31")
    assert document["rules"] == {"id": "annual_value", "version": "2024.1"}
    assert [(i["sheet"], i["header_row"], i["rows"]) for i in document["inputs"]] == [
        ("客户", 1, 3),
        ("订单", 1, 3),
    ]
    assert {i["sha256"] for i in document["inputs"]} == {sha256(str(ledger))}
    (output,) = document["outputs"]
    assert Path(output["path"]).name == "台账-客户分级-2023-10-31.xlsx"
    assert output["sha256"] == sha256(output["path"])


def test_classify_tiers_add_up(crmtool: Crmtool, tmp_path: Path) -> None:
    tiers = crmtool("classify", with_orders(tmp_path / "a.xlsx"), *AS_OF, "--json").document["tiers"]
    assert [(tier["tier"], tier["customers"]) for tier in tiers] == [
        ("high_value", 1), ("potential", 0), ("stable", 1), ("low_silent", 0), ("", 1),
    ]  # fmt: skip
    assert set(tiers[0]) == {"tier", "label", "customers", "share", "amount_cny"}
    assert sum(tier["share"] for tier in tiers) == pytest.approx(1, abs=1e-5)
    assert (tiers[0]["amount_cny"], tiers[-1]["label"]) == (150000.0, "待补资料")


def test_classify_customers_have_the_keys_that_apply(crmtool: Crmtool, tmp_path: Path) -> None:
    document = crmtool(
        "classify", with_orders(tmp_path / "a.xlsx"), *AS_OF, "--json", "--lang", "zh"
    ).document
    first, second, third = document["customers"]
    assert (first["row"], first["customer_id"], first["name"]) == (2, "K1", "甲公司")
    assert (first["tier"], first["label"], first["rule"], first["origin"]) == (
        "high_value",
        "高价值客户",
        "hv",
        "computed",
    )
    assert "年消费额 15万元 ≥ 10万元" in first["reason"]
    assert "possible" not in first
    assert "next" not in first, "nothing is above the best tier"
    assert second["next"]["tier"] == "potential"
    assert "年消费额 2万元" in second["next"]["changes"]
    assert second["higher"] == [
        {"tier": "potential", "changes": "距 潜力客户 还差：年消费额 2万元"},
        {
            "tier": "high_value",
            "changes": "距 高价值客户 还差：年消费额 7万元；合作时长 满1年（2024-04-30 起）",
        },
    ]
    assert "higher" not in first
    assert "higher" not in third, "the undecided are asked for what is missing"
    assert {"r", "f", "m", "rfm", "segment"} <= set(second)
    assert "tier" not in third
    assert "annual_amount" in third["missing"]
    assert set(third["possible"]) <= {"high_value", "potential", "stable", "low_silent"}
    assert len(third["possible"]) > 1


def test_classify_rehearsed_has_a_path_but_no_digest(crmtool: Crmtool, clean: Path) -> None:
    (output,) = crmtool("classify", clean, *AS_OF, "--json", "--dry-run").document["outputs"]
    assert Path(output["path"]).name == "a-客户分级-2023-10-31.xlsx"
    assert output["sha256"] is None


def test_findings_are_the_same_everywhere(crmtool: Crmtool, flawed: Path) -> None:
    found: list[Any] = [
        crmtool(command, flawed, *AS_OF, "--json").document["findings"] for command in ("check", "classify")
    ]
    assert found[0] == found[1]
    (finding,) = found[0]
    assert set(finding) == FINDING
    assert (finding["code"], finding["severity"]) == ("approximate-value", "warning")
    assert (finding["file"], finding["sheet"], finding["cell"]) == ("b.xlsx", "客户", "B5")
    assert (finding["column"], finding["value"], finding["count"]) == ("年消费额", "约8万", 1)


def test_check_counts_by_code_and_says_which_column_is_what(crmtool: Crmtool, flawed: Path) -> None:
    document = crmtool("check", flawed, *AS_OF, "--json").document
    assert document["schema"] == "crmtool.check/v1"
    assert document["counts"] == {"approximate-value": 1}
    assert {(c["header"], c["field"]) for c in document["columns"]} == {
        ("客户名称", "name"), ("年消费额", "annual_amount"), ("最近交易时间", "last_order"), ("合作时长", "tenure"),
    }  # fmt: skip
    assert document["unmapped"] == []


def test_rfm_has_scores_segments_and_cuts(crmtool: Crmtool, tmp_path: Path) -> None:
    document = crmtool("rfm", with_orders(tmp_path / "a.xlsx"), *AS_OF, "--json").document
    assert document["schema"] == "crmtool.rfm/v1"
    assert set(document["cuts"]) == {"recency", "frequency", "monetary"} or set(document["cuts"]) == {
        "r",
        "f",
        "m",
    }
    by_name = {row["name"]: row for row in document["customers"]}
    assert by_name["甲公司"]["f"] > by_name["乙公司"]["f"]
    assert by_name["甲公司"]["m"] > by_name["乙公司"]["m"]
    assert "rfm" not in by_name["丙公司"] or by_name["丙公司"]["f"] == 1
    assert sum(row["customers"] for row in document["segments"]) == 3


def test_explain_has_the_decision_and_its_trace(crmtool: Crmtool, clean: Path) -> None:
    document = crmtool("explain", clean, "乙公司", *AS_OF, "--json").document
    (customer,) = document["customers"]
    assert (customer["name"], customer["tier"]) == ("乙公司", "stable")
    assert len(customer["trace"]) > 3


def test_rule_sets_are_listed_shown_and_tested(crmtool: Crmtool) -> None:
    listed = crmtool("rules", "list", "--json").document["rules"]
    assert [item["id"] for item in listed] == [
        "annual_plan", "annual_value", "four_dimensions", "value_potential", "value_risk",
    ]  # fmt: skip
    shown = crmtool("rules", "show", "value_risk", "--json").document
    assert [tier["tier"] for tier in shown["tiers"]][:2] == ["hv_stable", "hv_potential"]
    assert all(rule["when"] for rule in shown["rules"])
    assert shown["tiers"][0]["rhythm"] == "每月1次主动沟通，每季度1次高层互访"
    tested = crmtool("rules", "test", "--json").document
    assert tested["passed"]
    assert {item["rules"] for item in tested["examples"]} == {item["id"] for item in listed} | {"rfm"}
