"""Add one column to a ledger and keep everything else, with crmtool or with openpyxl.

The texts of the column are `甲`, `乙`, `丙` in turn: what is measured is the saving, not the judging. `classify`
judges as well: it copies the ledger and lets `crmtool classify --update-ledger` write its columns into the copy.

    python benchmarks/in_place.py crmtool|openpyxl|classify ledger.xlsx out.xlsx
"""

from __future__ import annotations

import re
import sys
import zipfile
from datetime import date
from itertools import cycle, islice
from pathlib import Path

HEADER, TIER = "分级结果", "客户类型"
TEXTS = "甲乙丙"
SHEET = "客户台账"
#: 0-based: the first one right of the ledger.
COLUMN = 20


def is_there() -> bool:
    """Tell whether crmtool can write in place at all."""
    from crmtool.files import xlsx

    return hasattr(xlsx, "update")


def is_an_option() -> bool:
    """Tell whether `crmtool classify` can write into the ledger that it reads: its backups came with that."""
    import subprocess

    command = [sys.executable, "-m", "crmtool.cli.main", "classify", "--help"]
    return b"--no-backup" in subprocess.run(command, check=True, capture_output=True).stdout


def texts(rows: int) -> list[str]:
    """Return the cells of the new column below its header."""
    return list(islice(cycle(TEXTS), rows))


def crmtool(path: str, out: str) -> None:
    """Add the column with crmtool's own function: what a job that has read the ledger calls."""
    with Path(out).open("wb") as target:
        target.write(_updated(Path(path).read_bytes(), _rows(path)))


def _rows(path: str) -> int:
    """Return how many rows the ledger has below its header, from the dimension that its sheet states first."""
    with zipfile.ZipFile(path) as package, package.open("xl/worksheets/sheet1.xml") as sheet:
        found = re.search(rb'<dimension ref="A1:[A-Z]+([0-9]+)"', sheet.read(4096))
    assert found is not None, "a ledger of make_ledger.py states its size"
    return int(found[1]) - 1


def _updated(data: bytes, rows: int) -> bytes:
    """Call crmtool's own function: the one place to adapt where it is called otherwise."""
    import io

    import pyarrow as pa

    from crmtool.files import xlsx

    column = xlsx.UpdateColumn(HEADER, pa.array(texts(rows)))
    numbers = pa.array(range(2, rows + 2), pa.int32())
    out = io.BytesIO()
    asked = xlsx.SheetUpdate(SHEET, (1,), 1, COLUMN, numbers, [column], used_columns=COLUMN)
    xlsx.update(data, [asked], out, created=date(2024, 6, 30))
    return out.getvalue()


def openpyxl(path: str, out: str) -> None:
    """Add the column with openpyxl: load everything, set the cells, save everything."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    sheet = book[SHEET]
    sheet.cell(1, COLUMN + 1, HEADER)
    for row, text in enumerate(texts(sheet.max_row - 1), start=2):
        sheet.cell(row, COLUMN + 1, text)
    book.save(out)


def classify(path: str, out: str) -> None:
    """Judge a copy of the ledger and write the result into it, as the command line does."""
    import shutil

    from make_ledger import AS_OF

    shutil.copyfile(path, out)
    options = ["--as-of", AS_OF.isoformat(), "--update-ledger", "--no-backup", "--quiet"]
    sys.argv = ["crmtool", "classify", out, *options]

    from crmtool.cli.main import run

    run()


def is_right(out: str, rows: int) -> bool:
    """Tell whether a saved ledger has the new column, whole, at its edge: the texts, or a tier for everyone."""
    from python_calamine import load_workbook

    header, *read = load_workbook(out).get_sheet_by_name(SHEET).to_python()
    if header[COLUMN] == HEADER:
        return [row[COLUMN] for row in read] == texts(rows)
    place = header.index(TIER, COLUMN)
    return len(read) == rows and all(row[place] for row in read)


WAYS = {way.__name__: way for way in (crmtool, openpyxl, classify)}


if __name__ == "__main__":
    WAYS[sys.argv[1]](sys.argv[2], sys.argv[3])
