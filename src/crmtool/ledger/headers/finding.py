"""Which sheet of a workbook is the ledger, and which are its orders, visits, demands and tickets.

Knows how to choose; header blocks, names and near misses are in the modules beside it, and the cells below the
header are left to `crmtool.ledger.build`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crmtool.errors import Finding, InputError, UsageError
from crmtool.ledger.headers.candidates import Candidate, look, ranked
from crmtool.ledger.headers.layout import Layout
from crmtool.ledger.headers.own_books import own_first
from crmtool.ledger.headers.remarks import headers_seen, no_ledger, other_sheet, remarks, unseen_headers
from crmtool.ledger.headers.texts import HeaderText, normalise
from crmtool.ledger.headers.titles import title_day
from crmtool.ledger.headers.vocabulary import IGNORED, Wanted, fold_name, is_findings_sheet, vocabulary
from crmtool.ledger.standard.dictionary import ROLES, Role
from crmtool.sheets import Peek

__all__ = ["HeaderText", "Wanted", "find", "find_each", "find_role", "normalise"]

ALL_SHEETS = "*"


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
    without them the largest candidate is taken (of a workbook of crmtool's the sheet of tiers) and the others are
    named in a finding. `header_map` maps a
    header to a field id, or to `-` to leave the column alone. With `or_orders` a workbook of orders alone will
    do. Raises `InputError` where there is no ledger or no such sheet, `UsageError` for a field that does not exist.
    """
    declared = _declared(header_map or {}, wanted)
    _refuse_unknown_sheets(peeks, sheet_names, file)
    every = peeks
    peeks = [peek for peek in every if peek.sheet in sheet_names or not is_findings_sheet(peek)]
    seen = [look(peek, wanted, declared, ROLES) for peek in peeks]
    forced = [name for name in sheet_names if name != ALL_SHEETS]
    if forced:
        seen = [
            look(peek, wanted, declared, ("customers",)) if peek.sheet in forced else found
            for peek, found in zip(peeks, seen, strict=True)
        ]
    found = [what for what in seen if what is not None]
    ledgers = own_first(ranked(what for what in found if what.match.role == "customers"), every)
    if not ledgers and not (or_orders and any(what.match.role == "orders" for what in found)):
        raise InputError(no_ledger(peeks, wanted, file))
    taken, findings = _choose(ledgers, forced, ALL_SHEETS in sheet_names)
    for role in ROLES[1:]:
        candidates = ranked(what for what in found if what.match.role == role)
        taken += candidates[:1]
        findings += [other_sheet(what, candidates[0]) for what in candidates[1:]]
    findings += unseen_headers(header_map or {}, taken)
    day = next((d for what in taken if (d := title_day(what.peek, what.match.block.rows[0]))), None)
    findings += [finding for what in taken for finding in remarks(what, wanted)]
    return Layout(
        tuple(what.layout(file) for what in taken),
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
    declared = _declared(header_map or {}, Wanted(), is_strict=False)
    looked = [look(peek, Wanted(), declared, (role,)) for peek in peeks if not names or peek.sheet in names]
    found = ranked(what for what in looked if what is not None)
    if not found:
        headers = headers_seen([peek for peek in peeks if not names or peek.sheet in names])
        raise InputError(
            Finding(f"no-{role}-sheet", file=file, sheet=sheet_name or "", params={"seen": headers})
        )
    taken = (
        [what for what in found if what.match.field_ids == found[0].match.field_ids]
        if sheet_name == "*"
        else found[:1]
    )
    findings = [other_sheet(what, found[0]) for what in found if what not in taken]
    findings += [finding for what in taken for finding in remarks(what, Wanted())]
    return Layout(
        tuple(what.layout(file) for what in taken),
        findings=tuple(finding.at(file=file) for finding in findings),
    )


def find_each(
    peeks: Sequence[Peek],
    role: Role,
    *,
    header_map: Mapping[str, str] | None = None,
    file: str = "",
    wanted: Wanted | None = None,
) -> Layout:
    """Find every sheet of one kind in a workbook, whatever columns each has, in the workbook's order; maybe none.

    `wanted` are more fields than the data dictionary has.
    """
    wanted = wanted or Wanted()
    declared = _declared(header_map or {}, wanted, is_strict=False)
    looked = [look(peek, wanted, declared, (role,)) for peek in peeks]
    found = [what for what in looked if what is not None]
    findings = [finding for what in found for finding in remarks(what, wanted)]
    return Layout(
        tuple(what.layout(file) for what in found),
        findings=tuple(finding.at(file=file) for finding in findings),
    )


def _declared(header_map: Mapping[str, str], wanted: Wanted, *, is_strict: bool = True) -> dict[str, str]:
    """Return folded header → field id; a field may be named by its id or by any of its headers.

    A name that is no field is an error, or is passed over where the rule set's fields are not known.
    """
    words = [vocabulary(role, wanted) for role in ROLES] if header_map else []
    declared = {}
    for header, target in header_map.items():
        if target == IGNORED:
            declared[fold_name(header)] = IGNORED
            continue
        field = next((field for word in words if (field := word.field_named(target))), None)
        if field is not None:
            declared[fold_name(header)] = field.id
        elif is_strict:
            raise UsageError(Finding("unknown-map-field", value=target, params={"header": header}))
    return declared


def _refuse_unknown_sheets(peeks: Sequence[Peek], names: Sequence[str], file: str) -> None:
    present = [peek.sheet for peek in peeks]
    for name in names:
        if name != ALL_SHEETS and name not in present:
            raise InputError.of("no-such-sheet", file=file, sheet=name, sheets="、".join(present))


def _choose(
    ledgers: list[Candidate], forced: list[str], take_alike: bool
) -> tuple[list[Candidate], list[Finding]]:
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
        return [first], [other_sheet(what, first) for what in ledgers[1:]]
    alike = [what for what in ledgers if what.match.field_ids == first.match.field_ids]
    order = {id(what.peek): place for place, what in enumerate(ledgers)}
    alike.sort(key=lambda what: order[id(what.peek)])
    return alike, [
        Finding("sheet-headers-differ", sheet=what.peek.sheet, params={"first": first.peek.sheet})
        for what in ledgers
        if what not in alike
    ]
