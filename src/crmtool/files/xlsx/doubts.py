"""Find what a template holds that fills, but hardly as meant: markers that are broken, columns without headers.

Nothing here stops a template from being filled; what does is noted by `layout` and `markers`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from crmtool.errors import Finding
from crmtool.files.xlsx.layout import SheetLayout, cell_texts
from crmtool.files.xlsx.listing import other_texts
from crmtool.files.xlsx.markers import MARKER, nearest
from crmtool.files.xlsx.markup import Node
from crmtool.files.xlsx.planning import PlannedSheet
from crmtool.files.xlsx.workbook import Workbook
from crmtool.sheets import cell_name

_BRACES = re.compile("[{}｛｝]")
_NAME_IN_BRACES = re.compile(r"(?P<open>(?:[{｛]\s*)*)(?P<name>[^\W\d][\w.:*|]*)(?P<close>(?:\s*[}｝])*)")
_STANDS_FOR_A_MARKER = "\0"


def broken_markers(text: str, names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield what looks like a marker and is none, each with the name that was probably meant.

    Two braces at either end make it look like one, whatever their width; a single one does around a known name.

    >>> list(broken_markers("截至 {{as_of} 共 ｛｛customers｝｝ 位", ["as_of", "customers"]))
    [('{{as_of}', 'as_of'), ('｛｛customers｝｝', 'customers')]
    >>> list(broken_markers("{{as_of}}，{a}、{as_of}", ["as_of"]))
    [('{as_of}', 'as_of')]
    """
    if not _BRACES.search(text):
        return
    for match in _NAME_IN_BRACES.finditer(MARKER.sub(_STANDS_FOR_A_MARKER, text)):
        name = match["name"]
        braces = max(len(_BRACES.findall(match["open"])), len(_BRACES.findall(match["close"])))
        if braces > 1 or (braces and name in names):
            stands_for_columns = "*" in name or ":" in name
            yield match[0], name if stands_for_columns else nearest(name, names) or name


def doubts_of(sheet: PlannedSheet, workbook: Workbook, shared: Sequence[Node]) -> Iterator[Finding]:
    """Yield a warning for each broken marker of a sheet that is still to be filled, and for each headerless block.

    Broken markers outside the cells (page headers, text boxes, titles of charts) are told without a cell.
    """
    names = sheet.words.names()
    name = sheet.out.source
    for found in cell_texts(sheet.layout.rows, shared):
        for text, meant in broken_markers(found.text, names):
            yield Finding("broken-marker", sheet=name, cell=found.name, value=text, params={"marker": meant})
    for text in _texts_elsewhere(sheet, workbook):
        for broken, meant in broken_markers(text, names):
            yield Finding("broken-marker", sheet=name, value=broken, params={"marker": meant})
    for cell, table in _headerless(sheet.layout):
        yield Finding("columns-without-header", sheet=name, cell=cell, params={"table": table})


def _texts_elsewhere(sheet: PlannedSheet, workbook: Workbook) -> Iterator[str]:
    yield sheet.out.source
    yield from other_texts(workbook.parts.tree(sheet.out.part))
    for part, _ in workbook.own_parts(sheet.out):
        if part.casefold().endswith(".xml"):
            yield from other_texts(workbook.parts.tree(part))


def _headerless(layout: SheetLayout) -> Iterator[tuple[str, str]]:
    """Yield the first cell and the table of each `{{table.*}}` that has no `{{columns:table}}` above it.

    A row of totals right below a block needs no headers of its own.
    """
    with_header = list(layout.headers.values())
    above = {(block.bottom + 1, block.left, block.uses) for block in with_header}
    for block, table in layout.blocks:
        if block not in with_header and (block.top, block.left, block.uses) not in above:
            yield cell_name(block.bottom, block.left), table.name
