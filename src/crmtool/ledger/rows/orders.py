"""Which order lines count, and as what: cancelled and refunded ones out, refunds as negative amounts.

Knows the words of order states; sums and windows are left to `crmtool.rules.measuring.metrics`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.ledger import STATE, UNREAD
from crmtool.ledger.rows.duplicates import without_duplicates
from crmtool.ledger.rows.masks import Mask, matching, true
from crmtool.ledger.rows.places import LISTED
from crmtool.ledger.rows.readtable import Raw
from crmtool.sheets import cell_name

_CANCELLED = (
    r"(?i)关闭|取消|作废|撤销|废弃|退款成功|已退款|全额退款|退款完成|退货成功|已退货|全部退货|退货退款完成|交易失败|付款失败|支付失败|"
    r"cancel|closed|void|^refunded|full(y)? refund|failed|lost"
)
#: States that contain a word of the above and yet stand: part of the money came back, or the refund did not happen.
_STANDING = r"(?i)部分退|退款(关闭|取消|失败)|取消退|撤销退|partial|won"
_RETURN = r"(?i)退货|退款|红字|冲销|冲红|return|refund|credit note"


def counting_orders(raw: Raw, *, as_of: date) -> Raw:
    """Return the order lines that count, refunds negative, with what was left out as findings and counts.

    Left out and counted: cancelled, closed and fully refunded orders (an order whose lines add up to nothing or
    less although something was bought), orders that a system's export lists but that are not won, lines dated
    after the as-of date, and lines that repeat another of their number in every column. Lines without a
    readable date or amount stay, with a finding; their value is null.
    """
    raw = without_duplicates(_without_future(_without_cancelled(raw), as_of))
    raw = _without_refunded(_net_of_refunds(raw))
    return _undated_told(raw)


def reach_of(raw: Raw, as_of: date) -> tuple[date, date | None] | None:
    """Return the first day that order lines are dated, whether they count or not, and the last up to the as-of date.

    None where no line is dated.
    """
    if "order_date" not in raw.columns:
        return None
    days = raw.table["order_date"]
    first = pc.min(days).as_py()
    last = pc.max(days.filter(pc.less_equal(days, pa.scalar(as_of, pa.date32())))).as_py()
    return None if first is None else (first, last)


def _without_cancelled(raw: Raw) -> Raw:
    if "status" not in raw.columns:
        return raw
    status = raw.table["status"]
    counting = raw.layouts[0].counting_status
    if counting:
        folded = pc.utf8_lower(pc.utf8_trim_whitespace(status))
        out = true(pc.invert(pc.is_in(folded, value_set=pa.array(counting))))
        return _left_out(raw, out, "orders-not-won", "not_won_orders", "status")
    out = true(pc.match_substring_regex(status, _CANCELLED)) & ~true(
        pc.match_substring_regex(status, _STANDING)
    )
    return _left_out(raw, out, "orders-cancelled", "cancelled_orders", "status")


def _without_future(raw: Raw, as_of: date) -> Raw:
    if "order_date" not in raw.columns:
        return raw
    out = true(pc.greater(raw.table["order_date"], pa.scalar(as_of, pa.date32())))
    places = [int(i) for i in np.flatnonzero(out)]
    findings = raw.spots("order-after-as-of", "order_date", places[:LISTED], total=len(places))
    findings = [replace(f, params={**f.params, "as_of": as_of.isoformat()}) for f in findings]
    return _filtered(raw, out, "future_orders", findings)


def _net_of_refunds(raw: Raw) -> Raw:
    """Make the amounts of returns negative, and take a refund column off the amount beside it."""
    if "amount" not in raw.columns:
        return raw
    table = raw.table
    amount = table["amount"]
    if "order_type" in raw.columns:
        returned = pa.array(matching(table["order_type"], _RETURN))
        amount = pc.if_else(returned, pc.negate(pc.abs(amount)), amount)
    if "refund_amount" in raw.columns:
        refund = pc.fill_null(pc.abs(table["refund_amount"]), pa.scalar(0, pa.int64()))
        whole = true(pc.and_(pc.greater(amount, 0), pc.greater_equal(refund, amount)))
        amount = pc.if_else(pc.greater(amount, 0), pc.subtract(amount, refund), amount)
        raw = replace(raw, table=_set(table, "amount", amount))
        return _left_out(raw, whole, "orders-refunded", "refunded_orders", "refund_amount")
    return replace(raw, table=_set(table, "amount", amount))


def _without_refunded(raw: Raw) -> Raw:
    if "amount" not in raw.columns or "order_no" not in raw.columns:
        return raw
    refunds = raw.table.filter(pc.less(raw.table["amount"], 0))["order_no"].combine_chunks().drop_null()
    lines = raw.table.filter(pc.is_in(raw.table["order_no"], value_set=refunds.unique()))
    sums = lines.group_by("order_no").aggregate([("amount", "sum"), ("amount", "max")])
    undone = pc.and_(pc.greater(sums["amount_max"], 0), pc.less_equal(sums["amount_sum"], 0))
    numbers = sums.filter(undone)["order_no"].combine_chunks().drop_null()
    out = true(pc.is_in(raw.table["order_no"], value_set=numbers))
    return _left_out(raw, out, "orders-refunded", "refunded_orders", "order_no")


def _undated_told(raw: Raw) -> Raw:
    """Say which lines have neither a date nor a finding for it: no window can hold them."""
    if "order_date" not in raw.columns:
        return raw
    lost = true(pc.is_null(raw.table["order_date"]))
    state = raw.table["order_date" + STATE] if "order_date" + STATE in raw.table.column_names else None
    told = np.zeros_like(lost) if state is None else true(pc.equal(state, UNREAD))
    places = [int(i) for i in np.flatnonzero(lost & ~told)]
    findings = raw.spots("order-without-date", "order_date", places[:LISTED], total=len(places))
    counts = {**raw.counts, "undated_orders": int(lost.sum())}
    return replace(raw, findings=(*raw.findings, *findings), counts=counts)


def _left_out(raw: Raw, out: Mask, code: str, count: str, field_id: str) -> Raw:
    """Leave rows out with one finding for all of them, at the first."""
    places = np.flatnonzero(out)
    findings = []
    if len(places):
        placed = raw.columns[field_id]
        first = int(places[0])
        value = raw.table[field_id][first].as_py()
        findings = [
            Finding(
                code,
                file=raw.file,
                sheet=raw.sheet_at(first),
                cell=cell_name(raw.row_at(first), placed.column),
                column=placed.header,
                value="" if value is None else str(value),
                count=len(places),
            )
        ]
    return _filtered(raw, out, count, findings)


def _filtered(raw: Raw, out: Mask, count: str, findings: list[Finding]) -> Raw:
    counts = {**raw.counts, count: raw.counts.get(count, 0) + int(out.sum())}
    table = raw.table.filter(pa.array(~out)) if out.any() else raw.table
    return replace(raw, table=table, counts=counts, findings=(*raw.findings, *findings))


def _set(table: pa.Table, name: str, values: pa.ChunkedArray) -> pa.Table:
    if name in table.column_names:
        return table.set_column(table.column_names.index(name), name, values)
    return table.append_column(name, values)
