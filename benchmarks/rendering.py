"""Compare writing the rows of a workbook: ours against XlsxWriter and rustpy-xlsxwriter, as CPU ratios of one run.

    python benchmarks/rendering.py [rows ...]      (default: 10000 100000; needs the `test` extra and rustpy_xlsxwriter)

All three write the same cells with a format for each column: 20 columns as a customer ledger has them, texts that
repeat, texts that do not, money, counts and dates. Each way runs in a process of its own, in turn. What they all
need is taken off: the CPU of the same process that makes the table and writes no file. What came out is read again
and must be the same.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

HEADERS = [
    *("客户编号", "客户名称", "行业", "城市", "联系人", "电话", "责任人", "客户类型", "主要需求", "合作时长"),
    *(
        "年消费额",
        "累计金额",
        "毛利率",
        "订单数",
        "维护次数",
        "最近订单",
        "首次合作",
        "分级依据",
        "距上一级",
        "标签",
    ),
]
MONEY, RATE, COUNT, DAY = range(10, 12), (12,), range(13, 15), range(15, 17)
LONG = (17, 18)
TEMPLATE = "template.xlsx"
#: An installed package has its bytecode; a checkout shall have it too.
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def column(place: int, rows: int) -> pa.Array:
    """Return one column of made-up cells, the same for the same number of rows."""
    at = random.Random(place)
    few = [f"{HEADERS[place]}{n:02}" for n in range((4, 8, 40)[place % 3])]
    if place in MONEY:
        return pa.array([round(at.uniform(0, 300_000), 2) for _ in range(rows)])
    if place in RATE:
        return pa.array([at.randint(0, 60) / 100 for _ in range(rows)])
    if place in COUNT:
        return pa.array([at.randint(0, 40) for _ in range(rows)])
    if place in DAY:
        return pa.array([date(2024, 6, 30) - timedelta(days=at.randint(0, 900)) for _ in range(rows)])
    if place == 0:
        return pa.array([f"KH{n:07}" for n in range(rows)])
    if place == 1:
        return pa.array([f"第{n:07}号客户有限公司" for n in range(rows)])
    if place == 5:
        return pa.array([f"138{at.randint(0, 99_999_999):08}" for _ in range(rows)])
    if place in LONG:
        return pa.array(
            [f"最近订单在近6个月内，年消费额 {at.randint(0, 30_000)}元 < 2万元" for _ in range(rows)]
        )
    return pa.array([at.choice(few) for _ in range(rows)])


def look(place: int) -> dict[str, object]:
    """Return the format of a column, as XlsxWriter spells it."""
    form: dict[str, object] = {"font_name": "微软雅黑", "font_size": 10, "border": 1, "valign": "vcenter"}
    if place in MONEY:
        form["num_format"] = "#,##0.00"
    elif place in RATE:
        form["num_format"] = "0%"
    elif place in COUNT:
        form["num_format"] = "#,##0"
    elif place in DAY:
        form["num_format"] = "yyyy-mm-dd"
    return form


def nothing(columns: list[pa.Array], out: Path) -> None:
    """Write nothing: what the table itself takes."""


def with_crmtool(columns: list[pa.Array], out: Path) -> None:
    """Fill the template that lies beside the output, and check what was written, as `classify` does."""
    from crmtool.content import Content, OutTable, TableColumn
    from crmtool.files.xlsx import check_workbook, fill

    named = enumerate(zip(HEADERS, columns, strict=True))
    made = [TableColumn(f"c{n}", header, cells) for n, (header, cells) in named]
    template = (out.parent / TEMPLATE).read_bytes()
    with out.open("wb") as file:
        report = fill(template, Content({"t": OutTable("t", made)}), file, created=date(2024, 6, 30))
    check_workbook(out, report.sheet_rows)


def make_template(path: Path) -> None:
    """Write the template: the headers, and a marker row with the columns' formats."""
    from xlsxwriter import Workbook

    book = Workbook(path)
    sheet = book.add_worksheet("客户")
    for place, header in enumerate(HEADERS):
        sheet.write_string(0, place, header)
        sheet.write_string(1, place, f"{{{{t.c{place}}}}}", book.add_format(look(place)))
    book.close()


