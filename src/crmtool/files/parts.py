"""Knows how an .xlsx names its parts: which part holds which sheet, and which date system the book uses.

What stands in the sheets is left to `crmtool.files.scan` and to the reader.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from xml.etree import ElementTree

from crmtool.files.limits import Package, plain_name, refuse_document_type
from crmtool.sheets import Visibility

#: The ends of the relationship types of sheets; macro sheets have a type of Microsoft's own.
_SHEET_KINDS = {"worksheet", "chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet"}
_VISIBILITY: dict[str, Visibility] = {"hidden": "hidden", "veryHidden": "very-hidden"}


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One sheet of a workbook: its name, the part it stands in, whether it has cells, and whether it is shown."""

    name: str
    part: str
    is_worksheet: bool
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class WorkbookParts:
    """The sheets of a workbook in its own order, its shared texts and styles, and whether dates count from 1904.

    `is_complete` is false where the book names a sheet whose part or kind could not be told. `strings` and `styles`
    are part names, None where the book has none.
    """

    sheets: tuple[SheetPart, ...] = ()
    strings: str | None = None
    styles: str | None = None
    date_1904: bool = False
    is_complete: bool = False


def workbook_parts(package: Package) -> WorkbookParts:
    """Return the parts of an .xlsx by sheet name; a sheet whose part cannot be told is left out.

    Works by local names, so transitional and strict files and any namespace prefix are the same to it.
    """
    book_part, is_linked = _workbook_part(package)
    if book_part is None:
        return WorkbookParts()
    book = xml_tree(package, book_part)
    if book is None:
        return WorkbookParts()
    links = _relationships(package, book_part)
    sheets: list[SheetPart] = []
    named = 0
    date_1904 = False
    for element in book.iter():
        tag = _local(element.tag)
        if tag == "workbookPr":
            date_1904 = element.get("date1904", "").lower() in ("1", "true", "on")
        elif tag == "sheet":
            named += 1
            link = links.get(next((v for k, v in element.items() if _local(k) == "id" and "}" in k), ""))
            if link is not None and link.kind in _SHEET_KINDS and link.part in package:
                sheets.append(_sheet(element, link))
    is_complete = is_linked and 0 < named == len({s.part for s in sheets}) == len(
        {s.name for s in sheets}
    ) == len(sheets)
    by_kind = {link.kind: link.part for link in links.values() if link.part in package}
    return WorkbookParts(
        tuple(sheets), by_kind.get("sharedStrings"), by_kind.get("styles"), date_1904, is_complete
    )


@dataclass(frozen=True, slots=True)
class _Link:
    kind: str
    part: str


def _sheet(element: ElementTree.Element, link: _Link) -> SheetPart:
    visibility = _VISIBILITY.get(element.get("state", ""), "visible")
    return SheetPart(element.get("name", ""), link.part, link.kind == "worksheet", visibility)


def _workbook_part(package: Package) -> tuple[str | None, bool]:
    """Return the workbook's part, and whether the package itself says that it is the one."""
    if "_rels/.rels" in package:
        root = xml_tree(package, "_rels/.rels")
        for element in root if root is not None else ():
            if element.get("Type", "").endswith("/officeDocument"):
                target = element.get("Target", "").lstrip("/\\")
                if target in package:
                    return target, True
    return next((name for name in package.entries if re.search(r"(^|/)workbook\.xml$", name)), None), False


def _relationships(package: Package, part: str) -> dict[str, _Link]:
    """Return relationship id → kind (the end of its type) and part name of one part's relationships."""
    folder, name = posixpath.split(plain_name(part))
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels not in package:
        return {}
    links: dict[str, _Link] = {}
    root = xml_tree(package, rels)
    for element in root if root is not None else ():
        target = element.get("Target", "").replace("\\", "/")
        whole = target if target.startswith("/") else posixpath.join(folder, target)
        links[element.get("Id", "")] = _Link(element.get("Type", "").rpartition("/")[2], plain_name(whole))
    return links


def xml_tree(package: Package, part: str) -> ElementTree.Element | None:
    """Return a part as a tree, None where it is not well-formed; InputError for a document type."""
    data = package.part(part)
    refuse_document_type(data, package.file, part)
    try:
        return ElementTree.fromstring(data)
    except (ElementTree.ParseError, LookupError, ValueError):
        # The reader is the judge of broken XML; without a tree only the extra details are missing.
        return None


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
