"""Which field each column of a header block is: exact and declared names only, the better name first.

Near misses are left to `crmtool.ledger.headers.suggest`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.headers.layout import PlacedColumn
from crmtool.ledger.headers.rows import HeaderBlock, HeaderCell
from crmtool.ledger.headers.vocabulary import IGNORED, RESULT_HEADERS, Claim, Vocabulary, fold_name
from crmtool.ledger.ledger import LedgerColumn
from crmtool.ledger.standard.dictionary import REQUIRED, Role


@dataclass(frozen=True, slots=True)
class Rivalry:
    """A header that would also have been a field which another column already is."""

    header: HeaderCell
    field: FieldSpec
    kept: HeaderCell


@dataclass(frozen=True)
class Match:
    """A header block understood: columns that are fields, columns that are none, those left alone, and the rivals."""

    role: Role
    block: HeaderBlock
    columns: tuple[PlacedColumn, ...]
    unmapped: dict[int, str]
    rivals: tuple[Rivalry, ...] = ()
    ignored: frozenset[int] = frozenset()
    profile: str = ""
    counting_status: tuple[str, ...] = ()

    @property
    def field_ids(self) -> frozenset[str]:
        """Return the ids of the fields found."""
        return frozenset(column.field_id for column in self.columns)

    @property
    def known(self) -> int:
        """Return how many columns are known."""
        return len({column.number for column in self.columns})

    @property
    def is_complete(self) -> bool:
        """Return whether the block has what its role cannot do without."""
        found = self.field_ids
        return all(any(field_id in found for field_id in group) for group in REQUIRED[self.role])


def match(block: HeaderBlock, words: Vocabulary, header_map: Mapping[str, str]) -> Match:
    """Say which field each column of the block is; `header_map` (folded header → field id) goes first."""
    results = {fold_name(header) for header in RESULT_HEADERS} if words.role == "customers" else set()
    ignored = frozenset(
        cell.column
        for cell in block.cells
        if _declared(cell, header_map) == IGNORED
        or (fold_name(cell.shown) in results and not _declared(cell, header_map))
    )
    cells = [cell for cell in block.cells if cell.column not in ignored]
    winners: dict[str, tuple[HeaderCell, FieldSpec]] = {}
    for cell in cells:
        field = words.fields.get(_declared(cell, header_map))
        if field and field.id not in winners:
            winners[field.id] = (cell, field)
    rivals = _contest(cells, words, winners)
    settled = {cell.column for cell, _ in winners.values()}
    columns = sorted(
        (
            PlacedColumn(LedgerColumn(field, cell.shown, cell.column), cell.unit)
            for cell, field in winners.values()
        ),
        key=lambda column: column.number,
    )
    unmapped = _unique({cell.column: cell.shown for cell in cells if cell.column not in settled})
    kept = tuple(rival for rival in rivals if rival.header.column not in settled)
    return Match(words.role, block, tuple(columns), unmapped, kept, ignored)


def _declared(cell: HeaderCell, header_map: Mapping[str, str]) -> str:
    return header_map.get(fold_name(cell.shown), "")


def _contest(
    cells: Sequence[HeaderCell], words: Vocabulary, winners: dict[str, tuple[HeaderCell, FieldSpec]]
) -> list[Rivalry]:
    """Give every field its best column, round by round; return who came second."""
    claims = {cell.column: _claims(cell, words) for cell in cells}
    rivals: list[Rivalry] = []
    for turn in range(max((len(offers) for offers in claims.values()), default=0)):
        settled = {cell.column for cell, _ in winners.values()}
        offers: dict[str, list[tuple[int, int, HeaderCell, FieldSpec]]] = {}
        for cell in cells:
            if cell.column in settled or turn >= len(claims[cell.column]):
                continue
            for claim in claims[cell.column][turn]:
                offers.setdefault(claim.field.id, []).append((claim.rank, cell.column, cell, claim.field))
        for field_id, bids in offers.items():
            bids.sort(key=lambda bid: bid[:2])
            if field_id not in winners:
                winners[field_id] = (bids[0][2], bids[0][3])
            kept = winners[field_id][0]
            rivals += [Rivalry(cell, field, kept) for _, _, cell, field in bids if cell.column != kept.column]
    return rivals


def _claims(cell: HeaderCell, words: Vocabulary) -> tuple[tuple[Claim, ...], ...]:
    for reading in cell.readings:
        claims = words.claims(reading)
        if claims:
            return claims
    return ()


def _unique(headers: dict[int, str]) -> dict[int, str]:
    """Number headers that occur twice: 备注, 备注 (2)."""
    seen: dict[str, int] = {}
    named: dict[int, str] = {}
    for column, header in sorted(headers.items()):
        seen[header] = seen.get(header, 0) + 1
        named[column] = header if seen[header] == 1 else f"{header} ({seen[header]})"
    return named
