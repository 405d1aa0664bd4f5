"""Makes links to cells of the ledger, as spreadsheet programs follow them: `customers.xlsx#客户!C12`.

A link names the ledger by its file name alone, since the output lies beside it.
"""

from __future__ import annotations

import re

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


def link(file: str, sheet: str, cell: str) -> str | None:
    """Return the link to a cell, or None where there is no place to go to.

    Without a cell the link goes to the sheet's first, without a sheet there is none.
    """
    if not file or not sheet:
        return None
    return f"{file_name(file)}#{sheet_reference(sheet)}!{cell or 'A1'}"
