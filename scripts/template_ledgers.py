"""Builds the empty ledgers of `crmtool init`: the documents' own columns, with drop-downs and checks.

The columns of each rule set are in `ledger_columns`, the look is in `template_styles`.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from ledger_columns import LEDGERS, LedgerSheet, Wanted
from template_styles import LINES, Styles, new_book, set_page

_CHECKED_ROWS = 2000
_PAGE_WIDTH = 180  # more characters than this are too small to read on one page
_FIRST_DAY = date(1980, 1, 1)
_NUMBER_KINDS = frozenset({"money", "date", "count", "percent", "number"})


def build_all(folder: Path) -> list[Path]:
    """Write one empty ledger per rule set and return the paths."""
    paths = []
    for rule_set, ledger in LEDGERS.items():
        path = folder / f"ledger-{rule_set}.xlsx"
        _build(path, ledger)
        paths.append(path)
    return paths


def _build(path: Path, ledger: LedgerSheet) -> None:
    book = new_book(path, ledger.sheet)
    styles = Styles(book)
    sheet = book.add_worksheet(ledger.sheet)
    is_wide = sum(wanted.width for wanted in ledger.columns) > _PAGE_WIDTH
    set_page(
        sheet,
        header_rows=(0, 0),
        pages_wide=2 if is_wide else 1,
        name_columns=ledger.frozen,
        has_grid=True,
    )
    sheet.set_row(0, 30)
    for index, wanted in enumerate(ledger.columns):
        look = wanted.kind if wanted.kind in _NUMBER_KINDS else "text"
        sheet.set_column(index, index, wanted.width, styles.ledger_cell(look))
        sheet.write_string(0, index, wanted.header, styles.must() if wanted.is_needed else styles.head())
        check = _check(wanted)
        if check:
            sheet.data_validation(1, index, _CHECKED_ROWS, index, check)
    sheet.autofilter(0, 0, 1, len(ledger.columns) - 1)
    sheet.freeze_panes(1, ledger.frozen)
    _explain(book.add_worksheet("说明"), styles, ledger)
    book.close()


def _check(wanted: Wanted) -> dict[str, Any] | None:
    """Return the check on a column; it warns and lets pass, since ledgers also hold `15万元` and `2年`."""
    hint = {"input_title": wanted.header[:32], "input_message": wanted.how[:255], "error_type": "warning"}
    warning = {"error_title": "请核对", "error_message": f"{wanted.how}\n仍要保留这个内容吗？"[:255]}
    if wanted.choices:
        return {"validate": "list", "source": list(wanted.choices), **hint, **warning}
    if wanted.kind == "date":
        return {"validate": "date", "criteria": ">=", "value": _FIRST_DAY, **hint, **warning}
    if wanted.kind in ("money", "count", "number"):
        return {"validate": "decimal", "criteria": ">=", "value": 0, **hint, **warning}
    if wanted.kind == "percent":
        return {"validate": "decimal", "criteria": "between", "minimum": -1, "maximum": 10, **hint, **warning}
    return {"validate": "any", **hint} if wanted.how else None


def _explain(sheet: Worksheet, styles: Styles, ledger: LedgerSheet) -> None:
    set_page(sheet)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, f"{ledger.sheet}：怎么填", styles.title())
    sheet.write_string(1, 0, ledger.about, styles.caption())
    for index, (head, width) in enumerate((("列名", 24), ("是否必填", 10), ("怎么填", 64), ("示例", 34))):
        sheet.write_string(3, index, head, styles.head())
        sheet.set_column(index, index, width, styles.plain())
    for index, wanted in enumerate(ledger.columns):
        # Not the bare header: this sheet must not look like a ledger itself.
        name = f"{xl_col_to_name(index)} 列：{wanted.header}"
        needed = "必填" if wanted.is_needed else "选填"
        sheet.set_row(index + 4, LINES[1])
        for column, text in enumerate((name, needed, wanted.how or "照实填写", wanted.example)):
            sheet.write_string(index + 4, column, text, styles.cell("text"))
    sheet.freeze_panes(4, 0)
