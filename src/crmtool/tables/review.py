"""Puts the review workbook together: the tables and single values of all its sheets.

Each sheet's rows are made in its own module; the template says how they look.
"""

from __future__ import annotations

from typing import Final

from crmtool import __version__
from crmtool.content import Content, Scalar
from crmtool.review.model import DOWN, GONE, NEW, OPENED, UP, Review
from crmtool.tables import (
    adjustment,
    adjustment_seal,
    grading,
    moves,
    moves_matrix,
    overview,
    review_detail,
    review_kpis,
    standing_rates,
    trend,
)
from crmtool.tables import findings as findings_table
from crmtool.tables.classification import Judged
from crmtool.tables.review_words import NOTHING, compared_with

#: The sheets on changes, which a first review has not.
_MOVES_SHEETS: Final = frozenset({"等级变动矩阵", "升级", "降级", "新增与流失"})
_GOALS_SHEET: Final = "年度目标"
#: That on visit rates, which a review has not where no plan is known.
_RATES_SHEET: Final = "回访完成率"
#: Those on KPIs, which a review has not whose rule set has no KPIs.
_KPI_SHEETS: Final = frozenset({"KPI按等级", "KPI明细"})
#: The data of the chart of targets, which goes with it.
_BARS_SHEET: Final = "KPI图表数据"


def content(judged: Judged, review: Review) -> Content:
    """Return what fills the template `review.xlsx`.

    A first review has no sheets on changes of tier, one by rules without KPIs none on KPIs, one without a plan none on
    visit rates; only that of a year has 年度目标.
    """
    rule_set = judged.rule_set
    findings = judged.findings
    adjustments = adjustment.build(review, rule_set)
    tables = [
        *trend.tables(review, rule_set),
        review_kpis.for_all(review.kpis),
        review_kpis.by_tier(review.kpis, rule_set),
        review_kpis.bars(review.kpis, rule_set),
        *moves_matrix.tables(review.moves, rule_set),
        moves.moved("upgrades", review.moves, UP, rule_set),
        moves.moved("downgrades", review.moves, DOWN, rule_set),
        moves.came_and_went(review.moves, rule_set),
        moves.near(review.moves, rule_set),
        standing_rates.every(review.rates, rule_set, judged.common),
        adjustments,
        moves.tier_choices(rule_set),
        review_detail.build(review, rule_set),
        review_kpis.goals(review.goals, rule_set),
        grading.build(judged.ledger, judged.cases, judged.decisions, rule_set),
        overview.findings_summary(findings),
        findings_table.build(findings, judged.addresses),
    ]
    scalars = {
        **_scalars(judged, review),
        "adjustments_seal": adjustment_seal.seal({each.id: each.cells for each in adjustments.columns}),
    }
    return Content({table.name: table for table in tables}, scalars, _left_out(review))


def _left_out(review: Review) -> frozenset[str]:
    omit = frozenset() if review.goals is not None and len(review.goals) else frozenset({_GOALS_SHEET})
    omit |= frozenset() if len(review.kpis) else _KPI_SHEETS
    omit |= frozenset({_RATES_SHEET}) if review.rates is None else frozenset()
    omit |= frozenset({_BARS_SHEET}) if review_kpis.bars_note(review.kpis) else frozenset()
    return omit if review.moves.previous is not None else omit | _MOVES_SHEETS


def _scalars(judged: Judged, review: Review) -> dict[str, Scalar]:
    rule_set, found = judged.rule_set, review.moves
    rules, day = f"{rule_set.name} {rule_set.version}", review.as_of.isoformat()
    ups, downs = moves_matrix.directions(rule_set)
    return {
        **overview.grounds(judged.ledger, rule_set, tool_version=__version__),
        "as_of": review.as_of,
        "caption": f"统计截止日 {day} · {rules} · 共 {len(review.now.frame)} 位客户",
        "review_period": review.period.label,
        "review_days": _days(review),
        "compared_with": compared_with(found.previous),
        **_headline(review),
        "kpi_note": _kpi_note(review),
        "left_out_note": _left_out_note(review),
        "kpi_chart_title": review_kpis.bars_title(review.kpis),
        "kpi_chart_note": review_kpis.bars_note(review.kpis),
        "up_ways": ups,
        "down_ways": downs,
        "rules_note": moves_matrix.note(found, rule_set),
        "upgrades_note": moves.moved_note(found, UP, rule_set),
        "downgrades_note": moves.moved_note(found, DOWN, rule_set),
        "came_and_went_note": moves.came_and_went_note(found),
        "near_note": moves.near_note(found),
        "review_rate_note": _rate_note(review),
        "adjustments_note": adjustment.note(review, _approver(judged)),
        "kpi_details_note": review_detail.note(review),
        **overview.findings_scalars(judged.findings),
    }


def _headline(review: Review) -> dict[str, Scalar]:
    """Return the figures at the top; those of moves are unknown at a first review."""
    counts = moves.counts_by_kind(review.moves)
    names = {"upgraded": UP, "downgraded": DOWN, "came": NEW, "went": GONE, "became_undecided": OPENED}
    is_first = review.moves.previous is None
    return {
        "customers": len(review.now.frame),
        **{name: NOTHING if is_first else counts.get(kind, 0) for name, kind in names.items()},
        "kpi_score": review_kpis.score_words(review.kpis),
        "adjusted": len(review.adjustments),
    }


def _days(review: Review) -> str:
    first, last = review.period.first, review.period.last
    days = f"{first.isoformat()} 至 {last.isoformat()}"
    return days if review.as_of >= last else f"{days}，期未结束，只到 {review.as_of.isoformat()}"


def _kpi_note(review: Review) -> str:
    if not len(review.kpis):
        return "规则集没有设 KPI。"
    if review_kpis.is_stated_only(review):
        return "台账所填的客户实际值只列在“KPI明细”，不并入合计，所以合计可能未知。未知不等于 0：缺什么写在说明里。"
    return "各等级的指标见“KPI按等级”，每位客户的见“KPI明细”。未知不等于 0：缺什么写在说明里。"


def _left_out_note(review: Review) -> str:
    """Return which sheets are left out that one would look for, and why."""
    said = []
    if review.moves.previous is None:
        said.append("等级变动各表：首次复盘，没有更早的等级可比")
    if not len(review.kpis):
        said.append("KPI 各表：规则集没有设 KPI")
    if review.rates is None:
        said.append(
            f"{_RATES_SHEET}：没有回访计划（用 crmtool plan 排计划并记入历史，或用 --plan 指定计划工作簿）"
        )
    return "；".join(said) or NOTHING


def _rate_note(review: Review) -> str:
    return f"{_days(review)} 应访的回访中已完成的比例；逾期完成的也算完成，取消的不计，没到日子的不计。"


def _approver(judged: Judged) -> str:
    section = judged.rule_set.plain.get("adjustment")
    approver = section.get("approver") if isinstance(section, dict) else None
    return approver if isinstance(approver, str) else ""
