"""Let tables, and the name of a filter, grow with a ledger that gets columns at its right edge.

Knows table parts and defined names; the sheet's own part is for `edges` and `rows`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from crmtool.files.xlsx.in_place.edges import Growth
from crmtool.files.xlsx.markup import Node
from crmtool.files.xlsx.references import parse_range
from crmtool.files.xlsx.workbook import OutSheet, Workbook
from crmtool.sheets import Area

_FILTER_NAME = "_xlnm._FilterDatabase"
_RANGE = re.compile(r"(?<=!)\$?[A-Z]{1,3}\$?[0-9]+:\$?[A-Z]{1,3}\$?[0-9]+")


def tables_of(workbook: Workbook, sheet: OutSheet) -> list[tuple[Node, Area]]:
    """Return the tables of a sheet with the cells that each covers."""
    found = []
    for part, relationship in workbook.own_parts(sheet):
        if relationship.kind == "table":
            table = workbook.parts.tree(part)
            start, end = parse_range(table.attributes.get("ref", "A1"))
            found.append((table, Area(start.row, start.column, end.row, end.column)))
    return found


def grow_tables(workbook: Workbook, sheet: OutSheet, growth: Growth, headers: dict[int, str]) -> None:
    """Let the tables that have the ledger's header as theirs take in its new columns and rows, where they end with it.

    `headers` are the texts of the new columns' header cells by column. A table's row of totals stays its last.
    """
    for table, area in tables_of(workbook, sheet):
        has_header = table.attributes.get("headerRowCount", "1") != "0"
        # The columns of a query's table are tied to the fields of the query.
        is_query = table.attributes.get("tableType") == "queryTable"
        if is_query or not has_header or not growth.top <= area.top <= growth.header:
            continue
        columns = table.child("tableColumns")
        if columns is None:
            continue
        own = growth
        if table.attributes.get("totalsRowCount", "0") != "0":
            own = replace(growth, old_bottom=0)
        table.attributes["ref"] = own.to_edge(table.attributes["ref"])
        for node in table.walk():
            if node.local == "autoFilter" and "ref" in node.attributes:
                node.attributes["ref"] = own.to_edge(node.attributes["ref"])
            if node.local == "sortState" and "ref" in node.attributes:
                node.attributes["ref"] = own.sorted(node.attributes["ref"])
        if area.right == growth.last:
            _add_columns(columns, [headers[column] for column in range(growth.last + 1, growth.new_last + 1)])


def _add_columns(columns: Node, headers: list[str]) -> None:
    highest = max((node.number("id", 0) for node in columns.nodes), default=0)
    prefix = columns.prefix
    for number, header in enumerate(headers, start=highest + 1):
        name = header.replace("\n", "_x000a_")
        columns.children.append(Node(f"{prefix}tableColumn", {"id": str(number), "name": name}))
    columns.attributes["count"] = str(len(columns.nodes))


def grow_filter_name(workbook: Workbook, sheet: OutSheet, growth: Growth) -> None:
    """Let the hidden name of the sheet's filter end where the filter ends now.

    A print area stays: what is printed is what was printed, at the size it had.
    """
    index = str(workbook.sheets.index(sheet))
    for node in workbook.defined_names():
        if node.attributes.get("name") == _FILTER_NAME and node.attributes.get("localSheetId") == index:
            node.text = _RANGE.sub(lambda match: growth.to_edge(match[0]), node.text)
