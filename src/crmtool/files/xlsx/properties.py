"""Write a workbook's document properties: crmtool as author and last author, the day as its dates.

Knows `docProps/core.xml`, and of `docProps/app.xml` the name of the program; `crmtool.files.replace` recognises its
own outputs by what stands there.
"""

from __future__ import annotations

from datetime import date

from crmtool.files.replace import MARK, SAVED_ELSEWHERE
from crmtool.files.xlsx.markers import Words
from crmtool.files.xlsx.markup import Node
from crmtool.files.xlsx.parts import Parts

CORE = "docProps/core.xml"
APP = "docProps/app.xml"

_CONTENT_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
_KIND = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_CP = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_DC = "http://purl.org/dc/elements/1.1/"
_TERMS = "http://purl.org/dc/terms/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


def write_properties(parts: Parts, created: date, words: Words) -> None:
    """Put crmtool in the place of whoever saved the template, and `created` in that of its dates.

    A template without properties gets some. Markers in a title or subject are replaced.
    """
    root = _core(parts)
    moment = f"{created.isoformat()}T00:00:00Z"
    _set(root, _DC, "dc", "creator", MARK)
    _set(root, _CP, "cp", "lastModifiedBy", MARK)
    for local in ("created", "modified"):
        _set(root, _TERMS, "dcterms", local, moment)
    for node in root.nodes:
        if "{{" in node.text:
            node.text = words.substitute(node.text)
    _name_program(parts)


def _name_program(parts: Parts) -> None:
    """Put crmtool in the place of LibreOffice, as it names itself where somebody saved the template with it."""
    program = parts.tree(APP).child("Application") if APP in parts else None
    if program is not None and program.text.startswith(SAVED_ELSEWHERE):
        program.text = MARK


def _core(parts: Parts) -> Node:
    """Return the tree of the core properties, moved to where every program looks for them."""
    found = [
        each.target
        for each in parts.relationships("")
        if each.kind == "core-properties" and each.target in parts
    ]
    if CORE in found:
        return parts.tree(CORE)
    root = parts.tree(found[0]) if found else Node("cp:coreProperties", {"xmlns:cp": _CP})
    for name in (*found, CORE):
        parts.remove(name)
        parts.unrelate("", name)
    parts.put(CORE, root)
    parts.declare(CORE, _CONTENT_TYPE)
    parts.relate("", _KIND, CORE)
    return root


def _set(root: Node, namespace: str, prefix: str, local: str, text: str) -> None:
    node = root.child(local)
    if node is None:
        node = Node(f"{_prefix(root, namespace, prefix)}{local}")
        if namespace == _TERMS:
            node.attributes[f"{_prefix(root, _XSI, 'xsi')}type"] = f"{node.prefix}W3CDTF"
        root.children.append(node)
    node.text = text


def _prefix(root: Node, namespace: str, wanted: str) -> str:
    """Return the prefix of a namespace with its colon, declaring it at the root where nobody did."""
    for name, uri in root.attributes.items():
        if uri == namespace and name.startswith("xmlns"):
            return name.removeprefix("xmlns").removeprefix(":") + (":" if ":" in name else "")
    root.attributes[f"xmlns:{wanted}"] = namespace
    return f"{wanted}:"
