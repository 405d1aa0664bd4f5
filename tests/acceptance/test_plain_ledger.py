"""A plain ledger (name, yearly amount, last order, start) is decided for nearly everyone, or says what it lacks."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from ledgers import Rows, customers, run, typed

from crmtool.errors import InputError
from crmtool.jobs.classify import ClassifyOutcome
from crmtool.messages import help_of, text_of

AS_OF = date(2024, 6, 30)
HEADER = ("客户名称", "年消费额", "最近订单", "首次合作时间")


def a_thousand_customers() -> Rows:
    random = Random(1000)
    rows: list[tuple[object, ...]] = [HEADER]
    for number in range(1000):
        start = AS_OF - timedelta(days=random.randrange(10, 3000))
        last = start + timedelta(days=random.randrange((AS_OF - start).days + 1))
        yuan = random.randrange(200_000) if number % 2 else round(random.uniform(500, 200_000), 2)
        rows.append((f"客户{number:04d}", yuan, last, start))
    return rows


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return typed(tmp_path_factory.mktemp("plain") / "客户.xlsx", {"客户": a_thousand_customers()})


def judged(ledger: Path, rules: str) -> ClassifyOutcome:
    return run(ledger, rules, AS_OF.isoformat())


@pytest.mark.parametrize("rules", ["annual_value", "annual_plan", "value_risk", "value_potential"])
def test_at_least_95_percent_of_a_plain_ledger_are_decided(plain: Path, rules: str) -> None:
    found = customers(judged(plain, rules))
    assert len(found) == 1000
    assert sum("tier" in row for row in found.values()) >= 950
    assert all(row["reason"] for row in found.values())


def test_high_value_is_exactly_who_meets_the_three_lines_of_the_document(plain: Path) -> None:
    # ≥ 10万元 a year, an order in the last 3 months, a year or more of working together: from the rows themselves.
    expected = {
        name
        for name, yuan, last, start in a_thousand_customers()[1:]
        if yuan >= 100_000 and last >= date(2024, 3, 30) and start <= date(2023, 6, 30)
    }
    found = customers(judged(plain, "annual_value"))
    assert len(expected) > 20, "the generated ledger should have some of them"
    assert {name for name, row in found.items() if row["tier"] == "high_value"} == expected


def test_four_dimensions_judges_by_the_one_it_has_and_says_which_are_missing(plain: Path) -> None:
    outcome = judged(plain, "four_dimensions")
    said = [item.text for item in outcome.assessment.decisions.assumptions]
    for dimension in ("消费频率", "忠诚度", "潜在价值"):
        assert any(dimension in text for text in said)
    assert not any("消费金额" in text for text in said)
    by_amount = {row[0]: row[1] for row in a_thousand_customers()[1:]}
    labels = {name: row["label"] for name, row in customers(outcome).items()}
    assert {labels[name] for name, yuan in by_amount.items() if yuan >= 100_000} == {"VIP客户"}
    assert {labels[name] for name, yuan in by_amount.items() if yuan < 50_000} == {"潜在客户"}


def test_rules_that_cannot_judge_at_all_name_the_columns_they_lack_and_the_rules_that_fit(
    tmp_path: Path,
) -> None:
    ledger = typed(
        tmp_path / "客户.xlsx",
        {
            "客户": [
                ("客户名称", "消费频率", "忠诚度"),
                ("甲公司", "高频", "忠诚"),
                ("乙公司", "低频", "不忠诚"),
            ]
        },
    )
    with pytest.raises(InputError) as caught:
        run(ledger, "annual_value", AS_OF.isoformat())
    assert caught.value.exit_code == 3
    lacking, fitting = caught.value.findings
    assert (lacking.code, fitting.code) == ("cannot-judge", "fits-instead")
    for column in ("年消费额", "最近订单", "合作时长"):
        assert column in text_of(lacking, "zh")
    assert "four_dimensions" in text_of(fitting, "zh")
    assert "--rules four_dimensions" in help_of(fitting, "en")
    assert "value_risk" not in text_of(fitting, "zh")
    # and the advice holds
    # (3 + 3 + amount)/3 is VIP or 普通 by the amount; (1 + 1 + amount)/3 is below 1.75 whatever it is
    found = customers(run(ledger, "four_dimensions", AS_OF.isoformat()))
    assert [row["label"] for row in found.values()] == ["待补资料", "潜在客户"]


def test_a_ledger_of_names_alone_fits_no_rules_and_says_so(tmp_path: Path) -> None:
    ledger = typed(
        tmp_path / "客户.xlsx", {"客户": [("客户名称", "城市"), ("甲公司", "北京"), ("乙公司", "上海")]}
    )
    with pytest.raises(InputError) as caught:
        run(ledger, "value_risk", AS_OF.isoformat())
    assert [finding.code for finding in caught.value.findings] == ["cannot-judge", "fits-none"]


ORDER_HEADER = ("订单编号", "订单日期", "客户名称", "订单金额(元)", "订单状态")


def with_orders(folder: Path, *orders: tuple[object, ...]) -> Path:
    """Return a ledger of two names and these orders, to be judged by its orders alone."""
    sheets = {"客户": [("客户名称",), ("甲公司",), ("乙公司",)], "订单": [ORDER_HEADER, *orders]}
    return typed(folder / "客户.xlsx", sheets)


def test_orders_that_were_all_cancelled_are_orders_of_nothing(tmp_path: Path) -> None:
    ledger = with_orders(
        tmp_path,
        ("D1", date(2019, 1, 1), "甲公司", 30000, "已取消"),
        ("D2", AS_OF, "甲公司", 30000, "已取消"),
    )
    found = customers(run(ledger, "annual_value", AS_OF.isoformat()))
    # The sheet reaches back far enough: nothing was bought, in the year or ever.
    assert {row["label"] for row in found.values()} == {"低价值/沉默客户"}


@pytest.mark.parametrize(
    ("day", "status", "why", "rows", "undated", "left_out"),
    [
        (None, "已完成", "records-without-day", "1", "1", "0"),
        (AS_OF + timedelta(days=1), "已完成", "records-begin-late", "0", "0", "1"),
        (AS_OF, "已取消", "records-begin-late", "0", "0", "1"),
    ],
)
def test_orders_that_tell_nobody_apart_are_named_with_what_they_lack(
    tmp_path: Path, day: date | None, status: str, why: str, rows: str, undated: str, left_out: str
) -> None:
    ledger = with_orders(tmp_path, ("D1", day, "甲公司", 30000, status))
    with pytest.raises(InputError) as caught:
        run(ledger, "annual_value", AS_OF.isoformat())
    first, second, *_ = caught.value.findings
    assert (first.code, second.code) == ("cannot-judge-from-records", why)
    params = first.params
    assert (params["sheet"], params["rows"], params["undated"], params["left_out"]) == (
        "订单",
        rows,
        undated,
        left_out,
    )