def with_xlsxwriter(columns: list[pa.Array], out: Path) -> None:
    """Write cell by cell with XlsxWriter's constant_memory, its fastest way."""
    from xlsxwriter import Workbook

    book = Workbook(out, {"constant_memory": True})
    sheet = book.add_worksheet("客户")
    sheet.write_row(0, 0, HEADERS)
    forms = [book.add_format(look(place)) for place in range(len(columns))]
    texts, numbers, days = sheet.write_string, sheet.write_number, sheet.write_datetime
    writes = [
        days if n in DAY else texts if pa.types.is_string(cells.type) else numbers
        for n, cells in enumerate(columns)
    ]
    ways = list(zip(range(len(columns)), writes, forms, strict=True))
    for number, row in enumerate(zip(*(cells.to_pylist() for cells in columns), strict=True), start=1):
        for value, (place, write, form) in zip(row, ways, strict=True):
            write(number, place, value, form)
    book.close()


def with_rustpy(columns: list[pa.Array], out: Path) -> None:
    """Hand the table over to rustpy-xlsxwriter in the form it takes fastest, with a format for each column."""
    from rustpy_xlsxwriter import Format, write_worksheet

    formats = {}
    for place, header in enumerate(HEADERS):
        form = (
            Format()
            .set_font_name("微软雅黑")
            .set_font_size(10)
            .set_border("thin")
            .set_align("vertical_center")
        )
        code = look(place).get("num_format")
        formats[header] = form.set_num_format(code) if code else form
    table = pa.table(columns, HEADERS)
    write_worksheet(table, str(out), sheet_name="客户", column_formats=formats, datetime_format="yyyy-mm-dd")


WAYS: dict[str, Callable[[list[pa.Array], Path], None]] = {
    "nothing": nothing,
    "crmtool": with_crmtool,
    "XlsxWriter constant_memory": with_xlsxwriter,
    "rustpy-xlsxwriter": with_rustpy,
}


def same_cells(rows: int, ours: Path, theirs: Path) -> bool:
    """Tell whether two workbooks hold the same cells."""
    from python_calamine import load_workbook

    first, second = (load_workbook(str(path)).get_sheet_by_index(0).to_python() for path in (ours, theirs))
    return len(first) == rows + 1 and first == second


def measure(way: str, rows: int, out: Path) -> tuple[float, float]:
    """Return the CPU seconds and the peak MiB of a process that writes one workbook in this way."""
    process = subprocess.Popen([sys.executable, __file__, "--one", way, str(rows), str(out)], env=ENVIRONMENT)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(way)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare(rows: int, folder: Path, runs: int) -> None:
    """Print what each way takes beyond the table itself, and how many times ours that is."""
    took: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    for _ in range(runs):
        for way in WAYS:
            took[way].append(measure(way, rows, folder / f"{way}.xlsx"))
    for way in list(WAYS)[2:]:
        if not same_cells(rows, folder / "crmtool.xlsx", folder / f"{way}.xlsx"):
            raise RuntimeError(f"{way} did not write the same cells")
    print(f"\n{rows:,} rows × {len(HEADERS)} columns, medians of {runs} runs, the same cells in all")
    base = [cpu for cpu, _ in took["nothing"]]
    for way in list(WAYS)[1:]:
        own = [cpu - none for (cpu, _), none in zip(took[way], base, strict=True)]
        ratio = statistics.median(
            mine / (cpu - none) for mine, (cpu, _), none in zip(own, took["crmtool"], base, strict=True)
        )
        peak = statistics.median(memory for _, memory in took[way])
        size = (folder / f"{way}.xlsx").stat().st_size / 1e6
        print(
            f"  {way:<28} {statistics.median(own):7.2f} s CPU  {ratio:5.1f} ×  {peak:5.0f} MiB  {size:6.1f} MB"
        )


def main(arguments: list[str]) -> None:
    """Run one way, or compare them all."""
    if arguments[:1] == ["--one"]:
        _, way, rows, out = arguments
        WAYS[way]([column(place, int(rows)) for place in range(len(HEADERS))], Path(out))
        return
    with tempfile.TemporaryDirectory() as folder:
        make_template(Path(folder) / TEMPLATE)
        for way in WAYS:
            measure(way, 10, Path(folder) / "first.xlsx")  # the first run compiles
        for rows in [int(text) for text in arguments] or [10_000, 100_000]:
            compare(rows, Path(folder), runs=5 if rows <= 10_000 else 3)


if __name__ == "__main__":
    main(sys.argv[1:])
