"""Make the pictures of `docs/pictures/` from the examples: what a person sees in the workbooks.

Needs LibreOffice (`soffice`), poppler's `pdftoppm` and `pdftotext`, and the fonts Noto Sans CJK. Run
`python scripts/build_pictures.py`. The picture of 客户分级表 hides columns and stops after some rows.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
LEDGER = ROOT / "examples" / "customers.xlsx"
AS_OF = "2023-10-31"
REVIEW_RUN = ("--rules", "value_risk", "-q")

TEAM = ROOT / "examples" / "visits.xlsx"
TEAM_RUN = ("--rules", "annual_plan", "--as-of", "2025-12-20", "-q")
_MATRIX, _ADJUSTMENTS = "等级变动矩阵", "客户关系维护策略动态调整表"
#: What the source document tells of its four customers beyond the columns of the example.
_TOLD = (
    ("关键监测指标(目标值/实际值)", "调整原因", "调整时间", "备注"),
    (
        *("复购率≥80%/85%;满意度≥90%/88%", "客户提出竞品价格更低,需强化差异化价值沟通"),
        *("2024-03-10", "已与客户技术总监初步沟通"),
    ),
    (
        *("新增订单数≥2单/1单;转化周期≤30天/45天", "客户反馈试用流程复杂,体验不佳"),
        *("2024-03-15", "技术部已优化试用系统"),
    ),
    (
        *("流失率≤5%/10%;复购率≥50%/40%", "客户因竞品送货时效更快流失"),
        *("2024-03-08", "物流承诺3日内送达"),
    ),
    ("投诉率≤3%/5%;客单价稳定", "客户提出增加线上订单管理功能需求", "2024-03-20", "系统部预计4月上线"),
)
_MONTH, _SHEET_OF = "月历 2026-02", "李强"

_SHOWN = ("客户编号", "客户名称", "年消费额", "客户类型", "分级依据", "距上一级")
_HEADER_ROW, _LAST_ROW = 4, 14
_DOTS_PER_INCH, _POINTS_PER_INCH = 115, 72
_SIDE, _TOP, _FOOTER = 0.33, 0.4, 0.65  # inches of the page: beside what is printed, above it, below it
#: Stands in for the templates' own font, which is not free.
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include>/etc/fonts/fonts.conf</include>
  <match><test name="family"><string>微软雅黑</string></test>
    <edit name="family" mode="assign" binding="strong"><string>Noto Sans CJK SC</string></edit></match>
</fontconfig>
"""


