"""Know the lists of a styles part, in what order they stand, and what a workbook without one must have.

What is put into them is for `looks`.
"""

from __future__ import annotations

from collections.abc import Sequence

from crmtool.files.xlsx.markup import Node
from crmtool.files.xlsx.parts import Parts
from crmtool.files.xlsx.workbook import Workbook

#: The lists of a styles part in their order (ECMA-376 part 1, 18.8.39).
LISTS = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs")
_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"


def insert(tree: Node, node: Node, order: Sequence[str]) -> None:
    """Put an element where the schema wants it: behind those that stand before it in the order."""
    before = set(order[: order.index(node.local)])
    places = [i for i, child in enumerate(tree.children) if isinstance(child, Node) and child.local in before]
    tree.children.insert(max(places, default=-1) + 1, node)


def defaults(local: str, prefix: str) -> list[Node]:
    """Return what a list must hold where the workbook has none."""
    if local == "fonts":
        return [Node(f"{prefix}font", {}, [Node(f"{prefix}sz", {"val": "11"})])]
    if local == "fills":
        kinds = ("none", "gray125")
        return [
            Node(f"{prefix}fill", {}, [Node(f"{prefix}patternFill", {"patternType": kind})]) for kind in kinds
        ]
    if local == "borders":
        return [Node(f"{prefix}border")]
    if local in ("cellXfs", "cellStyleXfs"):
        zero = {"numFmtId": "0", "fontId": "0", "fillId": "0", "borderId": "0"}
        return [Node(f"{prefix}xf", zero)]
    return []


def styles_of(workbook: Workbook) -> Node:
    """Return the tree of the styles part; a workbook without one gets one."""
    parts: Parts = workbook.parts
    part = workbook.single("styles")
    if part is not None and part in parts:
        return parts.tree(part)
    part = "xl/styles.xml"
    tree = Node("styleSheet", {"xmlns": workbook.namespace})
    for local in ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs"):
        tree.children.append(Node(local, {"count": str(len(defaults(local, "")))}, defaults(local, "")))
    parts.put(part, tree)
    parts.declare(part, _STYLES_TYPE)
    parts.relate(workbook.part, workbook.relation_type("styles"), part)
    return tree
