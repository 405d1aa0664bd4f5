"""Compares parts that may only grow: every member of theirs keeps its index and its looks, new ones only follow.

Every function returns the differences as lines to be read, empty where there are none.
"""

from __future__ import annotations

from collections.abc import Collection

from xml_trees import Node, difference, tree

#: Collections of styles whose members are referred to by their index.
_STYLES = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")


def style_differences(before: bytes, after: bytes) -> list[str]:
    """Return what of a styles part is not as it was: every member keeps its index, new ones only follow.

    The ids of number formats must be one each, and each `count`, where there is one, must be right.
    """
    old, new = _bare(before), _bare(after)
    found = []
    absent = [name for name in _STYLES if not old.elements(name)]
    new.children = [c for c in new.children if not (isinstance(c, Node) and c.local in absent)]
    for collection in new.elements():
        if collection.local in _STYLES:
            found += _count_mistakes(collection)
    ids = [
        format_.attributes["numFmtId"]
        for each in tree(after).elements("numFmts")
        for format_ in each.elements()
    ]
    found += [
        f"two number formats have the id {identity}" for identity in {i for i in ids if ids.count(i) > 1}
    ]
    return found + _appended(old, new, _STYLES, "styles")


#: The name that says where a sheet's own filter is.
_AREAS = ("_xlnm._FilterDatabase",)


def book_differences(before: bytes, after: bytes) -> list[str]:
    """Return what of a workbook's part is not as it was, apart from filters and `fullCalcOnLoad`."""
    old, new = _bare(before), _bare(after)
    for root in (old, new):
        for names in root.elements("definedNames"):
            for name in names.elements("definedName"):
                if name.attributes.get("name") in _AREAS:
                    name.children = []
        for properties in root.elements("calcPr"):
            properties.attributes.pop("fullCalcOnLoad", None)
        root.children = [
            child
            for child in root.children
            if not (isinstance(child, Node) and child.local == "calcPr" and not child.attributes)
        ]
    return difference(old, new, "workbook")


def _bare(xml: bytes) -> Node:
    """Return a part's tree without its XML declaration, which says nothing of the part."""
    root = tree(xml)
    root.children = [c for c in root.children if not (isinstance(c, str) and c.startswith("<declaration"))]
    return root


def string_differences(before: bytes, after: bytes) -> list[str]:
    """Return what of a table of shared strings is not as it was: every string keeps its index, new ones follow."""
    old, new = tree(before), tree(after)
    for root in (old, new):
        root.attributes = {n: v for n, v in root.attributes.items() if n not in ("count", "uniqueCount")}
    new.children = new.children[: len(old.children)]
    return difference(old, new, "strings")


def table_differences(before: bytes, after: bytes) -> list[str]:
    """Return what of a table's part is not as it was, apart from its `ref` and columns that follow the old ones."""
    old, new = _bare(before), _bare(after)
    found = []
    for root in (old, new):
        for node in (root, *root.elements("autoFilter")):
            node.attributes.pop("ref", None)
    for columns in new.elements("tableColumns"):
        found += _count_mistakes(columns)
        for key in ("id", "name"):
            values = [column.attributes[key] for column in columns.elements()]
            found += [
                f"two columns have the {key} {v}" for v in sorted({v for v in values if values.count(v) > 1})
            ]
    return found + _appended(old, new, ("tableColumns",), "table")


def _count_mistakes(collection: Node) -> list[str]:
    members = len(collection.elements())
    count = collection.attributes.get("count", str(members))
    return [] if count == str(members) else [f"{collection.name}: count is {count}, there are {members}"]


def _appended(old: Node, new: Node, names: Collection[str], where: str) -> list[str]:
    """Compare two trees, leaving out what follows the old members of the named collections."""
    for name in names:
        for left, right in zip(old.elements(name), new.elements(name), strict=False):
            right.children = right.children[: len(left.children)]
            for node in (left, right):
                node.attributes.pop("count", None)
    return difference(old, new, where)
