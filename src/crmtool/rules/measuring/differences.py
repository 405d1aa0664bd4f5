"""Where the ledger's own cell and what its sheets count say different things: the cell, and both values.

Nothing is decided here: the cell wins in `crmtool.rules.measuring.metrics`.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.ledger import NEVER, READ, TEXT, Ledger
from crmtool.rules.arrays import Mask, States, array_of, mask_of
from crmtool.rules.measuring.derive import Derived
from crmtool.rules.model import Field
from crmtool.sheets import cell_name

#: How many cells of a field are listed one by one; the last stands for all that follow too.
LISTED = 5
#: How far a typed figure may be from the counted one: people round rates and means, not counts or money.
_TOLERANCE = {"percent": 0.005, "number": 0.05}
#: A span typed instead of a date (2年, 6个月): it is no date that could be checked to the day.
_SPAN = re.compile(
    r"[^-/.年月日]*[\d一二两三四五六七八九十半]+(?:\.\d+)?\s*(?:年半?|个月|月|周|天|个季度|季度).{0,3}"
)


def difference_findings(
    ledger: Ledger, field: Field, value: pa.Array, state: States, high: pa.Array | None, counted: Derived
) -> list[Finding]:
    """Return findings at the cells whose value differs from the counted one, the last with the rest's number.

    Counts and dates must be equal, money to the fen; a percentage may be half a point off and a mean 0.05, as
    people round them. A range must hold the counted value. Spans typed for a date are not compared.
    """
    if pa.types.is_string(value.type):
        return []
    differs = (state == READ) & mask_of(value.is_valid()) & _apart(value, high, field, counted)
    differs |= (state == READ) & (counted.state == NEVER) & mask_of(value.is_valid())
    differs &= ~_typed_as_span(ledger, field)
    rows = np.flatnonzero(differs)
    listed = [_finding(ledger, field, int(row), value, counted) for row in rows[:LISTED]]
    if len(rows) > LISTED:
        listed[-1] = replace(listed[-1], count=len(rows) - LISTED + 1)
    return listed


def _apart(value: pa.Array, high: pa.Array | None, field: Field, counted: Derived) -> Mask:
    slack = _TOLERANCE.get(field.spec.kind, 0)
    own, other, top = _numbers(value), _numbers(counted.value), _numbers(value)
    if high is not None:
        top = pc.coalesce(_numbers(high), top)
    other_top = other if counted.high is None else pc.coalesce(_numbers(counted.high), other)
    low, up = pc.subtract(own, pa.scalar(slack, own.type)), pc.add(top, pa.scalar(slack, own.type))
    is_apart = pc.or_(pc.less(other_top, low), pc.greater(other, up))
    is_known: Mask = counted.state == READ
    return is_known & mask_of(is_apart)


def _numbers(values: pa.Array) -> pa.Array:
    return values.cast(pa.int32()).cast(pa.int64()) if pa.types.is_date32(values.type) else values


def _typed_as_span(ledger: Ledger, field: Field) -> Mask:
    frame = ledger.customers.frame
    if field.spec.kind != "age" or field.id + TEXT not in frame:
        return np.zeros(len(frame), dtype=np.bool_)
    texts = array_of(frame[field.id + TEXT]).to_pylist()
    return np.array([bool(text and _SPAN.fullmatch(text.strip())) for text in texts], dtype=np.bool_)


def _finding(ledger: Ledger, field: Field, row: int, value: pa.Array, counted: Derived) -> Finding:
    table = ledger.customers
    column = table.columns[field.id]
    given = value[row].as_py()
    told = counted.value[row].as_py()
    return Finding(
        "not-in-records" if told is None else "differs-from-records",
        file=table.source.file,
        sheet=str(table.frame["sheet"].iloc[row]),
        cell=cell_name(int(table.frame["row"].iloc[row]), column.column),
        column=column.header,
        value=_text(given, field),
        params={"counted": _text(told, field), "source": counted.source},
    )


def _text(value: object, field: Field) -> str:
    if value is None:
        return "-"
    if field.spec.kind == "money" and isinstance(value, int):
        return f"{value / 100:.2f}".rstrip("0").rstrip(".") + "元"
    if field.spec.kind == "percent" and isinstance(value, float):
        return f"{value * 100:.6g}%"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
