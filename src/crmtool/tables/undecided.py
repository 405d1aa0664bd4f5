"""The sheet 待补资料: who could not be decided, what is still possible, and which cells would decide it.

Customers whom no rule fits are among them, and told apart: no cell of the ledger would help them. Why a value is
unknown is told by 问题清单.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import OutTable, TableColumn
from crmtool.ledger.ledger import Ledger
from crmtool.rules.decisions import Decisions
from crmtool.rules.model import RuleSet
from crmtool.sheets import letters
from crmtool.tables.arrays import array, mapped, no_texts, relabelled
from crmtool.tables.places import address, sheet_reference
from crmtool.tables.tiers import labels
from crmtool.tables.values import customer_columns

_NO_RULE = "没有一条规则适用（规则有空档）"
_ADD_A_RULE = "不缺资料：请在规则文件中补上这种情况"


def note(decisions: Decisions) -> str:
    """Return the line below the sheet's title: how many lack data, and how many no rule fits."""
    frame = decisions.frame
    is_undecided = frame["tier"].isna()
    unfitted = int((is_undecided & frame["possible"].isna()).sum())
    lacking = int(is_undecided.sum()) - unfitted
    parts = []
    if lacking:
        parts.append(f"{lacking} 位客户缺少判定所需的资料；点击单元格可到台账中补填。")
    if unfitted:
        parts.append(f"{unfitted} 位客户{_NO_RULE}，补资料没有用，请补规则。")
    return "".join(parts) or "没有待补资料的客户。"


def build(ledger: Ledger, decisions: Decisions, rule_set: RuleSet, addresses: Mapping[str, str]) -> OutTable:
    """Return one row per undecided customer, in the ledger's order, with a link to its first cell to fill.

    Where nothing is possible, no rule fits the customer, and the row says that instead of asking for data.
    `addresses` says where the ledger lies, seen from the output.
    """
    frame = decisions.frame
    positions = pc.indices_nonzero(pc.is_null(array(frame["tier"])))
    row = pc.cast(pc.take(array(ledger.customers.frame["row"]), positions), pa.string())
    sheet = pc.take(array(ledger.customers.frame["sheet"]), positions)
    missing = pc.fill_null(pc.take(array(frame["missing"]), positions), "")
    who = [
        TableColumn(known.id, known.header, pc.take(known.cells, positions), known.look)
        for known in customer_columns(ledger, rule_set)
    ]
    first = _first_cells(missing, row, ledger)
    place = TableColumn(
        "cell",
        "单元格",
        pc.binary_join_element_wise(sheet, first, "!"),
        links=pc.binary_join_element_wise(_sheet_links(sheet, ledger, addresses), first, ""),
    )
    possible = relabelled(pc.take(array(frame["possible"]), positions), labels(rule_set), " / ")
    advice = pc.if_else(pc.is_null(possible), _ADD_A_RULE, pa.scalar(None, pa.string()))
    texts = {
        "possible": ("可能的等级", pc.fill_null(possible, _NO_RULE)),
        "missing": ("补上这些即可判定", pc.coalesce(_to_fill_in(missing, row, ledger, rule_set), advice)),
        "reason": ("说明", pc.take(array(frame["reason"]), positions)),
    }
    told = [TableColumn(key, header, cells, "wide") for key, (header, cells) in texts.items()]
    return OutTable("undecided", [*who, place, *told])


def _first_cells(missing: pa.Array, row: pa.Array, ledger: Ledger) -> pa.Array:
    """Return the cell of the first missing field that has a column, else the row's first cell."""
    columns = ledger.customers.columns
    cells = pc.binary_join_element_wise("A", row, "")
    for kind in pc.unique(missing).to_pylist():
        present = [columns[field].column for field in kind.split("|") if field in columns]
        if present:
            theirs = pc.binary_join_element_wise(letters(present[0]), row, "")
            cells = pc.if_else(pc.equal(missing, kind), theirs, cells)
    return cells


def _to_fill_in(missing: pa.Array, row: pa.Array, ledger: Ledger, rule_set: RuleSet) -> pa.Array:
    """Return the missing fields by the user's own headers, each with its cell: `年消费额（F12）`."""
    told = no_texts(len(missing))
    for kind in pc.unique(missing).to_pylist():
        parts = [_named_cell(field, row, ledger, rule_set) for field in kind.split("|") if field]
        if parts:
            told = pc.if_else(pc.equal(missing, kind), pc.binary_join_element_wise(*parts, "、"), told)
    return told


def _named_cell(field: str, row: pa.Array, ledger: Ledger, rule_set: RuleSet) -> pa.Array | pa.Scalar:
    read = ledger.customers.columns.get(field)
    if read is None:
        label = rule_set.fields[field].label if field in rule_set.fields else field
        return pa.scalar(f"{label}（台账无此列）")
    return pc.binary_join_element_wise(f"{read.header}（{letters(read.column)}", row, "）", "")


def _sheet_links(sheet: pa.Array, ledger: Ledger, addresses: Mapping[str, str]) -> pa.Array:
    file = address(ledger.customers.source.file, addresses)
    names = [name for name in pc.unique(sheet).to_pylist() if name]
    return mapped(sheet, {name: f"{file}#{sheet_reference(name)}!" for name in names})
