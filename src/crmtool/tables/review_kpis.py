"""The sheets on KPIs: those of all customers, by tier, the bars of the chart, and 年度目标.

How they are counted is in `crmtool.review.kpis`; the single customers' are in `crmtool.tables.review_detail`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import OutTable, TableColumn
from crmtool.review.kpis.definitions import KPIS, MISSING
from crmtool.review.model import GOAL_COLUMNS, Review
from crmtool.rules.model import RuleSet
from crmtool.tables.arrays import array
from crmtool.tables.review_words import (
    MET,
    NOTHING,
    UNKNOWN,
    actual,
    figure,
    met,
    or_word,
    plain,
    targets,
    units,
)
from crmtool.tables.visit_words import tier_words
from crmtool.visits.frames import one_of, rows_where, same_text
from crmtool.visits.model import frame_of

EVERYBODY: Final = "全部客户"
#: Bars that a chart shows so that their names can be read.
BARS: Final = 12
#: The attainment from which on a bar is to be seen, and not only its name.
_SEEN: Final = 0.005


def for_all(kpis: pd.DataFrame) -> OutTable:
    """Return one row a KPI of all customers, in the rules' order."""
    rows = rows_where(kpis, pc.is_null(array(kpis["tier"])))
    return OutTable("kpis", _columns(rows))


def by_tier(kpis: pd.DataFrame, rule_set: RuleSet) -> OutTable:
    """Return one row a KPI and tier, all customers first, then the tiers, best first."""
    by_rank = sorted(rule_set.tiers.values(), key=lambda tier: tier.rank)
    place = pc.index_in(array(kpis["tier"]), pa.array([tier.id for tier in by_rank], pa.string()))
    place = pc.if_else(pc.is_null(array(kpis["tier"])), -1, pc.fill_null(place, len(by_rank)))
    rows = kpis.iloc[np.argsort(place.to_numpy(zero_copy_only=False), kind="stable")]
    return OutTable("tier_kpis", [TableColumn("tier", "等级", tiers(rows, rule_set)), *_columns(rows)])


def tiers(rows: pd.DataFrame, rule_set: RuleSet) -> pa.Array:
    """Return the tier of each KPI in words; null is everybody."""
    return pc.fill_null(tier_words(array(rows["tier"]), rule_set), EVERYBODY)


def _columns(rows: pd.DataFrame) -> list[TableColumn]:
    return [
        TableColumn("label", "KPI", array(rows["label"])),
        TableColumn("unit", "单位", units(rows), "short"),
        TableColumn("target", "目标", pc.fill_null(targets(rows), NOTHING)),
        actual(rows),
        TableColumn("met", "达成", met(rows)),
        or_word("attainment", "达成率", array(rows["attainment"]), NOTHING),
        or_word("before", "上期", array(rows["before"]), NOTHING),
        or_word("year_before", "去年同期", array(rows["year_before"]), NOTHING),
        or_word("numerator", "分子", array(rows["numerator"]), NOTHING),
        or_word("denominator", "分母", array(rows["denominator"]), NOTHING),
        TableColumn("remark", "说明", pa.array(_remarks(rows), pa.string()), "wide"),
    ]


def _remarks(rows: pd.DataFrame) -> list[str | None]:
    """Return what is to be said of each row: what is lacking, what a relative target starts from."""
    names = ("id", "actual", "target", "baseline", "unit", "missing")
    return [_remark(*cells) for cells in zip(*(array(rows[name]).to_pylist() for name in names), strict=True)]


def _remark(
    kpi: str,
    actual: float | None,
    target: str | None,
    baseline: float | None,
    unit: str,
    missing: str | None,
) -> str | None:
    said = []
    if actual is None:
        said.append(MISSING[missing][0] if missing and missing in MISSING else missing or "没有可算的数据")
    elif kpi in KPIS:
        said.append(KPIS[kpi].formula)
    if target is not None and "baseline" in target:
        said.append(f"基数 {figure(baseline, unit)}" if baseline is not None else "基数未知")
    return "；".join(said) or None


def score(kpis: pd.DataFrame) -> tuple[int, int, int]:
    """Return how many targets were met, how many were not, and of how many that is not known."""
    aimed = rows_where(kpis, pc.is_valid(array(kpis["target"])))
    told = array(aimed["met"])
    reached = pc.sum(pc.cast(told, pa.int64())).as_py() or 0
    return reached, len(told) - told.null_count - reached, told.null_count


