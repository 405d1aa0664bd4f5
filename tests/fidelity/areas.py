"""Compares what a sheet says about columns and areas: old columns keep their looks, old areas are still covered.

These are the places that may reach over new columns; that they lose nothing on the way is held here. Every function
returns the differences as lines to be read, empty where there are none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from canonical import column_of
from xml_trees import Node, tree

LAST_COLUMN, LAST_ROW = 16_384, 1_048_576
Area = tuple[int, int, int, int]


def column_differences(before: bytes, after: bytes, new: Collection[int]) -> list[str]:
    """Return which columns of a sheet, but the `new` ones (1-based), have another width, look, level or visibility."""
    old_looks, new_looks = _columns(tree(before)), _columns(tree(after))
    return [
        f"column {column}: {old_looks.get(column, {})} became {new_looks.get(column, {})}"
        for column in sorted(old_looks.keys() | new_looks.keys())
        if column not in new and old_looks.get(column, {}) != new_looks.get(column, {})
    ]


def _columns(sheet: Node) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for columns in sheet.elements("cols"):
        starts = [int(each.attributes["min"]) for each in columns.elements("col")]
        assert starts == sorted(starts), "columns are not in their order"
        for each in columns.elements("col"):
            look = {name: value for name, value in each.attributes.items() if name not in ("min", "max")}
            for column in range(int(each.attributes["min"]), int(each.attributes["max"]) + 1):
                assert column not in found, f"column {column} is described twice"
                found[column] = look
    return found


def area_differences(before: bytes, after: bytes) -> list[str]:
    """Return which filters and conditional formats of a sheet no longer cover all that they covered, in their order."""
    found = []
    for name, attribute in (("autoFilter", "ref"), ("conditionalFormatting", "sqref")):
        old, new = tree(before).elements(name), tree(after).elements(name)
        if len(old) != len(new):
            found.append(f"{name}: {len(old)} became {len(new)}")
            continue
        for left, right in zip(old, new, strict=True):
            was, has = left.attributes.get(attribute, ""), right.attributes.get(attribute, "")
            kept = list(_areas(has))
            if not all(any(_covers(area, each) for area in kept) for each in _areas(was)):
                found.append(f"{name}: {was} became {has}")
    return found


def _areas(references: str) -> Iterator[Area]:
    """Yield top, left, bottom and right of each range of a list such as `A1:B2 D:E 7:9`."""
    for reference in references.replace("$", "").split():
        first, _, last = reference.partition(":")
        start, end = _corner(first, 1, 1), _corner(last or first, LAST_ROW, LAST_COLUMN)
        yield (*start, *end)


def _corner(name: str, row: int, column: int) -> tuple[int, int]:
    """Return row and column of a cell; of a whole column or row, the given one stands for the other."""
    letters = name.rstrip("0123456789")
    digits = name[len(letters) :]
    return int(digits) if digits else row, column_of(letters) if letters else column


def _covers(whole: Area, part: Area) -> bool:
    return whole[0] <= part[0] and whole[1] <= part[1] and whole[2] >= part[2] and whole[3] >= part[3]
