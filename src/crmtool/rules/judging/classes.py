"""Which class each customer is in: fields packed into a few integers a row, the distinct ones numbered.

The code of one field is computed in `crmtool.rules.judging.cells`; classes are judged in `crmtool.rules.judging.judge`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.ledger import LEVEL
from crmtool.rules.cases import Cases
from crmtool.rules.judging.meanings import Reading
from crmtool.rules.judging.outcomes import Outcomes


class Coding:
    """How the fields of a rule set are packed into as few integers a row as hold them."""

    LIMIT = 2**62

    def __init__(self, outcomes: Outcomes, cases: Cases) -> None:
        self.outcomes = outcomes
        self.columns = frozenset(nw.from_native(cases.frame).collect_schema().names())
        fields = [f for f in outcomes.cells if f not in cases.absent and f in self.columns]
        levels = [
            v.subject for v in outcomes.variables if v.aspect == "level" and v.subject + LEVEL in self.columns
        ]
        self.words: list[list[tuple[str, str, int]]] = [[]]  # of each word: (field or level, id, radix)
        size = 1
        for kind, subject, radix in [
            *(("field", f, outcomes.cells[f].radix(self.columns)) for f in fields),
            *(("level", d, 1 + len(outcomes.rule_set.dimensions[d].levels)) for d in levels),
        ]:
            if size * radix > self.LIMIT:
                self.words.append([])
                size = 1
            self.words[-1].append((kind, subject, radix))
            size *= radix
        if not self.words[0]:
            self.words = []

    def expressions(self, prefix: str) -> list[nw.Expr]:
        """Return one expression for each word, named `prefix` + its number."""
        found = []
        for number, word in enumerate(self.words):
            weight, total = 1, None
            for kind, subject, radix in word:
                code = (
                    self.outcomes.cells[subject].code(self.columns)
                    if kind == "field"
                    else self._level_code(subject)
                )
                total = code if total is None else total + code * weight
                weight *= radix
            assert total is not None
            found.append(total.alias(f"{prefix}{number}"))
        return found

    def _level_code(self, dimension: str) -> nw.Expr:
        column = nw.col(dimension + LEVEL)
        levels = self.outcomes.rule_set.dimensions[dimension].levels
        code = (column == levels[0].id).cast(nw.Int64).fill_null(0)
        for number, level in enumerate(levels[1:], start=2):
            code = code + (column == level.id).cast(nw.Int64).fill_null(0) * number
        return code

    def read(self, code: Sequence[int]) -> tuple[dict[str, Reading], dict[str, int]]:
        """Return the readings and the given levels that the words of one class say."""
        readings: dict[str, Reading] = {}
        given: dict[str, int] = {}
        for word, rest in zip(self.words, code, strict=True):
            for kind, subject, radix in word:
                rest, digit = divmod(rest, radix)
                if kind == "field":
                    readings[subject] = self.outcomes.cells[subject].read_code(digit)
                elif digit:
                    given[subject] = digit
        return readings, given


def collect(frame: Any, expressions: Sequence[nw.Expr]) -> pa.Table:
    """Compute expressions (or take all columns) of any frame narwhals knows, as Arrow, a row a customer.

    A lazy frame is put in the order of its column `customer`.
    """
    known = nw.from_native(frame)
    if isinstance(known, nw.LazyFrame):
        wanted = known.select(nw.col("customer"), *expressions) if expressions else known
        return wanted.collect("pyarrow").to_native().sort_by("customer")
    arrow = nw.from_native(known.to_arrow())  # no copy of an Arrow-backed frame, and half the time of pandas
    return (arrow.select(*expressions) if expressions else arrow).to_native()


def distinct(
    words: Sequence[pa.ChunkedArray | pa.Array], rows: int
) -> tuple[pa.Array, list[tuple[Any, ...]]]:
    """Return the class of each row and the words of each class, ordered by the words."""
    if not words:
        return pa.array(np.zeros(rows, dtype=np.int64)), [()]
    coded = [_combined(word).dictionary_encode() for word in words]
    index, found = coded[0].indices, [(code,) for code in coded[0].dictionary.to_pylist()]
    for part in coded[1:]:
        size = max(len(part.dictionary), 1)
        both = pc.add(
            pc.multiply(index.cast(pa.int64()), size), part.indices.cast(pa.int64())
        ).dictionary_encode()
        own = part.dictionary.to_pylist()
        pairs = [divmod(place, size) for place in both.dictionary.to_pylist()]
        index, found = both.indices, [(*found[place], own[rest]) for place, rest in pairs]
    order = sorted(range(len(found)), key=found.__getitem__)
    ranks = np.empty(len(found), dtype=np.int64)
    ranks[order] = np.arange(len(found))
    return pa.array(ranks).take(index), [found[i] for i in order]


def _combined(array: pa.ChunkedArray | pa.Array) -> pa.Array:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
