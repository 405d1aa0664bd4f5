"""Knows in which order a workbook is checked and read, and which reader takes which of its sheets.

Telling the type is left to `crmtool.files.sniff`. Worksheets of .xlsx are read by `crmtool.files.sheetdata`; what
it does not know for certain, and all other kinds, by `crmtool.files.calamine_sheets`.
"""

from __future__ import annotations

import pyarrow as pa

from crmtool.errors import Finding, InputError
from crmtool.files.arrays import TEXT, unblank
from crmtool.files.calamine_sheets import Prepared, Read, prepared_xlsx, read_sheets
from crmtool.files.guard import probe
from crmtool.files.limits import Package
from crmtool.files.parts import WorkbookParts, workbook_parts, xml_tree
from crmtool.files.sheetdata.formats import style_kinds
from crmtool.files.sheetdata.plain import NotPlain
from crmtool.files.sheetdata.source import WorksheetSource, without_strays
from crmtool.files.sheetdata.strings import shared_texts
from crmtool.files.sheetdata.worksheet import read_worksheet
from crmtool.files.sniff import Kind
from crmtool.files.source import Progress, Source


def open_spreadsheet(
    data: bytes, file: str, kind: Kind, progress: Progress | None
) -> tuple[list[Source], list[Finding]]:
    """Return the readable worksheets of a workbook in its own order, and findings.

    Chart, macro and dialog sheets are left out; a sheet that cannot be read is a finding while another can.
    InputError where none can, where a limit is passed or where the reader would take this process down.
    """
    if kind in ("xls", "xlsb", "ods"):
        if kind != "xls":
            Package(data, file).verify_parts()
        probe(data, file)
        read = read_sheets(Prepared(data), file, progress)
        findings: list[Finding] = []
    else:
        read, findings = _read_xlsx(Package(data, file), progress)
    if not read.sources:
        raise InputError(*read.failures) if read.failures else InputError.of("no-worksheet", file=file)
    skipped = [
        Finding(
            "unreadable-sheet",
            file=file,
            sheet=failure.sheet,
            params={"reason": failure.params.get("reason", "")},
        )
        for failure in read.failures
    ]
    return read.sources, [*findings, *skipped]


def _read_xlsx(package: Package, progress: Progress | None) -> tuple[Read, list[Finding]]:
    parts = workbook_parts(package)
    own = {sheet.part for sheet in parts.sheets} | ({parts.strings} if parts.strings else set())
    package.verify_parts(besides=frozenset(own))
    findings: list[Finding] = []
    fast = _read_fast(package, parts, progress, findings) if parts.is_complete else {}
    worksheets = [sheet.name for sheet in parts.sheets if sheet.is_worksheet or not parts.is_complete]
    left = [name for name in worksheets if name not in fast]
    if parts.is_complete and not left:
        return Read(list(fast.values()), []), findings
    if parts.strings:
        package.verify_parts(besides=frozenset(own - {parts.strings}))
    prepared = prepared_xlsx(package, parts, left)
    findings += prepared.findings
    slow = read_sheets(prepared, package.file, progress, left if parts.is_complete else None)
    by_name = {**fast, **{source.peek.sheet: source for source in slow.sources}}
    ordered = [by_name.pop(name) for name in worksheets if name in by_name]
    return Read([*ordered, *by_name.values()], slow.failures), findings


def _read_fast(
    package: Package, parts: WorkbookParts, progress: Progress | None, findings: list[Finding]
) -> dict[str, Source]:
    """Return the worksheets that are plain enough, by name."""
    try:
        shared = _shared(package, parts)
    except NotPlain:
        return {}
    styles = xml_tree(package, parts.styles) if parts.styles else None
    if parts.styles and styles is None:
        # Without its styles no date could be told from a number.
        return {}
    kinds = style_kinds(styles)
    sources: dict[str, Source] = {}
    worksheets = [sheet for sheet in parts.sheets if sheet.is_worksheet]
    for index, sheet in enumerate(worksheets):
        if progress is not None:
            progress("progress-reading", index, len(worksheets))
        try:
            worksheet = read_worksheet(
                package.chunks(sheet.part), shared, kinds, parts.date_1904, package.file, sheet.part
            )
        except NotPlain:
            continue
        strays = without_strays(worksheet, package.file, sheet.name)
        findings += [strays] if strays is not None else []
        sources[sheet.name] = WorksheetSource(
            package.file, sheet.name, sheet.visibility, worksheet, parts.date_1904, progress
        )
    return sources


def _shared(package: Package, parts: WorkbookParts) -> pa.Array:
    part = parts.strings
    if part is None:
        return pa.array([], TEXT)
    return unblank(shared_texts(lambda: package.chunks(part), package.file, part))
