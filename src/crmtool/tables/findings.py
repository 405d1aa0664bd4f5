"""The sheet 问题清单: every finding with its place, what stands there, and what to do, in Chinese.

Codes become sentences in `crmtool.messages`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa

from crmtool.content import OutTable, TableColumn
from crmtool.errors import Finding
from crmtool.ledger.headers.vocabulary import FINDINGS_HEADERS
from crmtool.messages import Severity, help_of, place_of, say, severity_of, text_of
from crmtool.tables.places import file_name, link

#: The words for severities, gravest first; the terminal has the same.
SEVERITIES: Mapping[Severity, str] = {
    "error": say("severity-error", "zh"),
    "warning": say("severity-warning", "zh"),
    "info": say("severity-info", "zh"),
}

_TEXTS: Sequence[tuple[str, Callable[[Finding], str]]] = (
    ("severity", lambda finding: SEVERITIES[severity_of(finding)]),
    ("place", lambda finding: place_of(finding.at(file=file_name(finding.file)))),
    ("column", lambda finding: finding.column),
    ("value", lambda finding: finding.value),
    ("text", lambda finding: text_of(finding, "zh")),
    ("help", lambda finding: help_of(finding, "zh")),
    ("code", lambda finding: finding.code),
)
_WIDE = frozenset({"text", "help"})


def build(findings: Sequence[Finding], addresses: Mapping[str, str]) -> OutTable:
    """Return one row per finding, errors first, else in the order in which they were found.

    `addresses` says where the files lie that findings name, seen from the output.
    """
    gravest_first = sorted(findings, key=lambda finding: list(SEVERITIES).index(severity_of(finding)))
    links = pa.array([link(f.file, f.sheet, f.cell, addresses) for f in gravest_first], pa.string())
    columns = [
        TableColumn(
            column_id,
            header,
            pa.array([words(finding) or None for finding in gravest_first], pa.string()),
            "wide" if column_id in _WIDE else "text",
            links=links if column_id == "place" else None,
        )
        for (column_id, words), header in zip(_TEXTS, FINDINGS_HEADERS, strict=True)
    ]
    counts = pa.array([finding.count for finding in gravest_first], pa.int64())
    return OutTable("findings", [*columns, TableColumn("count", "处数", counts, "count")])


def note(findings: Sequence[Finding]) -> str:
    """Return the line below the sheet's title; it speaks of places only where some finding has one."""
    places = sum(finding.count for finding in findings)
    if not places:
        return "没有发现问题。"
    has_place = any(finding.file and finding.sheet for finding in findings)
    return f"共 {places} 处；点击位置可到台账的单元格。" if has_place else f"共 {places} 处。"
