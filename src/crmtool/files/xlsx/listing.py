"""List the markers of a template, for a person who edits one.

Reads only; what the markers may name is for `layout` and `markers`.
"""

from __future__ import annotations

from crmtool.files.xlsx.layout import find_texts, number_cells
from crmtool.files.xlsx.markers import MARKER, Marker, may_hold_markers, parse_marker, text_runs
from crmtool.files.xlsx.markup import Node
from crmtool.files.xlsx.parts import Parts
from crmtool.files.xlsx.workbook import Workbook


def markers(template: bytes) -> list[Marker]:
    """Return the markers of a template, in the order of its sheets: cells first, then other places.

    Raises InputError where the template is no readable workbook.
    """
    parts = Parts(template)
    workbook = Workbook(parts)
    name = workbook.single("sharedStrings")
    shared = parts.tree(name).nodes if name is not None and name in parts else []
    found: list[Marker] = []
    for sheet in workbook.sheets:
        found += [parse_marker(match[1], sheet.name) for match in MARKER.finditer(sheet.name)]
        tree = parts.tree(sheet.part)
        if sheet.kind == "worksheet":
            for each in find_texts(number_cells(tree), shared):
                found += each.markers(sheet.name)
        found += _other_markers(tree, sheet.name)
        for part, _ in workbook.own_parts(sheet):
            if part.casefold().endswith((".xml", ".vml")) and may_hold_markers(parts.content(part)):
                found += _other_markers(parts.tree(part), sheet.name)
    return found


def _other_markers(tree: Node, sheet: str) -> list[Marker]:
    return [parse_marker(match[1], sheet) for text in other_texts(tree) for match in MARKER.finditer(text)]


def other_texts(tree: Node) -> list[str]:
    """Return the texts of a part that are no cells: attributes, paragraphs, page headers, formulas."""
    texts: list[str] = []
    for node in tree.walk():
        texts += node.attributes.values()
        if node.local == "p":
            texts.append("".join(run.text for run in text_runs(node)))
        elif node.local not in ("t", "is", "v"):
            texts.append(node.text)
    return texts
