"""Cells with targets and results; expectations are worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crmtool.ledger.values import KpiFigure, Refusal, parse_kpis


def test_targets_and_results_are_read() -> None:
    assert parse_kpis("复购率≥80%/85%;满意度≥90%/88%") == (
        KpiFigure("复购率", "≥", Decimal("0.8"), Decimal("0.85"), True),
        KpiFigure("满意度", "≥", Decimal("0.9"), Decimal("0.88"), True),
    )
    assert parse_kpis("投诉率 <= 5% / 3；NPS：≥40/42") == (
        KpiFigure("投诉率", "≤", Decimal("0.05"), Decimal("0.03"), True),
        KpiFigure("NPS", "≥", Decimal(40), Decimal(42), False),
    )


def test_targets_may_have_units() -> None:
    assert parse_kpis("新增订单数≥2单/1单;转化周期≤30天/45天") == (
        KpiFigure("新增订单数", "≥", Decimal(2), Decimal(1), False),
        KpiFigure("转化周期", "≤", Decimal(30), Decimal(45), False),
    )


def test_a_target_may_have_no_result_yet() -> None:
    assert parse_kpis("复购率≥80%") == (KpiFigure("复购率", "≥", Decimal("0.8"), None, True),)
    assert parse_kpis("复购率≥80%/-") == parse_kpis("复购率≥80%/")


@pytest.mark.parametrize(
    "text", ["", "复购率", "复购率80%", "复购率≥约80%/85%", "≥80%", "复购率≥80%/85%;满意"]
)
def test_anything_else_is_refused(text: str) -> None:
    assert isinstance(parse_kpis(text), Refusal)
