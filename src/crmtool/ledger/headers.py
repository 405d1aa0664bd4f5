"""Which sheet of a workbook is the ledger, and which are its orders, visits, demands and tickets.

Knows how to choose; header blocks, names and near misses are in the modules beside it, and the cells below the
header are left to `crmtool.ledger.build`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from crmtool.errors import Finding, InputError, UsageError
from crmtool.ledger.dictionary import ROLES, Role
from crmtool.ledger.headerrows import blocks
from crmtool.ledger.headertext import HeaderText, normalise
from crmtool.ledger.layout import Layout, PlacedColumn, SheetLayout
from crmtool.ledger.matching import Match, match
from crmtool.ledger.profiles import recognise
from crmtool.ledger.suggest import map_line, suggestions
from crmtool.ledger.titles import title_day, title_unit
from crmtool.ledger.vocabulary import IGNORED, Vocabulary, Wanted, fold_name, vocabulary
from crmtool.sheets import Peek, cell_name

__all__ = ["HeaderText", "Wanted", "find", "find_role", "normalise"]

ALL_SHEETS = "*"
#: Fields that make a sheet of activities what it is, worth more than any number of a customer's own columns.
_DECISIVE: Mapping[Role, tuple[tuple[str, ...], ...]] = {
    "orders": (("order_no", "order_date"), ("order_no", "amount")),
    "visits": (("date", "content"), ("date", "result")),
    "tickets": (("raised", "resolved"), ("ticket_id", "raised")),
}


@dataclass(frozen=True)
class _Seen:
    """A sheet and what it would be."""

    peek: Peek
    match: Match

    @property
    def data_rows(self) -> int:
        return max(self.peek.rows - self.match.block.rows[-1], 0)


def find(
    peeks: Sequence[Peek],
    wanted: Wanted,
    *,
    sheet_names: Sequence[str] = (),
    header_map: Mapping[str, str] | None = None,
    file: str = "",
    or_orders: bool = False,
) -> Layout:
    """Find the ledger and the sheets that go with it.

    `sheet_names` are the ledger's sheets as the user gave them (`*`: every sheet with the same headers);
    without them the largest candidate is taken and the others are named in a finding. `header_map` maps a
    header to a field id, or to `-` to leave the column alone. With `or_orders` a workbook of orders alone will
    do. Raises `InputError` where there is no ledger or no such sheet, `UsageError` for a field that does not exist.
    """
    declared = _declared(header_map or {}, wanted)
    _refuse_unknown_sheets(peeks, sheet_names, file)
    seen = [_look(peek, wanted, declared, ROLES) for peek in peeks]
    forced = [name for name in sheet_names if name != ALL_SHEETS]
    if forced:
        seen = [
            _look(peek, wanted, declared, ("customers",)) if peek.sheet in forced else found
            for peek, found in zip(peeks, seen, strict=True)
        ]
    found = [what for what in seen if what is not None]
    ledgers = _ranked(what for what in found if what.match.role == "customers")
    if not ledgers and not (or_orders and any(what.match.role == "orders" for what in found)):
        raise InputError(_no_ledger(peeks, wanted, declared, file))
    taken, findings = _choose(ledgers, forced, ALL_SHEETS in sheet_names)
    for role in ROLES[1:]:
        candidates = _ranked(what for what in found if what.match.role == role)
        taken += candidates[:1]
        findings += [_other_sheet(what, candidates[0]) for what in candidates[1:]]
    findings += _unseen_headers(declared, header_map or {}, taken)
    day = next((d for what in taken if (d := title_day(what.peek, what.match.block.rows[0]))), None)
    findings += [finding for what in taken for finding in _remarks(what, wanted)]
    return Layout(
        tuple(_sheet_layout(what, file) for what in taken),
        wanted,
        tuple(finding.at(file=file) for finding in findings),
        day,
        tuple(what.peek.sheet for what in ledgers if what not in taken),
    )


def find_role(
    peeks: Sequence[Peek],
    role: Role,
    *,
    sheet_name: str | None = None,
    header_map: Mapping[str, str] | None = None,
    file: str = "",
) -> Layout:
    """Find one kind of sheet in a workbook that was given for it (`--orders FILE::SHEET`).

    Raises `InputError` where no sheet has the columns of that role.
    """
    names = [sheet_name] if sheet_name and sheet_name != ALL_SHEETS else []
    _refuse_unknown_sheets(peeks, names, file)
    declared = _declared(header_map or {}, Wanted())
    looked = [_look(peek, Wanted(), declared, (role,)) for peek in peeks if not names or peek.sheet in names]
    found = _ranked(what for what in looked if what is not None)
    if not found:
        headers = _headers_seen([peek for peek in peeks if not names or peek.sheet in names])
        raise InputError(
            Finding(f"no-{role}-sheet", file=file, sheet=sheet_name or "", params={"seen": headers})
        )
    taken = (
        [what for what in found if what.match.field_ids == found[0].match.field_ids]
        if sheet_name == "*"
        else found[:1]
    )
    findings = [_other_sheet(what, found[0]) for what in found if what not in taken]
    findings += [finding for what in taken for finding in _remarks(what, Wanted())]
    return Layout(
        tuple(_sheet_layout(what, file) for what in taken),
        findings=tuple(finding.at(file=file) for finding in findings),
    )


def _declared(header_map: Mapping[str, str], wanted: Wanted) -> dict[str, str]:
    """Return folded header → field id; a field may be named by its id or by any of its headers."""
    words = [vocabulary(role, wanted) for role in ROLES]
    declared = {}
    for header, target in header_map.items():
        if target == IGNORED:
            declared[fold_name(header)] = IGNORED
            continue
        field = next((field for word in words if (field := word.field_named(target))), None)
        if field is None:
            raise UsageError(Finding("unknown-map-field", value=target, params={"header": header}))
        declared[fold_name(header)] = field.id
    return declared


def _refuse_unknown_sheets(peeks: Sequence[Peek], names: Sequence[str], file: str) -> None:
    present = [peek.sheet for peek in peeks]
    for name in names:
        if name != ALL_SHEETS and name not in present:
            raise InputError.of("no-such-sheet", file=file, sheet=name, sheets="、".join(present))


def _look(peek: Peek, wanted: Wanted, declared: Mapping[str, str], roles: Sequence[Role]) -> _Seen | None:
    matches = [found for role in roles if (found := best_match(peek, role, wanted, declared))]
    if not matches:
        return None
    return _Seen(peek, max(matches, key=lambda found: (_weight(found), -ROLES.index(found.role))))


def best_match(peek: Peek, role: Role, wanted: Wanted, declared: Mapping[str, str]) -> Match | None:
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


def _ranked(candidates: Iterable[_Seen]) -> list[_Seen]:
    """Return candidates with the visible and the largest first."""
    return sorted(candidates, key=lambda what: (what.peek.visibility != "visible", -what.data_rows))


def _choose(ledgers: list[_Seen], forced: list[str], take_alike: bool) -> tuple[list[_Seen], list[Finding]]:
    if not ledgers:
        return [], []
    if forced:
        ledgers = sorted(
            (w for w in ledgers if w.peek.sheet in forced), key=lambda w: forced.index(w.peek.sheet)
        )
        missing = [name for name in forced if name not in {what.peek.sheet for what in ledgers}]
        if missing:
            raise InputError(*(Finding("sheet-is-no-ledger", sheet=name) for name in missing))
    first = ledgers[0]
    if not forced and not take_alike:
        return [first], [_other_sheet(what, first) for what in ledgers[1:]]
    alike = [what for what in ledgers if what.match.field_ids == first.match.field_ids]
    order = {id(what.peek): place for place, what in enumerate(ledgers)}
    alike.sort(key=lambda what: order[id(what.peek)])
    return alike, [
        Finding("sheet-headers-differ", sheet=what.peek.sheet, params={"first": first.peek.sheet})
        for what in ledgers
        if what not in alike
    ]


def _other_sheet(what: _Seen, first: _Seen) -> Finding:
    return Finding(
        "other-sheet",
        sheet=what.peek.sheet,
        params={"taken": first.peek.sheet, "role": what.match.role, "rows": str(what.data_rows)},
    )


def _unseen_headers(
    declared: Mapping[str, str], header_map: Mapping[str, str], taken: Sequence[_Seen]
) -> list[Finding]:
    present = {fold_name(cell.shown) for what in taken for cell in what.match.block.cells}
    return [
        Finding("map-header-unseen", value=header)
        for header in header_map
        if fold_name(header) not in present
    ]


def _remarks(what: _Seen, wanted: Wanted) -> list[Finding]:
    found, sheet = what.match, what.peek.sheet
    row = found.block.rows[-1]
    remarks = [
        Finding(
            "field-twice",
            sheet=sheet,
            cell=cell_name(row, rival.header.column),
            column=rival.header.shown,
            params={"kept": rival.kept.shown, "kept_cell": cell_name(row, rival.kept.column)},
        )
        for rival in found.rivals
    ]
    unit = title_unit(what.peek, found.block.rows[0])
    if unit and any(column.is_unit_of_sheet for column in _columns(what)):
        remarks.append(Finding("sheet-unit", sheet=sheet, value=unit))
    if what.peek.visibility != "visible":
        remarks.append(Finding("hidden-sheet-read", sheet=sheet))
    if found.role == "customers":
        remarks += _near_misses(what, wanted)
    return remarks


def _near_misses(what: _Seen, wanted: Wanted) -> list[Finding]:
    found = what.match
    present = found.field_ids
    ruled = {spec.id for spec in wanted.fields}
    free = [
        c
        for c in found.block.cells
        if not any(p.number == c.column and p.field_id in ruled for p in found.columns)
    ]
    free = [
        c
        for c in free
        if not any(
            p.number == c.column and p.field_id in ("name", "customer_id", "tier") for p in found.columns
        )
    ]
    columns = {cell.shown: cell.column for cell in reversed(free)}
    missing = [spec for spec in wanted.fields if spec.id not in present]
    return [
        Finding(
            "near-header",
            sheet=what.peek.sheet,
            cell=cell_name(found.block.rows[-1], columns[hint.header]),
            column=hint.header,
            params={"field": hint.field.label, "line": map_line(hint.header, hint.field)},
        )
        for hint in suggestions(columns, missing)
    ]


def _columns(what: _Seen) -> tuple[PlacedColumn, ...]:
    unit = title_unit(what.peek, what.match.block.rows[0])
    return tuple(
        replace(column, unit=unit, is_unit_of_sheet=True)
        if unit and column.unit is None and column.placed.field.kind == "money"
        else column
        for column in what.match.columns
    )


def _sheet_layout(what: _Seen, file: str) -> SheetLayout:
    rows = what.match.block.rows
    return SheetLayout(
        role=what.match.role,
        file=file,
        sheet=what.peek.sheet,
        header_rows=rows,
        first_row=rows[-1] + 1,
        columns=_columns(what),
        unmapped=what.match.unmapped,
        profile=what.match.profile,
        counting_status=what.match.counting_status,
    )


def _no_ledger(peeks: Sequence[Peek], wanted: Wanted, declared: Mapping[str, str], file: str) -> Finding:
    words: Vocabulary = vocabulary("customers", wanted)
    names = [words.fields["name"], words.fields["customer_id"]]
    headers = [text for peek in peeks for text in _header_like(peek)]
    hint = max(suggestions(headers, names), key=lambda s: s.likeness, default=None)
    return Finding(
        "no-ledger",
        file=file,
        params={
            "wanted": "、".join((*names[0].names[:3], *names[1].names[:2])),
            "seen": _headers_seen(peeks),
            "line": map_line(hint.header, hint.field) if hint else '--map "HEADER=name"',
        },
    )


def _headers_seen(peeks: Sequence[Peek]) -> str:
    shown = []
    for peek in peeks[:5]:
        headers = _header_like(peek)
        shown.append(f"{peek.sheet}: {'、'.join(headers[:12]) or '-'}")
    return "; ".join(shown)


def _header_like(peek: Peek) -> list[str]:
    """Return the row that looks most like a header: the first with most short texts among the first rows."""
    best: list[str] = []
    for row in peek.cells[:20]:
        texts = [" ".join(cell.split())[:30] for cell in row[:60] if isinstance(cell, str) and cell.strip()]
        if len(texts) > len(best):
            best = texts
    return best
