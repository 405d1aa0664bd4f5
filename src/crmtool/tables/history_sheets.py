"""Knows the sheets of an exported history: what stands in which column, for people and for being read back.

How cells are made is in `history`; what the columns mean, with those who record them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from crmtool.content import Look
from crmtool.review.model import ADJUSTMENT_HEADERS

#: Stands in a cell of the first sheet and tells an exported history from other workbooks.
FORMAT: Final = "crmtool.history-book/1"
COVER: Final = "说明"
RUNS, LONG_TEXTS = "runs", "long_texts"
#: Names the run that a row is of, in every table but that of the runs, and the run itself in that one.
RUN: Final = "run"


@dataclass(frozen=True, slots=True)
class HistoryColumn:
    """A column of a sheet. `is_shown`: made for people from other columns, and not read back.

    `is_folded`: for those who look it up, and for being read back; it is folded away at the right.
    """

    id: str
    header: str
    look: Look = "text"
    width: float = 13
    is_shown: bool = False
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class HistorySheet:
    """A sheet with the rows of one table; the columns up to `frozen` stay in sight."""

    name: str
    table: str
    columns: tuple[HistoryColumn, ...]
    frozen: int

    @property
    def kept(self) -> tuple[HistoryColumn, ...]:
        """Return the columns that are read back."""
        return tuple(column for column in self.columns if not column.is_shown)


def _shown(name: str, header: str, look: Look = "text", width: float = 13) -> HistoryColumn:
    return HistoryColumn(name, header, look, width, is_shown=True)


def _folded(columns: Mapping[str, str]) -> tuple[HistoryColumn, ...]:
    return tuple(HistoryColumn(name, header, width=14, is_folded=True) for name, header in columns.items())


_NUMBER: Final = HistoryColumn(RUN, "运行", "count", 7)
_AS_OF: Final = _shown("as_of", "统计截止日", "date", 12)
_WHO: Final = (
    HistoryColumn("customer_id", "客户编号", width=13),
    HistoryColumn("name", "客户名称", "medium", 26),
)
_KEY: Final = {"customer_key": "客户标识"}

_RUN_SHEET: Final = HistorySheet(
    "运行记录",
    RUNS,
    (
        _NUMBER,
        HistoryColumn("finished_at", "记录时间", width=27),
        HistoryColumn("command", "命令", width=10),
        HistoryColumn("as_of", "统计截止日", "date", 12),
        _shown("period", "周期", width=10),
        HistoryColumn("rules_id", "分级规则", width=17),
        HistoryColumn("rules_version", "规则版本", width=10),
        _shown("customers", "客户数", "count", 10),
        _shown("tiers", "各级人数", "wide", 40),
        _shown("read", "读入", "medium", 30),
        _shown("written", "写出", "medium", 36),
        HistoryColumn("tool_version", "crmtool 版本", width=10),
        *_folded(
            {
                "key": "运行标识",
                "rules_sha256": "规则摘要",
                "options": "选项",
                "counts": "计数",
                "notes": "写出时的问题",
                "inputs": "输入明细",
                "outputs": "输出明细",
            }
        ),
    ),
    frozen=4,
)
_CLASSIFICATION_SHEET: Final = HistorySheet(
    "分级记录",
    "classifications",
    (
        _NUMBER,
        _AS_OF,
        *_WHO,
        HistoryColumn("label", "等级", width=15),
        _shown("before", "原等级", width=13),
        HistoryColumn("reason", "分级依据", "wide", 48),
        HistoryColumn("next", "距上一级", "wide", 34),
        HistoryColumn("tags", "标签", width=13),
        HistoryColumn("score", "得分", "number", 9),
        _shown("held", "暂按等级", width=13),
        HistoryColumn("pending_since", "待确认自", "date", 12),
        HistoryColumn("pending_reviews", "已见期数", "count", 10),
        *_folded(
            {
                **_KEY,
                "tier": "等级代号",
                "rule": "规则代号",
                "rule_origin": "规则出处",
                "origin": "定级来源",
                "computed_tier": "规则算得的等级",
                "previous": "原等级代号",
                "flag": "标记",
                "possible": "可能的等级",
                "missing": "缺少的字段",
                "next_tier": "上一级代号",
                "held_tier": "暂按等级代号",
                "facts": "判定时的数据",
            }
        ),
    ),
    frozen=4,
)
_VISIT_SHEET: Final = HistorySheet(
    "回访计划",
    "visits",
    (
        _NUMBER,
        HistoryColumn("planned_on", "计划日期", "date", 12),
        *_WHO,
        _shown("tier_label", "等级", width=15),
        HistoryColumn("label", "回访事项", width=14),
        HistoryColumn("occasion", "节日或步骤", width=13),
        HistoryColumn("owner", "负责人", width=11),
        HistoryColumn("role", "回访角色", width=12),
        HistoryColumn("due_on", "应访日期", "date", 12),
        _shown("state", "状态", width=10),
        HistoryColumn("done_on", "完成日期", "date", 12),
        HistoryColumn("overdue_days", "逾期天数", "count", 9),
        HistoryColumn("moved_from", "原计划日期", "date", 12),
        HistoryColumn("is_never_visited", "从未回访", width=9),
        HistoryColumn("is_unpublished", "节假日未公布", width=9),
        *_folded(
            {
                "visit_id": "回访编号",
                **_KEY,
                "tier": "等级代号",
                "channel": "方式代号",
                "kind": "种类代号",
                "status": "状态代号",
                "reason": "未排原因代号",
                "prepare_days": "提前邀请天数",
                "report_days": "报告期限天数",
            }
        ),
    ),
    frozen=4,
)
_REPORT_SHEET: Final = HistorySheet(
    "回访报告",
    "reports",
    (
        _NUMBER,
        HistoryColumn("done_on", "实际日期", "date", 12),
        *_WHO,
        HistoryColumn("owner", "负责人", width=11),
        HistoryColumn("planned_on", "计划日期", "date", 12),
        _shown("result", "结果", width=10),
        HistoryColumn("satisfaction", "满意度", "number", 9),
        HistoryColumn("recommend", "推荐意愿", "number", 9),
        HistoryColumn("feedback", "客户反馈", "wide", 40),
        HistoryColumn("demand", "新增需求", "wide", 34),
        HistoryColumn("demand_explored", "需求挖掘程度", width=13),
        HistoryColumn("complaint", "投诉", "wide", 30),
        HistoryColumn("joined_services", "参与增值服务", width=9),
        HistoryColumn("converted", "是否转化", width=9),
        HistoryColumn("next_step", "下一步", "wide", 30),
        HistoryColumn("next_contact", "下次跟进时间", "date", 12),
        HistoryColumn("source", "出处", "medium", 30),
        HistoryColumn("replaced_in", "被哪次运行更正", "count", 9),
        *_folded({"visit_id": "回访编号", **_KEY, "channel": "方式代号", "outcome": "结果代号"}),
    ),
    frozen=4,
)
_KPI_SHEET: Final = HistorySheet(
    "KPI",
    "kpis",
    (
        _NUMBER,
        _shown("period", "周期", width=10),
        _AS_OF,
        HistoryColumn("label", "指标", width=18),
        _shown("tier_label", "等级", width=15),
        HistoryColumn("target", "目标", width=16),
        _shown("figure", "实际", width=12),
        HistoryColumn("met", "达成", width=8),
        _shown("attained", "达成度", "percent", 10),
        HistoryColumn("numerator", "分子", "number", 13),
        HistoryColumn("denominator", "分母", "number", 13),
        _shown("figure_before", "上一期", width=12),
        _shown("figure_year_before", "去年同期", width=12),
        _shown("figure_baseline", "基准", width=12),
        *_folded(
            {
                "id": "指标代号",
                "tier": "等级代号",
                "unit": "单位代号",
                "actual": "实际数值",
                "goal": "目标数值",
                "attainment": "达成度数值",
                "before": "上一期数值",
                "year_before": "去年同期数值",
                "baseline": "基准数值",
                "missing": "缺少的数据",
            }
        ),
    ),
    frozen=4,
)
_WIDE: Final = {"strategy": 30, "kpis": 36, "cause": 36, "new_strategy": 30, "remark": 24, "lock_reason": 22}
_DAYS: Final = ("adjusted_on", "approved_on", "lock_until")


def _adjustment(name: str) -> HistoryColumn:
    look: Look = "wide" if name in _WIDE else "date" if name in _DAYS else "text"
    width = _WIDE.get(name, 26 if name == "name" else 13)
    return HistoryColumn(name, ADJUSTMENT_HEADERS[name], look, width)


_ADJUSTMENT_SHEET: Final = HistorySheet(
    "策略调整",
    "adjustments",
    (
        _NUMBER,
        HistoryColumn("period", "周期", width=10),
        HistoryColumn("customer_id", "客户编号", width=13),
        *(_adjustment(name) for name in ADJUSTMENT_HEADERS),
        _shown("carried_out", "写回情况", width=12),
        *_folded(
            {
                **_KEY,
                "applied": "写回情况代号",
                "tier": "等级代号",
                "why": "列入原因代号",
                "short": "未达标的指标",
            }
        ),
    ),
    frozen=4,
)
#: Texts that no cell can hold in one piece.
_LONG_SHEET: Final = HistorySheet(
    "长文本",
    LONG_TEXTS,
    (
        HistoryColumn("number", "编号", "count", 9),
        HistoryColumn("part", "段", "count", 7),
        HistoryColumn("text", "文字", "wide", 90),
    ),
    frozen=2,
)

SHEETS: Final = (
    _RUN_SHEET,
    _CLASSIFICATION_SHEET,
    _VISIT_SHEET,
    _REPORT_SHEET,
    _KPI_SHEET,
    _ADJUSTMENT_SHEET,
    _LONG_SHEET,
)
