"""From a ledger to the cases of a rule set: what the ledger says of each field, else what its sheets count.

How a field is counted is in `crmtool.rules.measuring.derive`; what an empty value means is left to the judge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa

from crmtool.errors import Finding
from crmtool.ledger.ledger import EMPTY, HIGH, LEVEL, READ, STATE, Ledger
from crmtool.ledger.quantities import Duration
from crmtool.rules.arrays import Mask, States, array_of, choose, frame_of, is_arrow_backed, mask_of, type_of
from crmtool.rules.cases import Cases, Untold
from crmtool.rules.measuring.asked import asked_spans
from crmtool.rules.measuring.beginnings import Beginnings
from crmtool.rules.measuring.contradictions import Contradictions
from crmtool.rules.measuring.derive import Derived, Deriving
from crmtool.rules.measuring.differences import difference_findings
from crmtool.rules.measuring.unseen import unseen_findings
from crmtool.rules.model import Field, RuleSet
from crmtool.sheets import cell_name

#: Counts of the ledger: order lines that are there and do not count.
_LEFT_OUT = ("cancelled_orders", "not_won_orders", "refunded_orders", "future_orders")


@dataclass(frozen=True, slots=True)
class Values:
    """One field's column of the cases. `level` says by level id what the cell gave instead of a value."""

    value: pa.Array
    state: States
    high: pa.Array | None = None
    level: pa.Array | None = None


def measure(ledger: Ledger, rule_set: RuleSet, letters: pd.DataFrame | None = None) -> Cases:
    """Return the values of every field of the rule set, a row per customer in the ledger's order.

    A cell of the ledger wins where it is filled, also where it cannot be read; else the value is counted from
    orders, visits, demands or tickets (`from:`). Findings say where both exist and differ; where records begin too
    late for the field, for a whole total or for a customer without rows to be a fact, or lack customers who bought
    by what the ledger itself says (unknown too); and which field that tiers depend on may stand under a header that
    nobody knows. `letters` are the columns of `crmtool.rules.rfm.scores.letters_for_rules`, for rule sets that test
    `r`, `f`, `m`, `rfm`, `segment`.
    """
    fields = [field for field in rule_set.fields.values() if letters is None or field.id not in letters]
    cases = measure_fields(ledger, fields, asked_spans(rule_set, ledger.as_of))
    frame = cases.frame
    level_columns = set(cases.level_columns)
    for dimension in rule_set.dimensions:
        if dimension in ledger.customers.columns and dimension not in level_columns:
            level = _column(ledger, dimension + LEVEL, pa.string())
            if level.null_count == len(level):
                continue
            frame = frame.assign(**{dimension + LEVEL: pd.Series(level, dtype=pd.ArrowDtype(pa.string()))})
            level_columns.add(dimension)
    if letters is not None:
        frame = pd.concat([frame, letters], axis=1)
    findings = (*cases.findings, *unseen_findings(ledger, rule_set))
    return replace(
        cases, frame=_arrow_backed(frame), level_columns=frozenset(level_columns), findings=findings
    )


def measure_fields(ledger: Ledger, fields: Iterable[Field], asked: Mapping[str, Duration]) -> Cases:
    """Return the cases of these fields alone; `asked` is as in `crmtool.rules.measuring.asked.asked_spans`."""
    fields, deriving = tuple(fields), Deriving(ledger, asked)
    contradictions = Contradictions(ledger, deriving, fields)
    columns: dict[str, pa.Array] = {"customer": pa.array(np.arange(len(ledger.customers.frame)))}
    absent, levels = set(), set()
    sources: dict[str, str] = {}
    untold: dict[str, Untold] = {}
    beginnings = Beginnings(ledger, deriving)
    findings: list[Finding] = []
    for field in fields:
        given, counted = _given(ledger, field), deriving.derive(field)
        is_empty = _is_empty(given, len(ledger.customers.frame))
        if counted is not None:
            beginnings.note(field, counted, is_empty)
        if given is not None and counted is not None:
            findings += difference_findings(ledger, field, given.value, given.state, given.high, counted)
        if counted is not None:
            counted = contradictions.without(field, counted, is_empty)
        is_told = counted is not None and counted.is_told
        if bool(is_empty.all()) and not is_told:
            absent.add(field.id)
            if counted is not None:
                untold[field.id] = _untold(ledger, deriving, counted.source)
            findings += _blank_findings(ledger, field, given)
        values, filled = _filled(given, counted, field, len(ledger.customers.frame))
        if counted is not None and is_told and filled:
            sources[field.id] = counted.source
        if field.spec.dimension is not None and values.level is not None and not is_empty.all():
            levels.add(field.spec.dimension)
        columns |= _columns(field, values)
    findings += beginnings.findings()
    findings += contradictions.findings()
    frame = _arrow_backed(frame_of(columns))
    return Cases(frame, frozenset(absent), sources, frozenset(levels), tuple(findings), untold)


