"""Damages one workbook after another and hands each to a function of crmtool; says how each ended.

A line `seed path` on stdin, a line of JSON on stdout. Started by `test_fuzz` with the name of a target and a folder to
write in; it may die or hang, which is for its parent to see.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
from mutations import mutated

from crmtool.errors import CrmtoolError
from crmtool.files.book import open_book
from crmtool.files.replace import is_ours
from crmtool.files.xlsx import (
    SheetUpdate,
    UpdateColumn,
    check_workbook,
    fill,
    refuse_unwritable,
    update,
)
from crmtool.jobs.samples.contents import sample_content
from crmtool.messages import help_of, text_of

MEMORY_BYTES = 6 * 1024**3


def read(path: Path) -> str:
    """Read every cell of every sheet."""
    book = open_book(path)
    for peek in book.peeks:
        sheet = book.read(peek.sheet, None, 1)
        assert sheet.length == peek.rows
        assert all(column.length == peek.rows for column in sheet.columns.values())
    return "read"


def prove(path: Path) -> str:
    """Look at it as at an own output, before it is replaced and after it was written."""
    is_ours(path)
    check_workbook(path)
    return "whole"


def fill_in(path: Path) -> str:
    """Fill it as a template."""
    with Path(f"{path}.filled").open("wb") as out:
        fill(path.read_bytes(), sample_content(), out, created=date(2024, 1, 1))
    return "filled"


def update_in_place(path: Path) -> str:
    """Write a column beside its first sheet, in the order of `classify --update-ledger`, and prove the whole."""
    data = path.read_bytes()
    refuse_unwritable(data, path.name)
    peek = open_book(path).peeks[0]
    rows = pa.array(range(2, min(max(peek.rows, 2), 20) + 1), pa.int32())
    column = UpdateColumn("客户类型", pa.array(["高价值"] * len(rows), pa.string()))
    asked = SheetUpdate(peek.sheet, (1,), 1, max(peek.columns, 1), rows, [column])
    made = Path(f"{path}.updated")
    with made.open("wb") as out:
        report = update(data, [asked], out, created=date(2024, 1, 1), file=path.name)
    check_workbook(made, report.sheet_rows)
    return "updated"


#: What damaged workbooks are given to: (function, exit codes that its errors may have).
TARGETS: dict[str, tuple[Callable[[Path], str], set[int]]] = {
    "read": (read, {3}),
    "prove": (prove, {4}),
    "fill": (fill_in, {2, 3, 4}),
    "update": (update_in_place, {3, 4}),
}


def ended(target: str, path: Path) -> dict[str, object]:
    """Return how one function ended on one file; `fault` is empty where it may end so."""
    function, codes = TARGETS[target]
    before = path.read_bytes()
    start = time.process_time()
    fault = ""
    try:
        end = function(path)
    except CrmtoolError as error:
        end = error.findings[0].code
        texts = [
            say(finding, lang)
            for finding in error.findings
            for say in (text_of, help_of)
            for lang in ("zh", "en")
        ]
        fault = "" if error.exit_code in codes else f"exit code {error.exit_code}"
        fault = fault if all(texts) else "no words"
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        end, fault = type(error).__name__, traceback.format_exc()[-1500:]
    if path.read_bytes() != before:
        fault = "the input was changed"
    return {"end": end, "fault": fault, "seconds": time.process_time() - start}


def main(target: str, folder: Path) -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError):
        pass
    for line in sys.stdin:
        seed, _, name = line.rstrip("\n").partition(" ")
        base = Path(name)
        path = folder / f"{target}{base.suffix}"
        path.write_bytes(mutated(int(seed), base.read_bytes()))
        print(json.dumps(ended(target, path)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
