"""What a sheet could be: the role and header block that explain most of its columns.

Knows one sheet at a time; which sheets are taken is decided in `crmtool.ledger.headers.finding`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from crmtool.ledger.headers.layout import LABEL_COLUMNS, PlacedColumn, SheetLayout
from crmtool.ledger.headers.matching import Match, match
from crmtool.ledger.headers.rows import blocks
from crmtool.ledger.headers.titles import title_unit
from crmtool.ledger.headers.vocabulary import Wanted, vocabulary
from crmtool.ledger.standard.dictionary import ROLES, Role
from crmtool.ledger.standard.profiles import recognise
from crmtool.sheets import Peek

#: Fields that make a sheet of activities what it is, worth more than any number of a customer's own columns.
_DECISIVE: Mapping[Role, tuple[tuple[str, ...], ...]] = {
    "orders": (("order_no", "order_date"), ("order_no", "amount")),
    "visits": (("date", "content"), ("date", "result"), ("date", "visit_id"), ("planned_date", "visit_id")),
    "tickets": (("raised", "resolved"), ("ticket_id", "raised")),
}


@dataclass(frozen=True)
class Candidate:
    """A sheet and what it would be."""

    peek: Peek
    match: Match

    @property
    def data_rows(self) -> int:
        """Return how many rows follow the header."""
        return max(self.peek.rows - self.match.block.rows[-1], 0)

    @property
    def columns(self) -> tuple[PlacedColumn, ...]:
        """Return the known columns; money without a unit of its own has the one that stands above the table."""
        unit = title_unit(self.peek, self.match.block.rows[0])
        return tuple(
            replace(column, unit=unit, is_unit_of_sheet=True)
            if unit and column.unit is None and column.placed.field.kind == "money"
            else column
            for column in self.match.columns
        )

    def _labels(self) -> frozenset[int]:
        """Return the columns left alone that stand before the first ones that are read."""
        read = {column.number for column in self.columns} | set(self.match.unmapped)
        leading = sorted(read | self.match.ignored)[:LABEL_COLUMNS]
        return frozenset(c for c in leading if c in self.match.ignored and c < max(read, default=0))

    def layout(self, file: str) -> SheetLayout:
        """Return the sheet as a table to read."""
        rows = self.match.block.rows
        return SheetLayout(
            role=self.match.role,
            file=file,
            sheet=self.peek.sheet,
            header_rows=rows,
            first_row=rows[-1] + 1,
            columns=self.columns,
            unmapped=self.match.unmapped,
            profile=self.match.profile,
            counting_status=self.match.counting_status,
            headers={cell.column: cell.shown for cell in self.match.block.cells},
            labels=self._labels(),
        )


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return candidates with the visible and the largest first."""
    return sorted(candidates, key=lambda what: (what.peek.visibility != "visible", -what.data_rows))


def look(peek: Peek, wanted: Wanted, declared: Mapping[str, str], roles: Sequence[Role]) -> Candidate | None:
    """Return what a sheet would be among the roles, or None where it has the columns of none."""
    matches = [found for role in roles if (found := _best_match(peek, role, wanted, declared))]
    if not matches:
        return None
    return Candidate(peek, max(matches, key=lambda found: (_weight(found), -ROLES.index(found.role))))


def _best_match(peek: Peek, role: Role, wanted: Wanted, declared: Mapping[str, str]) -> Match | None:
    """Return the header block of a sheet that has most columns of a role, or None."""
    words = vocabulary(role, wanted)
    known = frozenset(words.entries) | frozenset(declared)
    best: Match | None = None
    for block in blocks(peek, known):
        found = _match_with_profile(match(block, words, declared), role, wanted, declared)
        if not found.is_complete or (len(block.cells) < 2 and peek.columns > 1):
            continue
        if best is None or _rank(found) > _rank(best):
            best = found
    return best


def _match_with_profile(plain: Match, role: Role, wanted: Wanted, declared: Mapping[str, str]) -> Match:
    profile = recognise((cell.shown for cell in plain.block.cells), role)
    if profile is None:
        return plain
    words = vocabulary(role, wanted, profile=profile)
    return replace(
        match(plain.block, words, declared), profile=profile.id, counting_status=profile.counting_status
    )


def _rank(found: Match) -> tuple[float, int, int]:
    """Return what orders candidates: more known columns, then fewer rows, then further up."""
    return (found.known + found.block.evidence, -len(found.block.rows), -found.block.rows[0])


def _weight(found: Match) -> float:
    ids = found.field_ids
    is_decisive = bool(found.profile) or any(ids.issuperset(pair) for pair in _DECISIVE.get(found.role, ()))
    return found.known + (100.0 if is_decisive and found.role != "customers" else 0.0)
