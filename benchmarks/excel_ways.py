"""The ways that `excel.py` compares: what each is called, how it is run, and where it cannot be.

What a way does is in the script that it names.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import in_place
from make_ledger import AS_OF
from measuring import apart


@dataclass(frozen=True)
class Way:
    """One way to do a task: what it is called, how Python is to be called for it, and where it is not run.

    `command` may hold `{ledger}`, `{table}`, `{parts}`, `{scanner}` and `{out}`. `needs` are modules that have to be
    installed. Above `most_rows` it is left out: its time says nothing new and is long.
    """

    name: str
    command: str
    needs: tuple[str, ...] = ()
    most_rows: int = 1_000_000


CLASSIFY = f"-m crmtool.cli.main classify {{ledger}} --as-of {AS_OF.isoformat()} --quiet"
WAYS: dict[str, tuple[Way, ...]] = {
    "reading": (
        Way("floor: inflate (ISA-L)", "floors.py inflate {ledger}"),
        Way("floor: inflate and scan in C (ISA-L)", "floors.py scan {ledger} {scanner}"),
        Way("floor: inflate and scan in C (zlib)", "floors.py scan-zlib {ledger} {scanner}"),
        Way("crmtool", "reading.py crmtool {ledger}"),
        Way("fastexcel, to Arrow", "reading.py fastexcel {ledger}", ("fastexcel",)),
        Way("python-calamine, to rows", "reading.py calamine {ledger}"),
        Way("polars", "reading.py polars {ledger}", ("polars", "fastexcel")),
        Way("pandas + calamine", "reading.py pandas_calamine {ledger}"),
        Way("pandas + openpyxl", "reading.py pandas_openpyxl {ledger}", (), 100_000),
        Way("openpyxl, read-only", "reading.py openpyxl {ledger}", (), 100_000),
    ),
    "rendering": (
        Way("floor: deflate (ISA-L, level 1)", "floors.py deflate {parts} {out}"),
        Way("crmtool", "rendering.py crmtool {table} {out}"),
        Way("rustpy-xlsxwriter", "rendering.py rustpy {table} {out}", ("rustpy_xlsxwriter",)),
        Way("XlsxWriter, constant_memory", "rendering.py xlsxwriter {table} {out}", ("xlsxwriter",)),
        Way("polars", "rendering.py polars {table} {out}", ("polars", "xlsxwriter"), 100_000),
    ),
    "in place": (
        Way("crmtool", "in_place.py crmtool {ledger} {out}"),
        Way("crmtool classify --update-ledger", "in_place.py classify {ledger} {out}"),
        Way("openpyxl, load and save", "in_place.py openpyxl {ledger} {out}", (), 100_000),
    ),
    "end to end": (
        Way("crmtool classify", f"{CLASSIFY} -o {{out}}"),
        Way("pandas + calamine + XlsxWriter", "conventional_fast.py {ledger} {out}", ("xlsxwriter",)),
        Way("pandas + openpyxl", "conventional.py {ledger} {out}", (), 100_000),
    ),
}


def why_absent(task: str, way: Way, scanner: Path | None) -> str | None:
    """Return why a way cannot be run here; None where it can."""
    if "{scanner}" in way.command and scanner is None:
        return "no C compiler here"
    missing = [name for name in way.needs if importlib.util.find_spec(name) is None]
    if missing:
        return f"{', '.join(missing)} not installed"
    if (task, way.name) == ("in place", "crmtool") and not apart(in_place.is_there):
        return "crmtool.files.xlsx has no update yet"
    if "--update-ledger" in way.name and not apart(in_place.is_an_option):
        return "crmtool classify has no such option yet"
    return None