def main() -> None:
    """Classify and review the main example, plan the team's year, and take pictures of some sheets."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = folder / "classification.xlsx"
        _crmtool("classify", LEDGER, "--as-of", AS_OF, "-q", "-o", book)
        _take(_printed(book, folder), PICTURES / "overview.png")
        _take(_printed(_shortened(book, folder), folder), PICTURES / "grading.png")
        before, review, proposals = (folder / f"{name}.xlsx" for name in ("2023Q2", "2023Q3", "proposals"))
        _crmtool("review", LEDGER, *REVIEW_RUN, "--period", "2023Q2", "-o", before)
        _crmtool("review", LEDGER, *REVIEW_RUN, "--period", "2023Q3", "--previous", before, "-o", review)
        printed = _printed(review, folder)
        _take(printed, PICTURES / "review.png")
        _take(printed, PICTURES / "moves.png", _page_of(printed, _MATRIX))
        _crmtool("review", _with_kpis(folder), *REVIEW_RUN, "--period", "2024Q1", "-o", proposals)
        _take(_printed(_alone(_ADJUSTMENTS, proposals, folder), folder), PICTURES / "adjustment.png")
        year, month = folder / "year.xlsx", folder / "month.xlsx"
        _crmtool("plan", TEAM, *TEAM_RUN, "--from", "2026-01", "--to", "2026-12", "-o", year)
        _crmtool("followup", TEAM, *TEAM_RUN, "--month", "2026-01", "--plan", year, "-o", month)
        _take(_printed(_alone(_MONTH, year, folder), folder), PICTURES / "month.png")
        _take(_printed(_alone(_SHEET_OF, month, folder), folder), PICTURES / "followup.png")


def _crmtool(*arguments: object) -> None:
    subprocess.run([sys.executable, "-m", "crmtool.cli.main", *map(str, arguments)], check=True)


def _with_kpis(folder: Path) -> Path:
    """Return the four customers of the source document with what it tells of their KPIs."""
    workbook = openpyxl.load_workbook(ROOT / "examples" / "value_risk.xlsx")
    sheet = workbook.worksheets[0]
    first = sheet.max_column + 1
    for row, cells in enumerate(_TOLD, start=1):
        for column, cell in enumerate(cells, start=first):
            sheet.cell(row, column, cell)
    path = folder / "value_risk.xlsx"
    workbook.save(path)
    return path


def _alone(sheet: str, book: Path, folder: Path) -> Path:
    """Return a copy of a workbook with one of its sheets."""
    workbook = openpyxl.load_workbook(book)
    for other in set(workbook.sheetnames) - {sheet}:
        del workbook[other]
    path = folder / f"{book.stem}-alone.xlsx"
    workbook.save(path)
    return path


def _shortened(book: Path, folder: Path) -> Path:
    """Return a copy of 客户分级表 that fits a picture: some of its columns, its first rows, one page."""
    workbook = openpyxl.load_workbook(book)
    for other in set(workbook.sheetnames) - {"客户分级表"}:
        del workbook[other]
    sheet = workbook["客户分级表"]
    for column, cell in enumerate(sheet[_HEADER_ROW], start=1):
        sheet.column_dimensions[get_column_letter(column)].hidden = cell.value not in _SHOWN
    sheet.print_title_cols = None
    sheet.print_area = f"A1:{get_column_letter(sheet.max_column)}{_LAST_ROW}"
    sheet.page_setup.fitToWidth = 1
    path = folder / "grading.xlsx"
    workbook.save(path)
    return path


def _printed(book: Path, folder: Path) -> Path:
    """Print a workbook to a PDF and return its path."""
    fonts = folder / "fonts.conf"
    fonts.write_text(_FONTS, encoding="utf-8")
    home = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    subprocess.run(
        ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(book)],
        check=True,
        capture_output=True,
        env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
    )
    return book.with_suffix(".pdf")


def _page_of(pdf: Path, title: str) -> int:
    """Return the number of the first page that begins with a title."""
    text = subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    return next(n for n, page in enumerate(text.split("\f"), start=1) if page.lstrip().startswith(title))


def _take(pdf: Path, picture: Path, page: int = 1) -> None:
    """Make a picture of a page of a PDF without its margins."""
    only = ["-f", str(page), "-l", str(page)]
    words = subprocess.run(
        ["pdftotext", "-bbox", *only, str(pdf), "-"], check=True, capture_output=True, text=True
    ).stdout
    width, height = (
        float(size) / _POINTS_PER_INCH for size in re.findall(r'<page width="(.*?)" height="(.*?)"', words)[0]
    )
    ends = [float(end) / _POINTS_PER_INCH for end in re.findall(r'yMax="(.*?)"', words)]
    bottom = max(end for end in ends if end < height - _FOOTER) + 0.15
    area = {"-x": _SIDE, "-y": _TOP, "-W": width - 2 * _SIDE, "-H": bottom - _TOP}
    crop = [part for key, inches in area.items() for part in (key, str(round(inches * _DOTS_PER_INCH)))]
    subprocess.run(
        [
            "pdftoppm",
            "-png",
            *only,
            "-r",
            str(_DOTS_PER_INCH),
            "-singlefile",
            *crop,
            str(pdf),
            str(picture.with_suffix("")),
        ],
        check=True,
    )
    print(picture)


if __name__ == "__main__":
    main()
