"""Knows what a customer's value looks like in a cell: a number where it is exact, else what was typed.

Which values a sheet shows is left to the sheet's own module.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import TableColumn
from crmtool.ledger.fields import FieldSpec, Kind
from crmtool.ledger.ledger import HIGH, NEVER, STATE, TEXT, Ledger
from crmtool.ledger.values.cells import NEVER_WORD
from crmtool.rules.cases import Cases
from crmtool.rules.model import RuleSet
from crmtool.tables.arrays import array, integral, look_of_texts, no_texts, yuan

#: A text that spells a date out has a year of four digits; a duration such as `2年` has none.
_FOUR_DIGITS = r"[0-9]{4}"
_NAMES = frozenset({"customer_id", "name"})


def column(
    column_id: str, header: str, spec: FieldSpec, ledger: Ledger, cases: Cases | None = None
) -> TableColumn | None:
    """Return the cells of one field, or None where neither the cases nor the ledger know the field.

    The value is the one that was judged (`cases`), so that what orders tell is shown too, else the ledger's.
    A cell that holds no exact value (a range, a level's name, something unreadable) shows what was typed.
    """
    judged = None if cases is None else cases.frame
    typed = ledger.customers.frame
    frame = judged if judged is not None and spec.id in judged.columns else typed
    if spec.id not in frame.columns:
        return None
    rows = len(typed)
    texts = array(typed[spec.id + TEXT]) if spec.id + TEXT in typed.columns else no_texts(rows)
    value = array(frame[spec.id])
    if spec.kind in ("id", "text", "enum", "flag"):
        is_as_read = spec.kind == "id" or texts.null_count == rows
        cells = value if is_as_read else pc.coalesce(texts, value)
        look = look_of_texts(cells, header, is_name=spec.id in _NAMES)
        return TableColumn(column_id, header, cells, look)
    if spec.id + STATE in frame.columns:
        is_never = pc.equal(array(frame[spec.id + STATE]), NEVER)
        texts = pc.if_else(pc.fill_null(is_never, False), NEVER_WORD, texts)
    high = array(frame[spec.id + HIGH]) if spec.id + HIGH in frame.columns else None
    return _quantity(column_id, header, spec.kind, value, high, texts)


def _quantity(
    column_id: str, header: str, kind: Kind, value: pa.Array, high: pa.Array | None, texts: pa.Array
) -> TableColumn:
    is_exact = pc.is_valid(value) if high is None else pc.and_(pc.is_valid(value), pc.is_null(high))
    if kind == "age":
        spelt_out = pc.fill_null(pc.match_substring_regex(texts, _FOUR_DIGITS), True)
        is_exact = pc.and_(is_exact, spelt_out)
    exact, instead = value, pc.if_else(is_exact, pa.scalar(None, pa.string()), texts)
    if not pc.all(is_exact, min_count=0).as_py():
        exact = pc.if_else(is_exact, value, pa.scalar(None, value.type))
    if instead.null_count == len(instead):
        shown = None
    elif exact.null_count == len(exact):
        return TableColumn(column_id, header, instead, look_of_texts(instead, header))
    else:
        shown = instead
    if kind == "money":
        return TableColumn(column_id, header, yuan(exact), "money", texts=shown)
    if kind in ("date", "age"):
        return TableColumn(column_id, header, exact, "date", texts=shown)
    if kind == "percent":
        return TableColumn(column_id, header, exact, "percent", texts=shown)
    look = "count" if integral(exact) else "number"
    return TableColumn(column_id, header, exact, look, texts=shown)  # type: ignore[arg-type]


def spec_of(header: str, ledger: Ledger, rule_set: RuleSet) -> FieldSpec | None:
    """Return the field that a document's header means: the rule set's own first, then what the ledger has.

    Among the ledger's columns one whose label is the header comes before one that has it as a synonym.
    """
    own = [field.spec for field in rule_set.fields.values()]
    read = [read.field for read in ledger.customers.columns.values()]
    for spec in (*own, *read):
        if spec.label == header:
            return spec
    return next((spec for spec in (*own, *read) if header in spec.names), None)


def customer_columns(ledger: Ledger, rule_set: RuleSet) -> list[TableColumn]:
    """Return the columns `customer_id` and `name`; empty where the ledger has none."""
    rows = len(ledger.customers.frame)
    found = []
    for column_id, header in (("customer_id", "客户编号"), ("name", "客户名称")):
        spec = spec_of(header, ledger, rule_set)
        cells = None if spec is None else column(column_id, header, spec, ledger)
        found.append(cells or TableColumn(column_id, header, no_texts(rows), "short"))
    return found
