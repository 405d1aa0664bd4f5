"""Cells with targets and results; expectations are worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtool.ledger.values import KpiFigure, Refusal, parse_kpis, write_kpi, write_kpis

SOURCE = [
    "复购率≥80%/85%;满意度≥90%/88%",
    "新增订单数≥2单/1单;转化周期≤30天/45天",
    "流失率≤5%/10%;复购率≥50%/40%",
    "投诉率≤3%/5%;客单价稳定",
]


def one(text: str) -> KpiFigure:
    read = parse_kpis(text)
    assert not isinstance(read, Refusal)
    return read[0]


def test_targets_and_results_are_read() -> None:
    assert parse_kpis("复购率≥80%/85%;满意度≥90%/88%") == (
        KpiFigure("复购率", "≥", Decimal("0.8"), Decimal("0.85"), True),
        KpiFigure("满意度", "≥", Decimal("0.9"), Decimal("0.88"), True),
    )
    assert parse_kpis("投诉率 <= 5% / 3；NPS：≥40/42") == (
        KpiFigure("投诉率", "≤", Decimal("0.05"), Decimal("0.03"), True),
        KpiFigure("NPS", "≥", Decimal(40), Decimal(42), False),
    )


def test_units_are_kept() -> None:
    assert parse_kpis("新增订单数≥2单/1单;转化周期≤30天/45天") == (
        KpiFigure("新增订单数", "≥", Decimal(2), Decimal(1), False, "单"),
        KpiFigure("转化周期", "≤", Decimal(30), Decimal(45), False, "天"),
    )
    assert one("转化周期≤30日/45") == one("转化周期≤30/45天")
    assert one("客单价≥5万元/￥48,000") == KpiFigure(
        "客单价", "≥", Decimal(50000), Decimal(48000), False, "元"
    )


def test_a_target_may_have_no_result_yet() -> None:
    assert parse_kpis("复购率≥80%") == (KpiFigure("复购率", "≥", Decimal("0.8"), None, True),)
    assert parse_kpis("复购率≥80%/-") == parse_kpis("复购率≥80%/")


def test_what_is_in_words_only_is_kept() -> None:
    assert parse_kpis("投诉率≤3%/5%;客单价稳定") == (
        KpiFigure("投诉率", "≤", Decimal("0.03"), Decimal("0.05"), True),
        KpiFigure("客单价稳定", "", None, None, False),
    )


@pytest.mark.parametrize(
    "text",
    [
        "复购率≥80%/85%",
        "复购率 ≥ 80% / 85%",
        "复购率＞＝８０％／８５％",
        "复购率≧80%/85",
        "复购率：>=80%/85%；",
        "复购率不低于80%/85%",
        "复购率目标≥80%/实际85%",
        "复购率目标值≥80%/实际值：85%",
    ],
)
def test_spellings_of_one_thing_read_alike(text: str) -> None:
    assert parse_kpis(text) == (KpiFigure("复购率", "≥", Decimal("0.8"), Decimal("0.85"), True),)


def test_parts_may_be_divided_by_commas_but_not_within_figures() -> None:
    read = parse_kpis("复购率≥80%/85%，客单价≥1,200元/1,000元、客单价变化[-5%,5%]/3%")
    assert not isinstance(read, Refusal)
    assert [(each.label, each.target, each.actual) for each in read] == [
        ("复购率", Decimal("0.8"), Decimal("0.85")),
        ("客单价", Decimal(1200), Decimal(1000)),
        ("客单价变化", Decimal("-0.05"), Decimal("0.03")),
    ]
    assert (read[2].test, read[2].target_high) == ("[]", Decimal("0.05"))


def test_a_name_may_hold_a_word_of_comparison() -> None:
    assert one("逾期超过30天客户数≤5/3").label == "逾期超过30天客户数"


def test_a_name_stays_as_it_was_typed() -> None:
    assert one("客户忠诚度（重复购买率） ≥ 60%/50%").label == "客户忠诚度（重复购买率）"


def test_a_target_may_wait_for_its_baseline() -> None:
    read = one("客户满意度≥[X+10]/88%")
    assert read == KpiFigure("客户满意度", "≥", None, Decimal("0.88"), True, open_target="[X+10]")
    assert read.is_met is None
    assert write_kpi(read) == "客户满意度≥[X+10]/88%"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "复购率80%",
        "复购率≥约80%/85%",
        "≥80%",
        "复购率≥80%/85%;满意≥",
        "转化周期≤30天/5单",
        "复购率≥0.8/85%",
        "增长[5%,-5%]/0%",
        "复购率≥80%/85%/90%",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    assert isinstance(parse_kpis(text), Refusal)


@pytest.mark.parametrize("text", SOURCE)
def test_the_documents_own_cells_come_back_as_they_were(text: str) -> None:
    read = parse_kpis(text)
    assert not isinstance(read, Refusal)
    assert write_kpis(read) == text


@pytest.mark.parametrize(
    ("test", "target", "actual", "text"),
    [
        ("≥", "0.9", "0.8999999", "率≥90%/89.99%"),
        ("≥", "0.9", "0.9", "率≥90%/90%"),
        ("≤", "0.05", "0.0500001", "率≤5%/5.01%"),
        ("≥", "0.8", "0.8500000001", "率≥80%/85%"),
        ("≥", "0.8", "0.978", "率≥80%/97.8%"),
        (">", "0.3", "0.3000001", "率>30%/30.01%"),
        ("≥", "0.333333333", "0.333333332", "率≥33.33%/33.32%"),
        ("≥", "1", "1E+1", "率≥100%/1000%"),
    ],
)
def test_no_result_is_rounded_over_its_target(test: str, target: str, actual: str, text: str) -> None:
    assert write_kpi(KpiFigure("率", test, Decimal(target), Decimal(actual), True)) == text


def test_large_amounts_are_written_in_wan() -> None:
    assert write_kpi(one("客单价≥50000元/48123元")) == "客单价≥5万元/48123元"


FIGURES = st.decimals(-(10**9), 10**9, places=4)
NAMES = st.text("复购率满意度投诉新增订单转化周期（）率NPS", min_size=1, max_size=8).filter(
    lambda text: text.strip("（）") != ""
)


@st.composite
def kpis(draw: st.DrawFn) -> KpiFigure:
    label = draw(NAMES)
    kind = draw(st.sampled_from(["words", "percent", "plain", "band", "open"]))
    if kind == "words":
        return KpiFigure(label, "", None, None, False)
    test = draw(st.sampled_from("≥≤><="))
    is_percent = kind == "percent" or draw(st.booleans())
    unit = "" if is_percent else draw(st.sampled_from(["", "单", "天", "元", "次", "个月", "分"]))
    low, high = sorted((draw(FIGURES), draw(FIGURES)))
    actual = draw(st.none() | FIGURES)
    if kind == "open":
        is_bare = actual is None
        return KpiFigure(
            label,
            test,
            None,
            actual,
            is_percent and not is_bare,
            "" if is_bare else unit,
            open_target="[X+10]",
        )
    if kind == "band":
        return KpiFigure(label, "[]", low, actual, is_percent, unit, high)
    return KpiFigure(label, test, low, actual, is_percent, unit)


@given(st.lists(kpis(), min_size=1, max_size=4))
def test_what_was_written_reads_the_same(figures: list[KpiFigure]) -> None:
    text = write_kpis(figures)
    read = parse_kpis(text)
    assert not isinstance(read, Refusal)
    assert write_kpis(read) == text
    for was, now in zip(figures, read, strict=True):
        assert (now.label, now.test, now.unit, now.is_percent, now.open_target) == (
            *(was.label, was.test, was.unit, was.is_percent, was.open_target),
        )
        assert now.is_met == was.is_met
        for before, after in ((was.target, now.target), (was.target_high, now.target_high)):
            assert (before is None) == (after is None)
            assert before is None or abs(before - (after or 0)) <= Decimal("0.005")
        assert (was.actual is None) == (now.actual is None)
        assert was.actual is None or abs(was.actual - (now.actual or 0)) <= Decimal("0.02")
