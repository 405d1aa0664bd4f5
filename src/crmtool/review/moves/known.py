"""Cases made from what was known of customers on another day: facts read back in whole columns.

Knows how facts are spelt, as `crmtool.review.moves.facts` writes them; judging is left to `crmtool.rules.judging`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from crmtool.ledger.ledger import EMPTY, HIGH, LEVEL, NEVER, READ, STATE, UNREAD
from crmtool.review.moves.facts import ENDLESS, NEVER_TEXT
from crmtool.rules.arrays import frame_of, type_of
from crmtool.rules.cases import Cases
from crmtool.rules.judging.cells import DATED
from crmtool.rules.judging.outcomes import judging_subjects
from crmtool.rules.model import RuleSet
from crmtool.visits.frames import one_array

_BLOCK: Final = 1 << 24
_LARGE: Final = pa.large_string()
_BEYOND: Final = 1 << 63


def cases_from(facts: pa.Array, rule_set: RuleSet) -> Cases:
    """Return cases that are judged like those that the facts were made of, a row a text; null is all unknown.

    Of fields that the rule set does not judge by nothing is read. A value that does not fit the kind that its field has in
    this rule set is unreadable, so unknown. A field that no text mentions has no column (`absent`).
    """
    fields, dimensions = judging_subjects(rule_set)
    kinds = {field: rule_set.fields[field].spec.kind for field in fields}
    dated = frozenset(field + end for field, kind in kinds.items() if kind in DATED for end in ("", HIGH))
    table = _read(facts, _schema(kinds, dimensions), dated)
    columns: dict[str, pa.Array] = {"customer": pa.array(np.arange(len(facts)))}
    absent = set(rule_set.fields) - set(fields)
    for field, kind in kinds.items():
        values, states, high = (one_array(table[field + end]) for end in ("", STATE, HIGH))
        if values.null_count == len(values) and states.null_count == len(states):
            absent.add(field)
        columns |= _column(field, kind, values, states, high)
    levels = set()
    for dimension in dimensions:
        named = one_array(table[dimension + LEVEL])
        if named.null_count < len(named):
            levels.add(dimension)
            columns[dimension + LEVEL] = pc.if_else(pc.equal(named, ""), None, named)
    return Cases(frame_of(columns), frozenset(absent), level_columns=frozenset(levels))


def _schema(kinds: Mapping[str, str], dimensions: tuple[str, ...]) -> pa.Schema:
    types: dict[str, pa.DataType] = {}
    for field, kind in kinds.items():
        told = pa.string() if kind in DATED else type_of(kind)
        types |= {field: told, field + HIGH: told, field + STATE: pa.int64()}
    return pa.schema(types | {dimension + LEVEL: pa.string() for dimension in dimensions})


def _column(field: str, kind: str, values: pa.Array, states: pa.Array, high: pa.Array) -> dict[str, pa.Array]:
    is_never = pc.fill_null(pc.equal(states, NEVER), False)
    if kind in DATED:
        is_never = pc.or_(is_never, pc.fill_null(pc.equal(values, NEVER_TEXT), False))
        values, high = _days(values), _days(high)
    if pa.types.is_floating(values.type):
        values, high = _unbounded(values), _unbounded(high)
    told = pc.if_else(is_never, NEVER, pc.if_else(pc.is_valid(values), READ, EMPTY))
    state = pc.if_else(pc.fill_null(pc.equal(states, UNREAD), False), UNREAD, told)
    columns = {field: values, field + STATE: state.cast(pa.int8())}
    return columns | ({field + HIGH: high} if high.null_count < len(high) else {})


def _unbounded(values: pa.Array) -> pa.Array:
    endless = pc.if_else(pc.greater_equal(values, ENDLESS), float("inf"), values)
    return pc.if_else(pc.less_equal(values, -ENDLESS), float("-inf"), endless)


def _read(facts: pa.Array, schema: pa.Schema, dated: frozenset[str]) -> pa.Table:
    """Return the texts as a table; where one of them is not as they are written now, each is looked at by itself."""
    if not len(facts):
        return schema.empty_table()
    end, between = pa.scalar("\n", _LARGE), pa.scalar("", _LARGE)
    lines = one_array(pc.binary_join_element_wise(pc.fill_null(facts, "{}").cast(_LARGE), end, between))
    try:
        table = pj.read_json(
            pa.BufferReader(lines.buffers()[2]),
            read_options=pj.ReadOptions(block_size=_BLOCK),
            parse_options=pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
        )
        for name in dated:
            _days(one_array(table[name]))
    except pa.ArrowInvalid:
        return _one_by_one(facts, schema, dated)
    return table if len(table) == len(facts) else _one_by_one(facts, schema, dated)


def _days(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(texts, NEVER_TEXT), pa.scalar(None, pa.string()), texts).cast(pa.date32())


def _one_by_one(facts: pa.Array, schema: pa.Schema, dated: frozenset[str]) -> pa.Table:
    """Return the texts as a table; a value of another kind than its column's counts as unreadable."""
    cells: dict[str, list[Any]] = {name: [] for name in schema.names}
    order = sorted(
        schema.names, key=lambda name: name.endswith(STATE)
    )  # what is found unreadable is said there
    for text in facts.to_pylist():
        known = _object(text)
        for name in order:
            value = known.get(name)
            if value is not None and not _fits(value, schema.field(name).type, is_day=name in dated):
                value = None
                known[name.removesuffix(HIGH) + STATE] = UNREAD
            cells[name].append(value)
    return pa.table(cells, schema)


def _object(text: str | None) -> dict[str, Any]:
    try:
        read = json.loads(text or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _fits(value: Any, kind: pa.DataType, *, is_day: bool) -> bool:
    if pa.types.is_string(kind):
        return isinstance(value, str) and (not is_day or value == NEVER_TEXT or _is_day(value))
    if isinstance(value, bool):
        return False
    if pa.types.is_integer(kind):
        return isinstance(value, int) and abs(value) < _BEYOND
    return isinstance(value, int | float)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
