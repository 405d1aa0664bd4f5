"""Knows how the spreadsheet reader can fail, and turns each way into an `InputError`.

python-calamine raises, panics, or aborts the whole process; what it reads is left to `crmtool.files.calamine_sheets`.
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from crmtool.errors import InputError

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

Result = TypeVar("Result")

#: Rows that are taken from the reader under one guard; a peek at a sheet takes as many.
ROWS_AT_ONCE = 256
PROBE_SECONDS = 10.0
PROBE_SECONDS_PER_MB = 1.0
PROBE_MEMORY_BYTES = 6 * 1024**3

#: Reads every sheet and throws it away: whatever goes wrong goes wrong in this process. An ordinary exception
#: is not this probe's business, the reader meets it again in a place that can say more.
_PROBE = """
import io, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except (ImportError, ValueError, OSError):
    pass
from python_calamine import load_workbook
data = io.BytesIO(sys.stdin.buffer.read())
try:
    book = load_workbook(data)
    names = book.sheet_names
except Exception:
    names = []
for name in names:
    try:
        for row in book.get_sheet_by_name(name).iter_rows():
            pass
    except Exception:
        pass
"""


def probe(data: bytes, file: str) -> None:
    """Read a workbook in a child process first; InputError where that process dies or hangs."""
    if not sys.executable:
        return
    seconds = PROBE_SECONDS + PROBE_SECONDS_PER_MB * len(data) / 1024**2
    command = [sys.executable, "-I", "-c", _PROBE.format(memory=PROBE_MEMORY_BYTES)]
    try:
        child = subprocess.run(command, input=data, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as problem:
        raise InputError.of("reader-too-slow", file=file, seconds=round(seconds)) from problem
    if child.returncode != 0:
        raise InputError.of("reader-crashed", file=file)


def guarded(step: Callable[[], Result], file: str, *, sheet: str = "") -> Result:
    """Return what `step` returns; InputError for every way in which the reader refuses a file."""
    from python_calamine import CalamineError, PasswordError

    try:
        return step()
    except PasswordError as problem:
        raise InputError.of("encrypted-workbook", file=file) from problem
    except (CalamineError, OSError, ValueError, OverflowError, MemoryError) as problem:
        raise InputError.of("damaged-workbook", file=file, sheet=sheet, reason=_reason(problem)) from problem
    except BaseException as problem:
        # A Rust panic reaches Python as a BaseException of a type that no module exports.
        if type(problem).__name__ != "PanicException":
            raise
        raise InputError.of("reader-crashed", file=file, sheet=sheet) from problem


def load(data: bytes, file: str) -> CalamineWorkbook:
    """Return the reader's workbook over the bytes."""
    from python_calamine import load_workbook

    return guarded(lambda: load_workbook(io.BytesIO(data)), file)


def load_sheet(book: CalamineWorkbook, name: str, file: str) -> CalamineSheet:
    """Return a sheet, parsed."""
    return guarded(lambda: book.get_sheet_by_name(name), file, sheet=name)


def guarded_rows(sheet: CalamineSheet, file: str) -> Iterator[Sequence[object]]:
    """Yield a sheet's rows as the reader gives them: from row 1 on, but from the first used column."""
    rows = sheet.iter_rows()
    while taken := guarded(lambda: list(islice(rows, ROWS_AT_ONCE)), file, sheet=sheet.name):
        yield from taken


def _reason(problem: BaseException) -> str:
    return str(problem).splitlines()[0][:200] if str(problem) else type(problem).__name__
