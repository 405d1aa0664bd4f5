"""Measure crmtool's spreadsheets beside those of others, in one run: reading, rendering, in place, end to end.

    python benchmarks/excel.py [rows ...] [--only reading,...] [--ways crmtool,...] [--folder DIR] [--markdown PAGE]

(default: 10000 100000 1000000; needs the extras `test` and `bench`.) Every way is a process of its own. In each round
all ways of a task run in turn, so that a drift of the machine's speed meets all of them; medians are over the rounds.
What a way made is looked at before its time counts. How the figures are shown is left to `excel_tables.py`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import agreement
import decorated
import excel_tables
import floors
from excel_ways import CLASSIFY, WAYS, Way, why_absent
from make_ledger import make
from measuring import HERE, Run, apart, measure

TASKS = ("reading", "rendering", "in place", "end to end")
ROUNDS = {10_000: 5, 100_000: 3}


@dataclass
class Measured:
    """What a run of the benchmark found: `runs` by task, rows and way; `absent` by way, with the reason."""

    runs: dict[tuple[str, int, str], list[Run]] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Files:
    """The files of one size that the ways are given, made when first needed and kept in a folder."""

    folder: Path
    rows: int
    scanner: Path | None

    def _made(self, name: str) -> Path:
        return self.folder / f"{name.format(rows=self.rows)}"

    @property
    def ledger(self) -> Path:
        """Return the ledger of this many customers."""
        path = self._made("ledger-{rows}.xlsx")
        if not path.exists():
            apart(make, self.rows, str(path))
        return path

    @property
    def table(self) -> Path:
        """Return the table to be written, as an Arrow file."""
        path = self._made("table-{rows}.arrow")
        if not path.exists():
            workbook = self._made("classified-{rows}.xlsx")
            measure(*_arguments(f"{CLASSIFY} -o {{out}}", ledger=self.ledger, out=workbook))
            apart(decorated.take, workbook, path)
        return path

    @property
    def parts(self) -> Path:
        """Return the inflated parts of the written table."""
        path = self._made("parts-{rows}.xml")
        if not path.exists():
            workbook = self._made("rendered-{rows}.xlsx")
            measure(*_arguments("rendering.py crmtool {table} {out}", table=self.table, out=workbook))
            apart(floors.join_parts, workbook, path)
        return path

    def arguments(self, way: Way, out: Path) -> list[str]:
        """Return the arguments of Python that run a way."""
        wanted = ("ledger", "table", "parts", "scanner")
        known = {name: getattr(self, name) for name in wanted if f"{{{name}}}" in way.command}
        return _arguments(way.command, **known, out=out)


def _arguments(command: str, **files: Path | None) -> list[str]:
    words = [word.format(**files) for word in command.split()]
    return [str(HERE / words[0]), *words[1:]] if words[0].endswith(".py") else words


def run_task(task: str, files: Files, rounds: int, measured: Measured, ways: Sequence[str] = ("",)) -> None:
    """Run the ways of a task on one size, in turn, and check what they made; of all ways those named in part."""
    there = []
    for way in WAYS[task]:
        if not any(part in way.name for part in ways):
            continue
        reason = why_absent(task, way, files.scanner)
        if reason is not None:
            measured.absent[f"{task}: {way.name}"] = reason
        elif files.rows <= way.most_rows:
            there.append(way)
    with tempfile.TemporaryDirectory(dir=files.folder) as place:
        outs = {way.name: Path(place) / f"{number}.xlsx" for number, way in enumerate(there)}
        commands = {way.name: files.arguments(way, outs[way.name]) for way in there}
        for number in range(rounds):
            for name, command in commands.items():
                print(
                    f"  {task}, {files.rows:,} rows, round {number + 1} of {rounds}: {name}", file=sys.stderr
                )
                measured.runs.setdefault((task, files.rows, name), []).append(measure(*command))
        last = {name: measured.runs[task, files.rows, name][-1].output for name in commands}
        apart(agreement.check, task, files.rows, last, outs)


def run(
    sizes: Sequence[int],
    tasks: Sequence[str],
    folder: Path,
    rounds: int | None = None,
    ways: Sequence[str] = ("",),
) -> Iterator[Measured]:
    """Run the tasks on ledgers of these sizes; yield all that was measured so far after each."""
    measured = Measured()
    scanner = floors.build_scanner(folder)
    for rows in sizes:
        files = Files(folder, rows, scanner)
        for task in tasks:
            run_task(task, files, rounds or ROUNDS.get(rows, 1), measured, ways)
            yield measured


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure crmtool's spreadsheets beside those of others.")
    parser.add_argument("rows", nargs="*", type=int, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--only", default=",".join(TASKS), help="tasks, with commas: " + ", ".join(TASKS))
    parser.add_argument("--ways", default="", help="only ways with one of these in their names, with commas")
    parser.add_argument(
        "--rounds", type=int, help="runs of each way (default: 5 of 10,000, 3 of 100,000, else 1)"
    )
    parser.add_argument("--folder", type=Path, help="keep the ledgers here and use those that are there")
    parser.add_argument("--markdown", type=Path, help="replace the measured part of this page")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> None:
    """Run what the command line asks for, print it as Markdown, and keep it where that is asked."""
    options = _parsed(arguments)
    with tempfile.TemporaryDirectory() as place:
        folder = options.folder or Path(place)
        folder.mkdir(parents=True, exist_ok=True)
        asked = (options.only.split(","), folder, options.rounds, options.ways.split(","))
        text = ""
        for measured in run(options.rows, *asked):
            text = excel_tables.markdown(measured.runs, measured.absent)
            if options.markdown:
                excel_tables.put(options.markdown, text)
    print(text)


if __name__ == "__main__":
    main(sys.argv[1:])
