"""Give new cells looks that follow their neighbours': styles are appended to the workbook's own, never renumbered.

Knows the styles part; which cell gets which look is for `rows` and `new_sheets`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from crmtool.content import Look
from crmtool.errors import OutputError
from crmtool.files.sheetdata.formats import DATE, built_in_kind, format_kind
from crmtool.files.xlsx.in_place.stylesheet import LISTS, defaults, insert, styles_of
from crmtool.files.xlsx.markup import Node, to_text
from crmtool.files.xlsx.workbook import Workbook

MAX_STYLES = 65_490
"""Most cell formats a workbook holds (Excel specifications and limits)."""

_DATE_CODE = "yyyy\\-mm\\-dd"
_FIRST_CUSTOM = 164
_STYLE_DIGITS = 9
#: Number formats by look; a date has a custom one.
_BUILTIN = {"money": "4", "count": "3", "percent": "10"}


class Looks:
    """The cell formats of one workbook, to which others are appended as they are needed.

    A style is the index that a cell's `s` holds, as text; the empty text is a cell without one.
    """

    def __init__(self, workbook: Workbook) -> None:
        self._tree = styles_of(workbook)
        # Those of conditional formats, in `dxfs`, have ids too, which mean nothing to cells.
        listed = self._tree.child("numFmts")
        self._codes = {
            str(node.whole("numFmtId")): node.attributes.get("formatCode", "")
            for node in (listed.nodes if listed is not None else ())
            if node.whole("numFmtId")
        }
        self._formats = self._holder("cellXfs")
        self._known: dict[tuple[str, str, str], str] = {}

    def beside(self, neighbour: str, look: Look) -> str:
        """Return the style of a cell next to one: its font, fill, border and alignment, the look's number format."""
        return self._cached("beside", neighbour, look, lambda xf: self._follow(xf, look))

    def within(self, style: str, look: Look) -> str:
        """Return the style of a cell whose value is replaced: its own, unless that would not show a date as one."""
        if look != "date" or self._shows_date(self._format(style)):
            return style
        return self._cached("within", style, look, self._dated)

    def header(self) -> str:
        """Return the style of the header cells of a sheet of crmtool's own: bold on light blue, with borders."""
        return self._own("header", font="bold", fill="FFE9EFF5", wrap="1")

    def title(self) -> str:
        """Return the style of the title of a sheet of crmtool's own."""
        return self._own("title", font="bold", size=f"{TITLE_POINTS:g}")

    def body(self, look: Look, *, is_link: bool = False) -> str:
        """Return the style of the cells below those headers; links look like links."""
        name = "link" if is_link else look
        return self._own(name, font="link" if is_link else "", wrap="1", bordered=True)

    @property
    def points(self) -> float:
        """Return the size of the workbook's own font in points, which those cells have."""
        size = self._holder("fonts").nodes[0].child("sz")
        text = size.attributes.get("val", "") if size is not None else ""
        points = float(text) if _POINTS.fullmatch(text) else 0.0
        return points if points >= 1 else _DEFAULT_POINTS

    def _cached(self, use: str, style: str, look: str, change: Callable[[Node], None]) -> str:
        key = (use, style, look)
        if key not in self._known:
            xf = self._format(style).copy()
            change(xf)
            self._known[key] = self._appended(self._formats, xf)
        return self._known[key]

    def _format(self, style: str) -> Node:
        formats = self._formats.nodes
        index = int(style) if style and len(style) < _STYLE_DIGITS else 0
        return formats[index if index < len(formats) else 0]

    def _follow(self, xf: Node, look: Look) -> None:
        if look == "date":
            self._dated(xf)
            return
        was_text = xf.attributes.get("numFmtId") == "49"
        number_format = _BUILTIN.get(look, "49" if was_text else "0")
        self._numbered(xf, number_format)
        alignment = xf.child("alignment")
        if look not in _BUILTIN and alignment is not None:
            # What suits a number or a date beside it does not suit a sentence.
            alignment.attributes.pop("horizontal", None)
            alignment.attributes.pop("indent", None)

    def _dated(self, xf: Node) -> None:
        if not self._shows_date(xf):
            self._numbered(xf, self._date_format())

    @staticmethod
    def _numbered(xf: Node, number_format: str) -> None:
        if xf.attributes.get("numFmtId", "0") != number_format:
            xf.attributes["numFmtId"] = number_format
            xf.attributes["applyNumberFormat"] = "1"
        xf.attributes.pop("quotePrefix", None)

    def _shows_date(self, xf: Node) -> bool:
        number = xf.attributes.get("numFmtId", "0")
        if number in self._codes:
            return format_kind(self._codes[number]) == DATE
        return built_in_kind(xf.whole("numFmtId")) == DATE

    def _date_format(self) -> str:
        for number, code in self._codes.items():
            if code.replace("\\", "").split(";")[0] == "yyyy-mm-dd":
                return number
        taken = [int(number) for number in self._codes]
        number = str(max([_FIRST_CUSTOM - 1, *taken]) + 1)
        holder = self._holder("numFmts")
        prefix = self._tree.prefix
        self._appended(holder, Node(f"{prefix}numFmt", {"numFmtId": number, "formatCode": _DATE_CODE}))
        self._codes[number] = _DATE_CODE
        return number

    def _own(
        self,
        name: str,
        *,
        font: str = "",
        size: str = "",
        fill: str = "",
        wrap: str = "",
        bordered: bool = False,
    ) -> str:
        key = ("own", name, "")
        if key not in self._known:
            prefix = self._tree.prefix
            number_format = self._date_format() if name == "date" else _BUILTIN.get(name, "0")
            attributes = {"numFmtId": number_format, "fontId": self._font(font, size)}
            attributes |= {
                "fillId": self._fill(fill),
                "borderId": self._border() if bordered or fill else "0",
            }
            attributes |= {"xfId": "0", "applyFont": "1", "applyFill": "1", "applyBorder": "1"}
            alignment = Node(f"{prefix}alignment", {"vertical": "center" if not wrap else "top"})
            if wrap:
                alignment.attributes["wrapText"] = "1"
            attributes["applyAlignment"] = "1"
            self._known[key] = self._appended(self._formats, Node(f"{prefix}xf", attributes, [alignment]))
        return self._known[key]

    def _font(self, kind: str, size: str) -> str:
        """Return the workbook's own font made bold, or blue and underlined; the font itself for no kind."""
        holder = self._holder("fonts")
        font = holder.nodes[0].copy()
        prefix = self._tree.prefix
        if kind == "bold" and font.child("b") is None:
            font.children.insert(0, Node(f"{prefix}b"))
        if kind == "link":
            font.remove(lambda node: node.local in ("u", "color"))
            insert(font, Node(f"{prefix}u"), _FONT_ORDER)
            insert(font, Node(f"{prefix}color", {"rgb": _LINK_COLOUR}), _FONT_ORDER)
        points = font.child("sz")
        if size and points is not None:
            points.attributes["val"] = size
        return self._appended(holder, font) if kind or size else "0"

    def _fill(self, colour: str) -> str:
        if not colour:
            return "0"
        prefix = self._tree.prefix
        pattern = Node(
            f"{prefix}patternFill",
            {"patternType": "solid"},
            [Node(f"{prefix}fgColor", {"rgb": colour}), Node(f"{prefix}bgColor", {"indexed": "64"})],
        )
        # The first two fills of a workbook are reserved: none and grey.
        holder = self._holder("fills")
        return self._appended(holder, Node(f"{prefix}fill", {}, [pattern]))

    def _border(self) -> str:
        prefix = self._tree.prefix
        colour = Node(f"{prefix}color", {"rgb": "FFBFBFBF"})
        sides = [
            Node(f"{prefix}{side}", {"style": "thin"}, [colour.copy()])
            for side in ("left", "right", "top", "bottom")
        ]
        border = Node(f"{prefix}border", {}, [*sides, Node(f"{prefix}diagonal")])
        return self._appended(self._holder("borders"), border)

    def _appended(self, holder: Node, node: Node) -> str:
        """Append an element to a list unless an equal one is there; return its index."""
        wanted = to_text(node)
        for index, known in enumerate(holder.nodes):
            if to_text(known) == wanted:
                return str(index)
        if holder is self._formats and len(holder.nodes) >= MAX_STYLES:
            raise OutputError.of("update-too-many-styles", limit=MAX_STYLES)
        holder.children.append(node)
        holder.attributes["count"] = str(len(holder.nodes))
        return str(len(holder.nodes) - 1)

    def _holder(self, local: str) -> Node:
        found = self._tree.child(local)
        if found is None:
            found = Node(f"{self._tree.prefix}{local}")
            insert(self._tree, found, LISTS)
        if not found.nodes:
            found.children = list(defaults(local, self._tree.prefix))
            if found.nodes:
                found.attributes["count"] = str(len(found.nodes))
        return found


#: What a font says, in the order in which Excel writes it.
_FONT_ORDER = ("b", "i", "strike", "outline", "shadow", "u", "vertAlign", "sz", "color")
TITLE_POINTS = 14.0
_LINK_COLOUR = "FF0563C1"
_DEFAULT_POINTS = 11.0
_POINTS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,9})?")
