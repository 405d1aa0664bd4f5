"""Move and fill the parts that belong to one sheet: its tables, charts, drawings, comments, links.

Walks the sheet's relationships; how each kind of part is moved is told in `other_parts`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from crmtool.files.xlsx import other_parts
from crmtool.files.xlsx.links import address
from crmtool.files.xlsx.markers import MARKER, Words
from crmtool.files.xlsx.markup import Node, escape_text
from crmtool.files.xlsx.parts import Parts, relationships_name
from crmtool.files.xlsx.planning import PlannedSheet
from crmtool.files.xlsx.references import Scope, move_formula
from crmtool.files.xlsx.sheet_cells import Filling
from crmtool.files.xlsx.sheet_parts import substitute
from crmtool.files.xlsx.staleness import Stale
from crmtool.files.xlsx.workbook import Workbook

_ESCAPED_MARKER = re.compile(r"(?:%7B){2}.*?(?:%7D){2}", re.IGNORECASE)


def fill_own_parts(
    workbook: Workbook, sheet: PlannedSheet, filling: Filling, scope: Scope, stale: Stale
) -> None:
    """Move and fill all parts of one sheet in their trees."""
    parts = workbook.parts

    def is_stale(formula: str) -> bool:
        return stale.touches(formula, sheet.out.source)

    for part, relationship in workbook.own_parts(sheet.out):
        _fill_targets(parts, part, scope, sheet.words)
        if relationship.kind == "vmlDrawing":
            _fill_vml(parts, part, scope, sheet.words)
            continue
        if not part.casefold().endswith(".xml"):
            continue
        tree = parts.tree(part)
        _move_part(workbook, relationship.kind, part, tree, sheet, scope, is_stale)
        if part in parts:
            substitute(tree, filling)
    _fill_targets(parts, sheet.out.part, scope, sheet.words)


def _move_part(
    workbook: Workbook,
    kind: str,
    part: str,
    tree: Node,
    sheet: PlannedSheet,
    scope: Scope,
    is_stale: Callable[[str], bool],
) -> None:
    if kind == "table":
        other_parts.move_table(tree, scope, sheet.layout, sheet.headers)
    elif kind in ("chart", "chartEx"):
        if not other_parts.move_chart(tree, scope, is_stale):
            _drop_chart(workbook, sheet, part)
    elif kind == "drawing":
        other_parts.move_drawing(tree, scope)
    elif kind in ("comments", "threadedComment"):
        other_parts.move_comments(tree, scope.move)
    elif kind == "ctrlProp":
        other_parts.move_control(tree, scope)
    elif kind == "pivotTable":
        other_parts.move_pivot(tree, scope.move)


def _drop_chart(workbook: Workbook, sheet: PlannedSheet, chart: str) -> None:
    """Drop a chart that only showed sheets left out, with its frame in the drawing."""
    parts = workbook.parts
    for part, relationship in workbook.own_parts(sheet.out):
        if relationship.kind != "drawing":
            continue
        ids = {each.id for each in parts.relationships(part) if each.target == chart}
        if ids:
            other_parts.drop_frames(parts.tree(part), ids)
            parts.unrelate(part, chart)
            parts.remove(chart)


def _fill_vml(parts: Parts, part: str, scope: Scope, words: Words) -> None:
    content = parts.content(part)
    text = content.decode("utf-8-sig", "surrogateescape")
    moved = words.substitute(other_parts.move_vml(text, scope), escape_text)
    if moved != text:
        parts.put(part, moved.encode("utf-8", "surrogateescape"))


def _fill_targets(parts: Parts, part: str, scope: Scope, words: Words) -> None:
    """Replace markers in the addresses that a part's links lead to; places in the workbook move."""
    rels = relationships_name(part)
    for node in parts.tree(rels).nodes if rels in parts else []:
        if node.attributes.get("Target", "").startswith("#"):
            node.attributes["Target"] = "#" + move_formula(node.attributes["Target"][1:], scope)
        elif node.attributes.get("TargetMode") == "External":
            target = _ESCAPED_MARKER.sub(lambda match: unquote(match[0]), node.attributes["Target"])
            if MARKER.search(target):
                node.attributes["Target"] = words.substitute(target, address)
