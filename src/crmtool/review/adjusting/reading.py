"""Knows what stands in an adjustment table that comes back: which sheet is one, which column is what, which word a verdict.

What follows from its rows is for `crmtool.review.adjusting.deciding`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.fields import spec
from crmtool.ledger.headers.layout import SheetLayout
from crmtool.ledger.headers.vocabulary import Wanted
from crmtool.ledger.ledger import STATE, UNREAD, LedgerColumn
from crmtool.ledger.rows.places import LISTED, Spot, listed
from crmtool.ledger.rows.readtable import Raw, read_sheets
from crmtool.ledger.values.spelling import fold
from crmtool.ledger.values.words import is_placeholder
from crmtool.review.adjusting.spreading import each_distinct, empty_as_null
from crmtool.review.model import ADJUSTMENT_COLUMNS, APPROVED, REJECTED, UNDECIDED
from crmtool.rules.deciding.labels import tiers_of
from crmtool.rules.model import RuleSet
from crmtool.sheets import Sheet, cell_name
from crmtool.visits.frames import column, frame_from, joined, one_array, rows_where, table_of
from crmtool.visits.model import frame_of

#: What a table asks of its headers beyond those of customers.
WANTED: Final = Wanted(
    (
        spec("customer_key", "text", "客户键", "Customer key"),
        spec("approver", "text", "审批人", "Approver", "批准人|审核人|审批人签字"),
        spec("verdict", "text", "审批结果", "Verdict", "审批意见|审批状态|审核结果|审批结论"),
        spec("approved_on", "date", "审批日期", "Approved on", "审批时间|批准日期|审核日期", future=True),
    )
)
#: Which field of a sheet is which column of the table; where a sheet has several, the first.
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "customer_key": ("customer_key",),
    "customer_id": ("customer_id",),
    "name": ("name",),
    "label": ("customer_type", "customer_class", "customer_grade", "customer_layer"),
    "owner": ("owner",),
    "strategy": ("current_strategy",),
    "cycle": ("strategy_cycle",),
    "kpis": ("kpi_text",),
    "grade": ("effect",),
    "cause": ("adjust_reason",),
    "new_strategy": ("adjusted_strategy",),
    "remark": ("remark",),
    **{name: (name,) for name in ("adjusted_on", "approver", "verdict", "approved_on")},
    **{name: (name,) for name in ("lock_tier", "lock_reason", "lock_until")},
}
#: All words that say something; docs/review.md lists them.
_VERDICTS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("同意", "通过", "批准", "核准", "准", "准予", "是", "可以", "同意调整", "审批通过"), APPROVED
    ),
    **dict.fromkeys(("已同意", "已通过", "已批准", "approved", "approve", "yes", "ok", "√", "y"), APPROVED),
    **dict.fromkeys(("驳回", "不同意", "拒绝", "不通过", "未通过", "不批准", "否决", "否", "退回"), REJECTED),
    **dict.fromkeys(("已驳回", "已拒绝", "rejected", "reject", "no", "×", "n"), REJECTED),
    **dict.fromkeys(
        ("待定", "待审批", "待审", "审批中", "暂缓", "未定", "未审批", "pending", "-"), UNDECIDED
    ),
}
#: Where a dash, a stroke or 无 says that there is nothing: no strategy, nobody.
_DECIDED: Final = ("new_strategy", "cycle", "approver", "lock_tier", "lock_reason")
#: One row of a table that came back: where it stands, what was typed for the verdict, and the columns (joined by `|`)
#: whose cells hold what cannot be read.
BACK_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    **ADJUSTMENT_COLUMNS,
    "file": pa.string(),
    "sheet": pa.string(),
    "row": pa.int64(),
    "unread": pa.string(),
}


@dataclass(frozen=True)
class AdjustmentsBack:
    """The rows of some tables (BACK_COLUMNS; `customer` null), and what could not be read.

    `columns` says for each file and sheet which column of the table stands where.
    """

    rows: pd.DataFrame
    columns: Mapping[tuple[str, str], Mapping[str, LedgerColumn]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def findings_at(
        self,
        code: str,
        places: Sequence[int],
        *names: str,
        params: Callable[[int], Mapping[str, str]],
    ) -> list[Finding]:
        """Return findings at some rows, each at the first of some columns that its sheet has; listed sheet by sheet.

        `params` says what the message needs of a row; it is asked only for rows that are listed.
        """
        by_sheet: dict[tuple[str, str], list[int]] = {}
        files, sheets = self._cells["file"], self._cells["sheet"]
        for at in places:
            by_sheet.setdefault((files[at].as_py(), sheets[at].as_py()), []).append(at)
        found: list[Finding] = []
        for (file, sheet), rows in by_sheet.items():
            name, placed = self._placed(file, sheet, names)
            spots = [Spot(self._row(at), self._text(at, name), params(at)) for at in rows[:LISTED]]
            number, header = (placed.column, placed.header) if placed else (1, "")
            found += listed(
                code, spots, file=file, sheet=sheet, column=number, header=header, total=len(rows)
            )
        return found

    def place(self, at: int) -> str:
        """Return where a row stands, as `[file]sheet!B4`."""
        file, sheet = self._text(at, "file"), self._text(at, "sheet")
        _, placed = self._placed(file, sheet, ("verdict", "name"))
        return f"[{file}]{sheet}!{cell_name(self._row(at), placed.column if placed else 1)}"

    @cached_property
    def _cells(self) -> pa.Table:
        return table_of(self.rows)

    def _placed(self, file: str, sheet: str, names: Sequence[str]) -> tuple[str, LedgerColumn | None]:
        known = self.columns.get((file, sheet), {})
        return next(((name, known[name]) for name in names if name in known), ("name", None))

    def _row(self, at: int) -> int:
        return int(self._cells["row"][at].as_py())

    def _text(self, at: int, name: str) -> str:
        value = self._cells[name][at].as_py()
        return "" if value is None else str(value)


def is_adjustment_table(layout: SheetLayout) -> bool:
    """Tell whether a sheet of customers is an adjustment table: it has 调整后策略, and a verdict or what led to it."""
    has = {name for name, fields in _FIELDS.items() if any(layout.column_of(each) for each in fields)}
    return "new_strategy" in has and ("verdict" in has or {"kpis", "grade", "cause"} <= has)


def read_adjustments(
    layouts: Sequence[SheetLayout], sheets: Sequence[Sheet], rule_set: RuleSet, *, as_of: date
) -> AdjustmentsBack:
    """Read the rows of adjustment tables; layouts and sheets are in the same order.

    A row of nobody is left out. A verdict in words that are none of those known is a finding and counts as undecided; a cell
    that cannot be read counts as none.
    """
    parts = [_read(layout, sheet, rule_set, as_of) for layout, sheet in zip(layouts, sheets, strict=True)]
    empty = pa.schema(list(BACK_COLUMNS.items())).empty_table()
    tables = [empty, *(table_of(part.rows) for part in parts)]
    return AdjustmentsBack(
        frame_from(pa.concat_tables(tables).combine_chunks()),
        {key: columns for part in parts for key, columns in part.columns.items()},
        tuple(finding for part in parts for finding in part.findings),
    )


def verdicts_of(texts: pa.Array) -> pa.Array:
    """Return approved, rejected or undecided for each word of 审批结果; null where it is empty or none of those known.

    >>> verdicts_of(pa.array(["同意", " 不同意 ", "待定", "再说", None])).to_pylist()
    ['approved', 'rejected', 'undecided', None, None]
    """
    return each_distinct(texts, lambda text: _VERDICTS.get(fold(text).strip("。.！!")))


def _read(layout: SheetLayout, sheet: Sheet, rule_set: RuleSet, as_of: date) -> AdjustmentsBack:
    raw = read_sheets([layout], [sheet], as_of=as_of, units={})
    placed = {
        name: raw.columns[each]
        for name, fields in _FIELDS.items()
        if (each := next((one for one in fields if one in raw.columns), None)) is not None
    }
    size = raw.table.num_rows
    cells = {name: _cells(raw, placed, name) for name in BACK_COLUMNS if name in _FIELDS}
    typed = cells["verdict"]
    verdict = verdicts_of(typed)
    is_odd = pc.and_(pc.is_valid(typed), pc.is_null(verdict))
    cells["verdict"] = pc.if_else(is_odd, UNDECIDED, verdict)
    cells["tier"] = tiers_of(pc.fill_null(cells["label"], ""), rule_set)
    here = {
        name: pa.repeat(pa.scalar(text), size) for name, text in (("file", raw.file), ("sheet", sheet.name))
    }
    columns = {**cells, **here, "row": raw.table["row"], "unread": _unread(raw, placed)}
    back = AdjustmentsBack(frame_of(BACK_COLUMNS, columns), {(raw.file, sheet.name): placed}, raw.findings)
    odd = np.flatnonzero(np.asarray(is_odd)).tolist()
    told = back.findings_at(
        "unknown-verdict", odd, "verdict", params=lambda at: {"word": str(typed[at].as_py())}
    )
    return _of_somebody(back, told)


def _of_somebody(back: AdjustmentsBack, more: Sequence[Finding]) -> AdjustmentsBack:
    is_named = pc.or_(pc.is_valid(column(back.rows, "name")), pc.is_valid(column(back.rows, "customer_id")))
    rows = rows_where(back.rows, is_named)
    return AdjustmentsBack(rows, back.columns, (*back.findings, *more))


def _cells(raw: Raw, placed: Mapping[str, LedgerColumn], name: str) -> pa.Array:
    kind = BACK_COLUMNS[name]
    if name not in placed:
        return pa.nulls(raw.table.num_rows, kind)
    cells = one_array(raw.table[placed[name].field.id]).cast(kind)
    if name in _DECIDED:
        cells = each_distinct(cells, lambda text: None if is_placeholder(text) else text)
    return empty_as_null(cells) if kind == pa.string() else cells


def _unread(raw: Raw, placed: Mapping[str, LedgerColumn]) -> pa.Array:
    """Return the columns of each row, joined by `|`, in which something stands that cannot be read."""
    nothing = pa.scalar(None, pa.string())
    parts = [
        pc.if_else(
            pc.fill_null(pc.equal(one_array(raw.table[each.field.id + STATE]), UNREAD), False), name, nothing
        )
        for name, each in placed.items()
        if each.field.id + STATE in raw.table.column_names
    ]
    return joined(parts, "|") if parts else pa.nulls(raw.table.num_rows, pa.string())
