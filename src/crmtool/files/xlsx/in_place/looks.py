"""Give new cells looks that follow their neighbours': styles are appended to the workbook's own, never renumbered.

Knows the styles part; which cell gets which look is for `rows` and `new_sheets`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from crmtool.content import Look
from crmtool.errors import OutputError
from crmtool.files.xlsx.markup import Node, to_text
from crmtool.files.xlsx.parts import Parts
from crmtool.files.xlsx.workbook import Workbook

MAX_STYLES = 65_490
"""Most cell formats a workbook holds (Excel specifications and limits)."""

#: Built-in formats that show a serial number as a date or time (ECMA-376 part 1, 18.8.30, East Asian ones included).
_DATE_IDS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_DATE_CODE = "yyyy\\-mm\\-dd"
_FIRST_CUSTOM = 164
#: Number formats by look; a date has a custom one.
_BUILTIN = {"money": "4", "count": "3", "percent": "10"}
_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"


class Looks:
    """The cell formats of one workbook, to which others are appended as they are needed.

    A style is the index that a cell's `s` holds, as text; the empty text is a cell without one.
    """

    def __init__(self, workbook: Workbook) -> None:
        self._tree = _styles_of(workbook)
        self._codes = {
            node.attributes.get("numFmtId", ""): node.attributes.get("formatCode", "")
            for node in self._tree.each("numFmt")
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
        return self._own("title", font="bold", size="14")

    def body(self, look: Look, *, is_link: bool = False) -> str:
        """Return the style of the cells below those headers; links look like links."""
        name = "link" if is_link else look
        return self._own(name, font="link" if is_link else "", wrap="1", bordered=True)

    @property
    def points(self) -> float:
        """Return the size of the workbook's own font in points, which those cells have."""
        size = self._holder("fonts").nodes[0].child("sz")
        text = size.attributes.get("val", "") if size is not None else ""
        return float(text) if text.replace(".", "", 1).isdigit() else _DEFAULT_POINTS

    def _cached(self, use: str, style: str, look: str, change: Callable[[Node], None]) -> str:
        key = (use, style, look)
        if key not in self._known:
            xf = self._format(style).copy()
            change(xf)
            self._known[key] = self._appended(self._formats, xf)
        return self._known[key]

    def _format(self, style: str) -> Node:
        formats = self._formats.nodes
        index = int(style) if style.isdigit() and int(style) < len(formats) else 0
        return formats[index]

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
            return is_date_code(self._codes[number])
        return number.isdigit() and int(number) in _DATE_IDS

    def _date_format(self) -> str:
        for number, code in self._codes.items():
            if code.replace("\\", "").split(";")[0] == "yyyy-mm-dd":
                return number
        taken = [int(number) for number in self._codes if number.isdigit()]
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
            attributes = {"numFmtId": _BUILTIN.get(name, "0"), "fontId": self._font(font, size)}
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
            _insert(font, Node(f"{prefix}u"), _FONT_ORDER)
            _insert(font, Node(f"{prefix}color", {"rgb": _LINK_COLOUR}), _FONT_ORDER)
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
            _insert(self._tree, found, _ORDER)
        if not found.nodes:
            found.children = list(_defaults(local, self._tree.prefix))
            if found.nodes:
                found.attributes["count"] = str(len(found.nodes))
        return found


#: The lists of a styles part in their order (ECMA-376 part 1, 18.8.39).
_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs")
#: What a font says, in the order in which Excel writes it.
_FONT_ORDER = ("b", "i", "strike", "outline", "shadow", "u", "vertAlign", "sz", "color")
_LINK_COLOUR = "FF0563C1"
_DEFAULT_POINTS = 11.0


def _insert(tree: Node, node: Node, order: Sequence[str]) -> None:
    """Put an element where the schema wants it: behind those that stand before it in the order."""
    before = set(order[: order.index(node.local)])
    places = [i for i, child in enumerate(tree.children) if isinstance(child, Node) and child.local in before]
    tree.children.insert(max(places, default=-1) + 1, node)


def _defaults(local: str, prefix: str) -> list[Node]:
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


def is_date_code(code: str) -> bool:
    """Tell whether a number format's code shows a date or time.

    >>> is_date_code('yyyy"年"m"月"'), is_date_code('#,##0"day"'), is_date_code("[Red]0.00"), is_date_code("[h]:mm")
    (True, False, False, True)
    """
    return bool(re.search(r"[ymdhs]", _NOT_CODE.sub("", code), re.IGNORECASE)) and code.lower() != "general"


def _styles_of(workbook: Workbook) -> Node:
    """Return the tree of the styles part; a workbook without one gets one."""
    parts: Parts = workbook.parts
    part = workbook.single("styles")
    if part is not None and part in parts:
        return parts.tree(part)
    part = "xl/styles.xml"
    tree = Node("styleSheet", {"xmlns": workbook.namespace})
    for local in ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs"):
        tree.children.append(Node(local, {"count": str(len(_defaults(local, "")))}, _defaults(local, "")))
    parts.put(part, tree)
    parts.declare(part, _STYLES_TYPE)
    parts.relate(workbook.part, workbook.relation_type("styles"), part)
    return tree
