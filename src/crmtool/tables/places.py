"""Makes links to cells of the ledger, as spreadsheet programs follow them: `customers.xlsx#客户!C12`.

Where the ledger lies, seen from the output, is told by those who know paths; unless they do, it lies beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Letters only, and not beginning like a cell in R1C1 style; quotes do no harm to any other.
_PLAIN_SHEET = re.compile(r"[^\W\dRrCc][^\W\d]*")


def file_name(path: str) -> str:
    r"""Return the last part of a path, whichever way its slashes lean.

    >>> file_name("台账/customers.xlsx"), file_name(r"C:\台账\customers.xlsx")
    ('customers.xlsx', 'customers.xlsx')
    """
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def sheet_reference(sheet: str) -> str:
    """Return a sheet's name as it stands before `!`, in quotes where it needs them.

    >>> sheet_reference("客户"), sheet_reference("Q1"), sheet_reference("it's")
    ('客户', "'Q1'", "'it''s'")
    """
    if _PLAIN_SHEET.fullmatch(sheet):
        return sheet
    return "'" + sheet.replace("'", "''") + "'"


def address(file: str, addresses: Mapping[str, str]) -> str:
    """Return where a file lies, seen from the output: as `addresses` has it, else beside the output.

    >>> address("a.xlsx", {"a.xlsx": "../台账/a.xlsx"}), address("台账/b.xlsx", {})
    ('../台账/a.xlsx', 'b.xlsx')
    """
    return addresses.get(file) or file_name(file)


def link(file: str, sheet: str, cell: str, addresses: Mapping[str, str]) -> str | None:
    """Return the link to a cell, or None where there is no place to go to.

    Without a cell the link goes to the sheet's first, without a sheet there is none.
    """
    if not file or not sheet:
        return None
    return f"{address(file, addresses)}#{sheet_reference(sheet)}!{cell or 'A1'}"
