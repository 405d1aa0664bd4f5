"""Knows how an .xlsx names its parts: which part holds which sheet, and which date system the book uses.

What stands in the sheets is left to `crmtool.files.scan` and to the reader.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from xml.etree import ElementTree

from crmtool.files.limits import Package, plain_name, refuse_document_type


@dataclass(frozen=True, slots=True)
class WorkbookParts:
    """Where each sheet stands (`sheet_parts`: name → part) and whether dates count from 1904.

    `is_complete` is false where the book names a sheet whose part could not be told.
    """

    sheet_parts: dict[str, str]
    date_1904: bool = False
    is_complete: bool = False


def workbook_parts(package: Package) -> WorkbookParts:
    """Return the parts of an .xlsx by sheet name; a sheet whose part cannot be told is left out.

    Works by local names, so transitional and strict files and any namespace prefix are the same to it.
    """
    book_part = _workbook_part(package)
    if book_part is None:
        return WorkbookParts({})
    book = _tree(package, book_part)
    if book is None:
        return WorkbookParts({})
    targets = _relationships(package, book_part)
    parts: dict[str, str] = {}
    date_1904 = False
    sheets = 0
    for element in book.iter():
        tag = _local(element.tag)
        if tag == "workbookPr":
            date_1904 = element.get("date1904", "").lower() in ("1", "true", "on")
        elif tag == "sheet":
            sheets += 1
            name = element.get("name", "")
            target = targets.get(next((v for k, v in element.items() if _local(k) == "id" and "}" in k), ""))
            if target is not None and target in package:
                parts[name] = plain_name(target)
    return WorkbookParts(parts, date_1904, is_complete=0 < sheets == len(set(parts.values())) == len(parts))


def _workbook_part(package: Package) -> str | None:
    if "_rels/.rels" in package:
        root = _tree(package, "_rels/.rels")
        for element in root if root is not None else ():
            if element.get("Type", "").endswith("/officeDocument"):
                target = element.get("Target", "").lstrip("/\\")
                if target in package:
                    return target
    return next((name for name in package.entries if re.search(r"(^|/)workbook\.xml$", name)), None)


def _relationships(package: Package, part: str) -> dict[str, str]:
    """Return relationship id → part name of one part."""
    folder, name = posixpath.split(plain_name(part))
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels not in package:
        return {}
    targets: dict[str, str] = {}
    root = _tree(package, rels)
    for element in root if root is not None else ():
        target = element.get("Target", "").replace("\\", "/")
        whole = target if target.startswith("/") else posixpath.join(folder, target)
        targets[element.get("Id", "")] = plain_name(whole)
    return targets


def _tree(package: Package, part: str) -> ElementTree.Element | None:
    data = package.part(part)
    refuse_document_type(data, package.file, part)
    try:
        return ElementTree.fromstring(data)
    except ElementTree.ParseError:
        # The reader is the judge of broken XML; without a tree only the extra details are missing.
        return None


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