def is_stated_only(review: Review) -> bool:
    """Tell whether the ledger states what customers came to in a KPI whose figure of all customers is not known."""
    rows, kpis = review.customer_kpis, review.kpis
    is_unknown = pc.and_(pc.is_null(array(kpis["tier"])), pc.is_null(array(kpis["actual"])))
    stated = pc.and_(same_text(array(rows["origin"]), "stated"), pc.is_valid(array(rows["actual"])))
    return bool(
        one_of(array(rows["id"]).filter(stated), array(kpis["id"]).filter(is_unknown).to_pylist()).true_count
    )


def bars(kpis: pd.DataFrame, rule_set: RuleSet) -> OutTable:
    """Return the bars of 达成率: a name and either 达成 or 未达成, those furthest from their target first, unknown last.

    There are at most `BARS`.
    """
    aimed = rows_where(kpis, pc.is_valid(array(kpis["target"])))
    reached = array(aimed["attainment"]).to_pylist()
    order = sorted(range(len(aimed)), key=lambda i: (reached[i] is None, reached[i] or 0.0, i))[:BARS]
    names = zip(tiers(aimed, rule_set).to_pylist(), array(aimed["label"]).to_pylist(), strict=True)
    labels = [f"{tier} · {label}" for tier, label in names]
    told = met(aimed).to_pylist()
    rows = [(labels[i] + _without_a_bar(reached[i]), reached[i], told[i] == MET) for i in order]
    return OutTable(
        "kpi_bars",
        [
            TableColumn("label", "KPI", pa.array([row[0] for row in rows], pa.string())),
            TableColumn(
                "met", "达成", pa.array([r if m else None for _, r, m in rows], pa.float64()), "percent"
            ),
            TableColumn(
                "short", "未达成", pa.array([None if m else r for _, r, m in rows], pa.float64()), "percent"
            ),
        ],
    )


def _without_a_bar(reached: float | None) -> str:
    """Return what stands behind the name of a bar that cannot be seen: not known, or nothing reached.

    >>> _without_a_bar(None), _without_a_bar(0.004), _without_a_bar(0.25)
    ('（未知）', '（0%）', '')
    """
    if reached is None:
        return f"（{UNKNOWN}）"
    return f"（{reached:.0%}）" if reached < _SEEN else ""


def bars_note(kpis: pd.DataFrame) -> str:
    """Return what stands in the place of the chart where it has nothing to show, else nothing."""
    reached, missed, unknown = score(kpis)
    if reached + missed:
        return ""
    return (
        f"{unknown} 项 KPI 目标的实际值都未知，没有可画的达成率。" if unknown else "规则集没有设 KPI 目标。"
    )


def bars_title(kpis: pd.DataFrame) -> str:
    """Return the title of that chart."""
    aimed = len(kpis) - array(kpis["target"]).null_count
    return f"KPI 达成率（最低的 {BARS} 项）" if aimed > BARS else "KPI 达成率（达到目标为 100%）"


def goals(found: pd.DataFrame | None, rule_set: RuleSet) -> OutTable:
    """Return one row a yearly goal, as the source's 具体目标; none but for a year."""
    rows = frame_of(GOAL_COLUMNS, {}) if found is None else found
    return OutTable(
        "goals",
        [
            TableColumn("tier", "等级", tiers(rows, rule_set)),
            TableColumn("label", "KPI", array(rows["label"])),
            TableColumn("statement", "具体目标", array(rows["statement"]), "wide"),
            TableColumn("unit", "单位", units(rows), "short"),
            or_word("year_before", "上年实际", array(rows["year_before"]), UNKNOWN),
            TableColumn("target", "本年目标", pc.fill_null(targets(rows), NOTHING)),
            actual(rows),
            TableColumn("met", "达成", met(rows)),
        ],
    )


def score_words(kpis: pd.DataFrame) -> str:
    """Return the score in words: `5 / 7（另 1 项未知）`."""
    reached, missed, unknown = score(kpis)
    if not reached + missed:
        return f"{UNKNOWN}（{unknown} 项）" if unknown else NOTHING
    known = f"{plain(reached, 0)} / {plain(reached + missed, 0)}"
    return f"{known}（另 {unknown} 项未知）" if unknown else known
