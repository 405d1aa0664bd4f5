"""The page of what is kept and what is refused when crmtool writes into a workbook, made from the outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from outcomes import Outcome, counted

from crmtool.messages import CATALOG

NOTE = "<!-- Made by tests/fidelity/test_page.py (CRMTOOL_WRITE_PAGES=1); edit the code, not this page. -->"
#: What the first word of a feature's name stands for.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "charts, combined charts, chart sheets": ("chart", "chartsheet"),
    "cell formats, rich text, long and odd texts": ("format", "formatted", "rich", "text", "kinds", "option"),
    "conditional formats, icon sets and data bars of the extended kind too": ("condition",),
    "drop-downs and other checks": ("validation",),
    "tables (ListObjects) with totals, formulas, styles": ("table",),
    "filters": ("filter",),
    "formulas: plain, array, dynamic, shared": ("formula", "array", "dynamic"),
    "images, embedded images, backgrounds, text boxes": ("image", "embedded", "background", "textbox"),
    "comments, check boxes, buttons, macros, properties, names": ("comment", "checkboxes", "book", "names"),
    "sparklines": ("sparkline",),
    "links": ("url", "link", "many"),
    "merged cells, outlines, protection, panes, views, printing": (
        "merged", "outline", "sheet", "unprotected", "header", "footer", "print",
    ),
    "everything at once": ("everything",),
}  # fmt: skip
#: Codes of refusals, in the order of the page.
REFUSALS = (
    "update-refused-kind", "update-refused-encrypted", "update-refused-signed", "update-refused-duplicates",
    "update-array-formula", "update-sheet-full", "update-too-many-styles", "update-odd-sheet", "update-row-missing",
    "ledger-changed", "open-elsewhere", "busy-other-run",
)  # fmt: skip


def page(features: Iterable[str], of_feature: Callable[[str], Outcome]) -> str:
    """Return the part of the page that can be made anywhere."""
    names = list(features)
    rows = []
    for group, words in GROUPS.items():
        outcomes = [of_feature(name) for name in names if name.split("-")[0] in words]
        told = counted(outcomes)
        rows.append(f"| {group} | {len(outcomes)} | {told['kept']} | {_refusals(outcomes)} |")
    refusals = [
        f"| `{code}` | {_words(CATALOG[code].zh)} | {_words(CATALOG[code].en)} |" for code in REFUSALS
    ]
    return "\n".join(
        [
            NOTE,
            "# Writing into a ledger: what is kept and what is refused",
            "",
            "`crmtool classify --update-ledger` writes into the workbook that it read. Every part of the package that need not",
            "change is copied as its raw compressed bytes; in the ledger's sheet only the cells of crmtool's columns differ, and",
            "with them `dimension`, row `spans` and the widths of new columns. Columns found by their headers are replaced, others are",
            "added at the ledger's right edge, or in the first free columns where something else stands there. Its table and filter,",
            "and conditional formats over all of its columns, take new columns in; the print area, drop-downs and formats of single",
            "columns do not. Rows of totals and blank rows get empty cells that carry on their look. Cell formats and number formats",
            "are appended, never renumbered. A column headed 客户类型 that holds something else than tiers (企业/个人) is left alone; the",
            "tier goes to 分级结果 then.",
            "",
            "Values cached for formulas may be of before: Excel and WPS calculate the workbook anew when it is opened; LibreOffice does",
            "so on Ctrl+Shift+F9, or always where its settings say so. 分级依据 and 分级日期 are those of the last run: keep a ledger to",
            "one rule set, or write workbooks with -o for the others.",
            "",
            "The same run again changes nothing. A dated backup of the ledger as it was (`<name>-备份-<day>-<time>`, in the time zone of",
            "crmtool.yaml) is kept beside it, the newest five of them (`backups:`), unless `--no-backup` is given.",
            "",
            "What LibreOffice, openpyxl and python-calamine read back from these workbooks is what was written; that, too, is tested.",
            "",
            "## Features",
            "",
            "Each of these workbooks has one feature of XlsxWriter's. Three columns are added to its ledger; *kept* means: all",
            "other parts the same to the byte, the sheet canonically the same apart from the new cells.",
            "",
            "| feature | workbooks | kept | refused |",
            "|---|---|---|---|",
            *rows,
            f"| **all** | **{len(names)}** | **{sum(of_feature(name).is_kept for name in names)}** | |",
            "",
            "## Refused",
            "",
            "The ledger is then as it was, to the byte.",
            "",
            "| code | 中文 | English |",
            "|---|---|---|",
            *refusals,
            "",
        ]
    )


def real_page(paths: Iterable[Path], of_real: Callable[[Path], Outcome]) -> str:
    """Return the part of the page about real workbooks."""
    by_folder: dict[str, list[Outcome]] = {}
    for path in paths:
        by_folder.setdefault(path.parent.name, []).append(of_real(path))
    rows = []
    for folder, outcomes in sorted(by_folder.items()):
        told = counted(outcomes)
        rows.append(
            f"| {folder} | {len(outcomes)} | {told['kept']} | {_refusals(outcomes)} | {told['damaged']} | {told['empty']} |"
        )
    every = [outcome for outcomes in by_folder.values() for outcome in outcomes]
    rows.append(f"| **all** | **{len(every)}** | **{counted(every)['kept']}** | | | |")
    return "\n".join(
        [
            "## Real workbooks",
            "",
            "The .xlsx and .xlsm files of the test sets of Apache POI, calamine, PhpSpreadsheet, excelize, SheetJS, EasyExcel,",
            "ExcelJS and ClosedXML; the first sheet that has rows gets the columns. Damaged are those that an independent reader",
            "cannot take apart either, empty those without any rows.",
            "",
            "| set | workbooks | kept | refused | damaged | empty |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _refusals(outcomes: Iterable[Outcome]) -> str:
    codes = Counter(code for outcome in outcomes for code in outcome.refused)
    return "、".join(f"{count} × `{code}`" for code, count in sorted(codes.items()))


def _words(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
