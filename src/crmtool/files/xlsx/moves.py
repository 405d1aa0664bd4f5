"""Say where each row and column of a template sheet ends up once its marker rows are written out.

Plain arithmetic over 1-based numbers; how a reference is spelt is for `references`, which part it stands in
for `sheet_parts` and `other_parts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384


@dataclass(frozen=True, slots=True)
class Block:
    """A marker cell that stands for all columns of a table, with its samples to the right.

    It covers the template columns `left` … `left + samples - 1` of the rows `top` (header) to `bottom`
    (marker row) and becomes one column for each entry of `uses`, which says the sample (0: the marker cell
    itself) that the column looks like.
    """

    top: int
    bottom: int
    left: int
    samples: int
    uses: tuple[int, ...]

    @property
    def last_sample(self) -> int:
        """Return the last template column that the block covers."""
        return self.left + self.samples - 1

    @property
    def right(self) -> int:
        """Return the last column that is written; at least one is, as for rows."""
        return self.left + max(len(self.uses), 1) - 1

    def columns_like(self, sample: int) -> list[int]:
        """Return the written columns that look like the given sample."""
        return [self.left + index for index, used in enumerate(self.uses) if used == sample]


@dataclass(frozen=True)
class Move:
    """How one sheet's cells move: `rows` are its marker rows in order, each with the rows written (≥ 1)."""

    rows: Sequence[tuple[int, int]] = ()
    blocks: Sequence[Block] = ()

    @cached_property
    def marker_rows(self) -> frozenset[int]:
        """Return the template's marker rows."""
        return frozenset(row for row, _ in self.rows)

    @property
    def is_still(self) -> bool:
        """Return whether every cell stays where it is."""
        return not self.blocks and all(count == 1 for _, count in self.rows)

    def first(self, row: int) -> int:
        """Return the row where a template row begins.

        >>> Move([(5, 3)]).first(5), Move([(5, 3)]).last(5), Move([(5, 3)]).first(6)
        (5, 7, 8)
        """
        return min(row + sum(count - 1 for marker, count in self.rows if marker < row), MAX_ROW)

    def last(self, row: int) -> int:
        """Return the row where a template row ends: beyond `first` for a marker row."""
        return min(row + sum(count - 1 for marker, count in self.rows if marker <= row), MAX_ROW)

    def covers(self, top: int, bottom: int) -> bool:
        """Return whether some marker row lies within the given rows."""
        return any(top <= row <= bottom for row in self.marker_rows)

    def columns(self, left: int, right: int, top: int, bottom: int) -> tuple[int, int]:
        """Return the columns that a range covers once blocks are written out; rows are the template's."""
        beside = [block for block in self.blocks if block.top <= bottom and top <= block.bottom]
        is_beside = bool(beside)
        for block in beside or self.blocks:
            if right < block.left or (not is_beside and left >= block.left):
                continue
            if left <= block.left:
                right = block.right if right <= block.last_sample else max(right, block.right)
            elif left <= block.last_sample:
                left, right = _sample_span(block, left, right)
        return left, right

    def areas(self, left: int, right: int, top: int, bottom: int) -> list[tuple[int, int]]:
        """Return the column spans of a range that may become several, such as a format's `sqref`."""
        for block in self.blocks:
            is_beside = block.top <= bottom and top <= block.bottom
            if is_beside and left == right and block.left < left <= block.last_sample:
                return _runs(block.columns_like(left - block.left))
        return [self.columns(left, right, top, bottom)]

    def anchor_column(self, column: int) -> int:
        """Return where a drawing goes that stands at a column: what is right of a block makes way for it."""
        pushes = [block.right - block.last_sample for block in self.blocks if column > block.last_sample]
        return column + max([0, *pushes])


def _sample_span(block: Block, left: int, right: int) -> tuple[int, int]:
    samples = range(left - block.left, min(right, block.last_sample) - block.left + 1)
    used = [column for sample in samples for column in block.columns_like(sample)]
    first = min(used, default=block.left)
    return first, max(max(used, default=block.left), right if right > block.last_sample else 0)


def _runs(columns: Sequence[int]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for column in columns:
        if spans and spans[-1][1] == column - 1:
            spans[-1] = (spans[-1][0], column)
        else:
            spans.append((column, column))
    return spans
