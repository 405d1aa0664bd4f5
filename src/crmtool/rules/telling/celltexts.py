"""What people see in customers' cells: values in words, as typed where that is short, with their source.

Used by reasons and traces; what the values prove is left to `crmtool.rules.telling.proofs`.
"""

from __future__ import annotations

from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.fields import Kind
from crmtool.ledger.ledger import EMPTY, HIGH, LEVEL, NEVER, READ, STATE, TEXT, UNREAD, Table
from crmtool.ledger.quantities import UNBOUNDED_FEN
from crmtool.messages import Lang
from crmtool.rules.cases import Cases
from crmtool.rules.judging.classes import collect
from crmtool.rules.model import RuleSet
from crmtool.rules.telling.amounts import money_texts
from crmtool.rules.telling.words import phrase, value_text

#: A duration as typed: `2年`, `1年半`, `6个月`, `2年3个月`.
TYPED_SPAN = r"^\d{1,3}(\.\d+)?(年半?|个月|月|周|天|日|个?季度)(\d{1,2}个?月)?$"

#: Letters of an unreadable cell that are quoted.
_LONGEST_QUOTED = 20


class CellTexts:
    """The texts of the cells of a ledger, a column at a time, made when first asked for.

    `customers` is the ledger's table of the same rows (for what was typed); without it values are shown
    alone.
    """

    def __init__(self, cases: Cases, rule_set: RuleSet, customers: Table | None, lang: Lang) -> None:
        self.cases, self.rule_set, self.lang = cases, rule_set, lang
        self.table: pa.Table = collect(cases.frame, [])
        self.frame = customers.frame if customers is not None else pd.DataFrame()
        self._texts: dict[tuple[str, bool], pa.Array] = {}

    @property
    def rows(self) -> int:
        """Return the number of customers."""
        return len(self.table)

    @property
    def counted(self) -> frozenset[str]:
        """Return the fields that are only counted from rows of other sheets: the ledger has no column of them."""
        return frozenset(field for field in self.cases.derived if field not in self.frame.columns)

    def column(self, name: str) -> pa.Array | None:
        """Return a column of the cases, or None where there is none."""
        return self.table[name].combine_chunks() if name in self.table.column_names else None

    def of(self, field: str, *, since: bool = False) -> pa.Array:
        """Return the text of each customer's cell (string, never null).

        With `since`, a day reads as the start of a span (`2022-05-01起`), a span as it was typed (`2年`).
        """
        if (field, since) not in self._texts:
            self._texts[field, since] = self._of(field, since)
        return self._texts[field, since]

    def _of(self, field: str, since: bool) -> pa.Array:
        values, states = self.column(field), self.column(field + STATE)
        if values is None or states is None or field in self.cases.absent:
            return pa.repeat(phrase("value-empty", self.lang), self.rows)
        kind = self.rule_set.fields[field].spec.kind
        texts = money_texts(values, self.lang) if kind == "money" else self._each(values, kind, since=since)
        for state, key in ((EMPTY, "value-empty"), (UNREAD, "value-unread"), (NEVER, "value-never")):
            texts = _where(pc.equal(states, state), phrase(key, self.lang), texts)
        texts = self._as_typed(field, self._ranges(field, self._unread(field, states, texts)))
        texts = self._with_source(field, texts)
        return pc.fill_null(self._by_level(field, texts), phrase("value-unread", self.lang))

    def _each(self, values: pa.Array, kind: Kind, *, since: bool) -> pa.Array:
        """Put each distinct value into words once."""
        coded = values.dictionary_encode()
        words = [value_text(value, kind, self.lang) for value in coded.dictionary.to_pylist()]
        words = [phrase("since", self.lang, day=word) for word in words] if since else words
        return pa.array(words, pa.string()).take(coded.indices)

    def _unread(self, field: str, states: pa.Array, texts: pa.Array) -> pa.Array:
        """Quote what stands in a cell that cannot be read."""
        if field + TEXT not in self.frame.columns:
            return texts
        is_unread = pc.equal(states, UNREAD)
        if not pc.any(is_unread).as_py():
            return texts
        typed = _arrow(self.frame[field + TEXT])
        quoted = pc.utf8_slice_codeunits(typed, 0, _LONGEST_QUOTED)
        before, after = phrase("value-unread-text", self.lang, text="\0").split("\0")
        said = pc.binary_join_element_wise(before, quoted, after, "")
        return pc.if_else(pc.and_(is_unread, pc.is_valid(typed)), said, texts)

    def _by_level(self, field: str, texts: pa.Array) -> pa.Array:
        """Say the level where the ledger gave that instead of a figure (消费频率 = 高频)."""
        dimension = self.rule_set.fields[field].spec.dimension
        levels = self.column(dimension + LEVEL) if dimension else None
        if dimension is None or levels is None:
            return texts
        labels = {level.id: level.label for level in self.rule_set.dimensions[dimension].levels}
        coded = levels.dictionary_encode()
        words = [phrase("value-by-level", self.lang, level=labels[i]) for i in coded.dictionary.to_pylist()]
        return pc.coalesce(pa.array(words, pa.string()).take(coded.indices), texts)

    def _ranges(self, field: str, texts: pa.Array) -> pa.Array:
        highs = self.column(field + HIGH)
        if highs is None or highs.null_count == len(highs):
            return texts
        kind = self.rule_set.fields[field].spec.kind
        is_range = pc.is_valid(highs)
        said = []
        for low, high in zip(*(ends.filter(is_range).to_pylist() for ends in (texts, highs)), strict=True):
            is_open = not isinstance(high, date) and high >= UNBOUNDED_FEN
            upper = "" if is_open else value_text(high, kind, self.lang)
            said.append(phrase("value-from" if is_open else "value-range", self.lang, low=low, high=upper))
        return pc.replace_with_mask(texts, is_range, pa.array(said, pa.string()))

    def _as_typed(self, field: str, texts: pa.Array) -> pa.Array:
        if field + TEXT not in self.frame.columns:
            return texts
        typed = _arrow(self.frame[field + TEXT])
        highs = self.column(field + HIGH)
        is_range = pc.is_valid(highs) if highs is not None else pa.repeat(False, self.rows)
        if self.rule_set.fields[field].spec.kind == "age":
            is_range = pc.or_(is_range, pc.fill_null(pc.match_substring_regex(typed, TYPED_SPAN), False))
        use = pc.and_(is_range, pc.and_(pc.is_valid(typed), pc.less_equal(pc.utf8_length(typed), 12)))
        return _where(pc.fill_null(use, False), typed, texts)

    def _with_source(self, field: str, texts: pa.Array) -> pa.Array:
        """Add where a counted value comes from, unless the ledger's own column told it."""
        source = self.cases.derived.get(field)
        if not source:
            return texts
        derivation = self.rule_set.fields[field].derivation
        is_sum = source == "orders" and derivation is not None and derivation.measure == "sum"
        said = phrase("from-orders-sum" if is_sum else f"from-{source}", self.lang)
        counted = pc.binary_join_element_wise(texts, said, "")
        states = self.table[field + STATE].combine_chunks()
        is_told = pc.is_in(states, pa.array([READ, NEVER], states.type))
        counted = pc.if_else(is_told, counted, phrase("value-uncounted", self.lang))
        if field not in self.frame.columns:
            return counted
        own = pc.is_valid(_arrow(self.frame[field]))
        if field + STATE in self.frame.columns:
            own = pc.or_(own, pc.equal(_arrow(self.frame[field + STATE]), UNREAD))
        return pc.if_else(own, texts, counted)


def _where(mask: pa.Array, said: str | pa.Array, texts: pa.Array) -> pa.Array:
    """Return the texts with others where the mask holds; a column of texts is not copied where it never does."""
    return pc.if_else(mask, said, texts) if pc.any(mask).as_py() else texts


def _arrow(column: pd.Series[str]) -> pa.Array:
    array = pa.array(column, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