def _untold(ledger: Ledger, deriving: Deriving, source: str) -> Untold:
    """Return what is to be said of a sheet that tells a field for nobody."""
    records = deriving.tables[source]
    sheets = () if records.table is None else records.table.source.sheets
    left_out = sum(ledger.counts.get(name, 0) for name in _LEFT_OUT) if source == "orders" else 0
    undated = array_of(records.frame[records.day]).null_count
    return Untold("、".join(sheets), len(records.frame), undated, left_out)


def _blank_findings(ledger: Ledger, field: Field, given: Values | None) -> Iterable[Finding]:
    """Say that a column without any filled cell counts as no column: it tells as little."""
    if given is None:
        return
    table = ledger.customers
    column = table.columns[field.id]
    yield Finding(
        "blank-column",
        file=table.source.file,
        sheet=table.source.sheets[0],
        cell=cell_name(table.source.header_row, column.column),
        column=column.header,
    )


def _given(ledger: Ledger, field: Field) -> Values | None:
    """Return what the ledger's own column says, or None where it has none."""
    table = ledger.customers
    if field.id not in table.columns or field.id not in table.frame:
        return None
    kind = type_of(field.spec.kind)
    value = _column(ledger, field.id, kind)
    told = np.where(mask_of(value.is_valid()), READ, EMPTY).astype(np.int8)
    beside = {end: _column(ledger, field.id + end, t) for end, t in ((HIGH, kind), (LEVEL, pa.string()))}
    has = {end: field.id + end in table.frame for end in (HIGH, LEVEL, STATE)}
    state = array_of(table.frame[field.id + STATE]).fill_null(EMPTY).to_numpy() if has[STATE] else told
    return Values(
        value,
        np.asarray(state, dtype=np.int8),
        beside[HIGH] if has[HIGH] else None,
        beside[LEVEL] if has[LEVEL] else None,
    )


def _column(ledger: Ledger, name: str, kind: pa.DataType) -> pa.Array:
    frame = ledger.customers.frame
    if name not in frame:
        return pa.nulls(len(frame), kind)
    values = array_of(frame[name])
    return values if values.type == kind else values.cast(kind)


def _filled(
    given: Values | None, counted: Derived | None, field: Field, customers: int
) -> tuple[Values, bool]:
    """Return the cells with the counted values where they are empty, and whether any was counted."""
    if given is None and counted is None:
        kind = type_of(field.spec.kind)
        return Values(pa.nulls(customers, kind), np.full(customers, EMPTY, dtype=np.int8)), False
    if given is None and counted is not None:
        return Values(counted.value, counted.state, counted.high), True
    if given is None or counted is None:
        return given or Values(pa.nulls(0), np.zeros(0, dtype=np.int8)), False
    empty = _is_empty(given, customers)
    high = given.high
    if counted.high is not None:
        high = choose(
            empty, counted.high, high if high is not None else pa.nulls(customers, given.value.type)
        )
    state = np.where(empty, counted.state, given.state).astype(np.int8)
    return Values(choose(empty, counted.value, given.value), state, high, given.level), bool(empty.any())


def _is_empty(given: Values | None, customers: int) -> Mask:
    """Return who has neither a value nor a level nor anything else in the ledger's own cell."""
    if given is None:
        return np.ones(customers, dtype=np.bool_)
    empty: Mask = given.state == EMPTY
    return empty if given.level is None else empty & mask_of(given.level.is_null())


def _columns(field: Field, values: Values) -> dict[str, pa.Array]:
    columns = {field.id: values.value, field.id + STATE: pa.array(values.state, pa.int8())}
    if values.high is not None and values.high.null_count < len(values.high):
        columns[field.id + HIGH] = values.high
    if values.level is not None and field.spec.dimension is not None:
        columns[field.spec.dimension + LEVEL] = values.level
    return columns


def _arrow_backed(frame: pd.DataFrame) -> pd.DataFrame:
    if not is_arrow_backed(frame):
        raise TypeError("a column of the cases is not Arrow-backed")
    return frame
