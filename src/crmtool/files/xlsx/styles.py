"""Know which cell styles of a workbook wrap their text, in which font size and with which indent.

Reads the styles part only; what a wrapped text makes of its row is for `heights`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crmtool.files.xlsx.markup import Node

_DEFAULT_POINTS = 11.0


@dataclass(frozen=True, slots=True)
class WrappedStyle:
    """A cell style whose text is broken into lines: its font's size in points, its indent in steps."""

    points: float
    indent: int = 0


@dataclass(frozen=True, slots=True)
class CellStyles:
    """The cell styles of a workbook by their index `s`: None where the text is not wrapped.

    `default_points` is the size of the font that column widths are counted in.
    """

    wrapped: Sequence[WrappedStyle | None] = ()
    default_points: float = _DEFAULT_POINTS

    def wrapping(self, style: str | None) -> WrappedStyle | None:
        """Return how a cell with the attribute `s` wraps, or None where it does not; unknown styles do not."""
        index = int(style) if style is not None and style.isdigit() else 0
        return self.wrapped[index] if index < len(self.wrapped) else None


def read_styles(tree: Node | None) -> CellStyles:
    """Return the cell styles of a styles part; of none, styles that never wrap."""
    if tree is None:
        return CellStyles()
    fonts = tree.child("fonts")
    formats = tree.child("cellXfs")
    sizes = [_points(font) for font in fonts.nodes] if fonts else []
    default = sizes[0] if sizes else _DEFAULT_POINTS
    return CellStyles([_wrapped(node, sizes, default) for node in formats.nodes] if formats else [], default)


def _points(font: Node) -> float:
    size = font.child("sz")
    try:
        return float(size.attributes.get("val", "")) if size is not None else _DEFAULT_POINTS
    except ValueError:
        return _DEFAULT_POINTS


def _wrapped(xf: Node, sizes: Sequence[float], default: float) -> WrappedStyle | None:
    alignment = xf.child("alignment")
    if alignment is None or alignment.attributes.get("wrapText") not in ("1", "true"):
        return None
    if alignment.attributes.get("textRotation", "0") != "0":
        return None
    font = xf.attributes.get("fontId", "0")
    points = sizes[int(font)] if font.isdigit() and int(font) < len(sizes) else default
    indent = alignment.attributes.get("indent", "0")
    return WrappedStyle(points, int(indent) if indent.isdigit() else 0)
