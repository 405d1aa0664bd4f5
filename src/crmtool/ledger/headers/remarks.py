"""What is to be said about the sheets of a workbook: what was taken, what was passed over, what looks alike.

Knows findings; the choice itself is made in `crmtool.ledger.headers.finding`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crmtool.errors import Finding
from crmtool.ledger.headers.candidates import Candidate
from crmtool.ledger.headers.matching import Match
from crmtool.ledger.headers.rows import cell_text
from crmtool.ledger.headers.suggest import Suggestion, map_line, suggestions
from crmtool.ledger.headers.titles import title_unit
from crmtool.ledger.headers.vocabulary import Wanted, fold_name, vocabulary
from crmtool.sheets import Peek, cell_name

#: Fields that no header is suggested away from: they say who the customer is.
_SETTLED = frozenset(("name", "customer_id", "tier"))
_SHEETS_SHOWN, _HEADERS_SHOWN = 5, 12


def remarks(what: Candidate, wanted: Wanted) -> list[Finding]:
    """Return what is to be said about a sheet that is taken."""
    found, sheet = what.match, what.peek.sheet
    told = [*_rivals(found, sheet), *_headless(what)]
    if any(column.is_unit_of_sheet for column in what.columns):
        told.append(
            Finding("sheet-unit", sheet=sheet, value=title_unit(what.peek, found.block.rows[0]) or "")
        )
    if what.peek.visibility != "visible":
        told.append(Finding("hidden-sheet-read", sheet=sheet))
    if found.role == "customers":
        told += _near_misses(what, wanted)
    return told


def _rivals(found: Match, sheet: str) -> list[Finding]:
    row = found.block.rows[-1]
    return [
        Finding(
            "field-twice",
            sheet=sheet,
            cell=cell_name(row, rival.header.column),
            column=rival.header.shown,
            params={"kept": rival.kept.shown, "kept_cell": cell_name(row, rival.kept.column)},
        )
        for rival in found.rivals
    ]


def _headless(what: Candidate) -> list[Finding]:
    """Return the columns that have cells and no header: nobody can say what they are."""
    headed = {cell.column for cell in what.match.block.cells}
    last = what.match.block.rows[-1]
    filled = {
        column: row
        for row, cells in reversed(list(enumerate(what.peek.cells[last:], start=last + 1)))
        for column, cell in enumerate(cells, start=1)
        if column not in headed and cell_text(cell)
    }
    return [
        Finding("column-without-header", sheet=what.peek.sheet, cell=cell_name(row, column))
        for column, row in sorted(filled.items())[:_HEADERS_SHOWN]
    ]


def _near_misses(what: Candidate, wanted: Wanted) -> list[Finding]:
    """Return near misses of the rule set's fields; a header that is known means what it says to another kind."""
    found = what.match
    ruled = {spec.id for spec in wanted.fields} | _SETTLED
    taken = {column.number for column in found.columns if column.field_id in ruled}
    kinds = {column.number: column.placed.field.kind for column in found.columns}
    free = {c.shown: c.column for c in reversed(found.block.cells) if c.column not in taken | found.ignored}
    hints: list[Suggestion] = []
    for spec in wanted.fields:
        if spec.id not in found.field_ids:
            alike = [header for header, number in free.items() if kinds.get(number, spec.kind) == spec.kind]
            hints += suggestions(alike, [spec])
    return [
        Finding(
            "near-header",
            sheet=what.peek.sheet,
            cell=cell_name(found.block.rows[-1], free[hint.header]),
            column=hint.header,
            params={"field": hint.field.label, "line": map_line(hint.header, hint.field)},
        )
        for hint in hints
    ]


def other_sheet(what: Candidate, first: Candidate) -> Finding:
    """Return that a sheet is of the same kind as one that was taken."""
    params = {"taken": first.peek.sheet, "role": what.match.role, "rows": str(what.data_rows)}
    return Finding("other-sheet", sheet=what.peek.sheet, params=params)


def unseen_headers(header_map: Mapping[str, str], taken: Sequence[Candidate]) -> list[Finding]:
    """Return the declared headers that no sheet has."""
    present = {fold_name(cell.shown) for what in taken for cell in what.match.block.cells}
    missing = (header for header in header_map if fold_name(header) not in present)
    return [Finding("map-header-unseen", value=header) for header in missing]


def no_ledger(peeks: Sequence[Peek], wanted: Wanted, file: str) -> Finding:
    """Return what was looked for and what headers were seen where no sheet is a ledger."""
    words = vocabulary("customers", wanted)
    names = [words.fields["name"], words.fields["customer_id"]]
    headers = [text for peek in peeks for text in _header_like(peek)]
    hint = max(suggestions(headers, names), key=lambda found: found.likeness, default=None)
    params = {
        "wanted": "、".join((*names[0].names[:3], *names[1].names[:2])),
        "seen": headers_seen(peeks),
        "line": map_line(hint.header, hint.field) if hint else '--map "HEADER=name"',
    }
    return Finding("no-ledger", file=file, params=params)


def headers_seen(peeks: Sequence[Peek]) -> str:
    """Return the headers of the first sheets in a line."""
    shown = (f"{peek.sheet}: {'、'.join(_header_like(peek)[:_HEADERS_SHOWN]) or '-'}" for peek in peeks)
    return "; ".join([text for text, _ in zip(shown, range(_SHEETS_SHOWN), strict=False)])


def _header_like(peek: Peek) -> list[str]:
    """Return the row that looks most like a header: the first with most short texts among the first rows."""
    best: list[str] = []
    for row in peek.cells[:20]:
        texts = [" ".join(cell.split())[:30] for cell in row[:60] if isinstance(cell, str) and cell.strip()]
        if len(texts) > len(best):
            best = texts
    return best
