"""What is known of the fields that decide tiers, as one text a customer.

Knows how values are spelt there; making cases of such texts again is left to `crmtool.review.moves.known`.
"""

from __future__ import annotations

import json
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.ledger import EMPTY, HIGH, LEVEL, NEVER, READ, STATE, UNREAD
from crmtool.rules.cases import Cases
from crmtool.rules.judging.cells import DATED
from crmtool.rules.judging.classes import collect
from crmtool.rules.judging.outcomes import judged_by, judging_subjects
from crmtool.rules.model import RuleSet
from crmtool.visits.frames import joined, one_array

#: Stands for a day that has never been.
NEVER_TEXT: Final = "never"
#: Stands for a figure above every bound, which JSON has no word for.
ENDLESS: Final = 1e300
#: Letters that are kept of a text of which rules ask only whether it is there.
_LONGEST: Final = 20


def facts_of(cases: Cases, rule_set: RuleSet) -> pa.Array:
    """Return what is known of each customer's judged fields (string): JSON, keys in the rule set's order.

    Money is whole fen, counts, numbers and shares numbers, days ISO texts or `never`. `f__high` is the upper end of a
    range, `f__state` 2 where a cell is filled and cannot be read, `d__level` the level that the ledger gives of a
    dimension. What is empty is left out; a field that has a column all of whose cells are empty is kept as `f__state` 0,
    since rules may tell an empty cell from a column that is not there. Of a text that is only asked to be there the first
    letters are kept.
    """
    table = collect(cases.frame, [])
    fields, dimensions = judging_subjects(rule_set)
    tested = judged_by(rule_set, None).tests
    parts: list[pa.Array] = []
    for field in fields:
        if field not in cases.absent and field in table.column_names:
            parts += _of_field(
                table, field, rule_set.fields[field].spec.kind, is_looked_into=bool(tested[field])
            )
    for dimension in dimensions:
        if dimension in cases.level_columns and dimension + LEVEL in table.column_names:
            parts.append(_of_dimension(dimension + LEVEL, one_array(table[dimension + LEVEL])))
    inner = joined(parts, ",") if parts else pa.nulls(len(table), pa.string())
    return pc.binary_join_element_wise("{", pc.fill_null(inner, ""), "}", "")


def _of_field(table: pa.Table, field: str, kind: str, *, is_looked_into: bool) -> list[pa.Array]:
    """Return the texts of one field: its value, its upper end and its state, null where there is nothing to say."""
    values, states = one_array(table[field]), one_array(table[field + STATE]).cast(pa.int8())
    is_read = pc.and_(pc.equal(states, READ), pc.is_valid(values))
    told = pc.if_else(is_read, values, pa.scalar(None, values.type))
    is_unread = pc.or_(pc.equal(states, UNREAD), pc.and_(pc.equal(states, READ), pc.is_null(values)))
    is_never, state = (
        pc.equal(states, NEVER),
        pc.if_else(is_unread, str(UNREAD), pa.scalar(None, pa.string())),
    )
    if pa.types.is_string(told.type) and not is_looked_into:
        told = pc.utf8_slice_codeunits(told, 0, _LONGEST)
    if kind in DATED:
        told = pc.if_else(is_never, NEVER_TEXT, told.cast(pa.string()))
    else:
        state = pc.if_else(is_never, str(NEVER), state)
    if not pc.any(pc.not_equal(states, EMPTY)).as_py():
        state = pa.repeat(str(EMPTY), len(values))
    parts = [_spelt(field, told, kind)]
    if field + HIGH in table.column_names:
        high = one_array(table[field + HIGH])
        parts.append(_spelt(field + HIGH, pc.if_else(is_read, high, pa.scalar(None, high.type)), kind))
    return [*parts, _named(field + STATE, state)]


def _of_dimension(name: str, levels: pa.Array) -> pa.Array:
    is_blank = levels.null_count == len(levels)
    return pa.repeat(f'"{name}":""', len(levels)) if is_blank else _quoted(name, levels)


def _spelt(name: str, values: pa.Array, kind: str) -> pa.Array:
    if pa.types.is_date(values.type):
        values = values.cast(pa.string())
    if pa.types.is_string(values.type):
        return _quoted(name, values)
    if pa.types.is_floating(values.type):
        values = pc.max_element_wise(
            pc.min_element_wise(values, ENDLESS, skip_nulls=False), -ENDLESS, skip_nulls=False
        )
    return _named(name, values.cast(pa.string()))


def _quoted(name: str, texts: pa.Array) -> pa.Array:
    coded = texts.dictionary_encode()
    words = [json.dumps(text, ensure_ascii=False) for text in coded.dictionary.to_pylist()]
    return _named(name, pa.array(words, pa.string()).take(coded.indices))


def _named(name: str, texts: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(f'"{name}":', texts, "")
