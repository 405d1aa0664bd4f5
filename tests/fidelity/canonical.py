"""Compares workbooks before and after a change: what was not to change has to be the same, and nothing may be lost.

Parts are compared as their raw compressed bytes, a changed sheet as a tree (`xml_trees`). Every function returns the
differences as lines to be read, empty where there are none. What may only grow is compared in `growth`.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator

from packages import parts_of
from xml_trees import Node, difference, tree


def package_differences(
    before: bytes,
    after: bytes,
    *,
    changed: Collection[str] = (),
    added: Collection[str] = (),
    dropped: Collection[str] = (),
) -> list[str]:
    """Return how two packages differ in parts that are not named.

    All others must be there in the same order, by the same names, as the same compressed bytes. `changed` parts
    may have other content, `added` ones must be new, `dropped` ones gone. Flags, dates, extra fields and comments of
    entries do not count.
    """
    old = [part for part in parts_of(before) if part.name not in dropped]
    new = [part for part in parts_of(after) if part.name not in {*added, *dropped}]
    found = [f"{name} should be gone" for name in dropped if name in {part.name for part in parts_of(after)}]
    found += [
        f"{name} should be new" for name in added if name not in {part.name for part in parts_of(after)}
    ]
    names = [part.name for part in old], [part.name for part in new]
    found += difflib.unified_diff(*names, "parts", "parts, after", "", "", 0, "")
    if not found:
        for left, right in zip(old, new, strict=True):
            if left != right and left.name not in changed:
                what = "packed anew" if left.content == right.content else "other content"
                found.append(f"{left.name}: {what}")
    return found


def sheet_differences(
    before: bytes, after: bytes, *, cells: Collection[str] = (), places: Collection[str] = ()
) -> list[str]:
    """Return how two sheet parts differ apart from `cells` (`E2`), `dimension`, row `spans` and `places`.

    A place is an attribute of a child of the sheet, such as `autoFilter@ref`, or such a child, such as `cols`. A row
    that is only there for the given cells is no difference either. Cells and rows without a reference of their own
    are counted, as every reader does.
    """
    old, new = tree(before), tree(after)
    kept_rows = {number for number, _ in rows_of(old)}
    for root in (old, new):
        _forget_places(root, {"dimension@ref", *places})
        for number, row in rows_of(root):
            row.attributes.pop("spans", None)
            named = {id(cell) for name, cell in cells_of(number, row) if name in cells}
            row.children = [child for child in row.children if id(child) not in named]
    for data in new.elements("sheetData"):
        only_new = {id(row) for number, row in rows_of(new) if number not in kept_rows and _is_bare(row)}
        data.children = [child for child in data.children if id(child) not in only_new]
    return difference(old, new, "sheet")


def _forget_places(root: Node, places: Collection[str]) -> None:
    for place in places:
        name, _, attribute = place.partition("@")
        for node in root.elements(name):
            if attribute:
                node.attributes.pop(attribute, None)
            else:
                root.children.remove(node)


def _is_bare(row: Node) -> bool:
    return not row.elements() and row.attributes.keys() <= {"r"}


def rows_of(root: Node) -> Iterator[tuple[int, Node]]:
    """Yield the rows of a sheet, each with its number."""
    number = 0
    for data in root.elements("sheetData"):
        for row in data.elements("row"):
            number = int(row.attributes.get("r", number + 1))
            yield number, row


def cells_of(number: int, row: Node) -> Iterator[tuple[str, Node]]:
    """Yield the cells of a row, each with its name."""
    column = 0
    for cell in row.elements("c"):
        name = cell.attributes.get("r")
        column = column + 1 if name is None else column_of(name)
        yield name or f"{letters_of(column)}{number}", cell


def column_of(name: str) -> int:
    """Return the 1-based column of a cell such as `AB12`."""
    column = 0
    for letter in name.rstrip("0123456789"):
        column = column * 26 + ord(letter) - 64
    return column


def letters_of(column: int) -> str:
    """Return the letters of a 1-based column."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def extent_of(sheet: bytes) -> tuple[int, int, int]:
    """Return the first and last used row and the last used column of a sheet part, 1-based; zeros if it is empty."""
    rows, last_column = [], 0
    for number, row in rows_of(tree(sheet)):
        columns = [column_of(name) for name, cell in cells_of(number, row) if cell.elements()]
        if columns:
            rows.append(number)
            last_column = max(last_column, *columns)
    return (min(rows), max(rows), last_column) if rows else (0, 0, 0)
