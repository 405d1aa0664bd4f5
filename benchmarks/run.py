"""Compare `crmtool classify` with the conventional way, as ratios of whole processes in one run.

    python benchmarks/run.py [rows ...]      (default: 10000 100000; needs the `test` extra)

Each pair is run in turn (ours, theirs, ours, theirs …), so that a drift of the machine's speed cancels out. CPU is
user + system time and memory the peak of the process, both as the operating system accounts them. Both ways must give
every customer the same tier, or the comparison stops.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from agreement import tiers
from make_ledger import AS_OF, make
from measuring import ENVIRONMENT, HERE, Run, apart, measure

EMPTY_TYPER = """
import typer
app = typer.Typer(rich_markup_mode=None)
@app.command()
def nothing() -> None: ...
app()
"""
BARE_IMPORTS = "import pandas, pyarrow, narwhals, pydantic"


def crmtool(ledger: Path, out: Path) -> list[str]:
    """Return the arguments of Python for `crmtool classify`."""
    options = ["--as-of", AS_OF.isoformat(), "-o", str(out), "--quiet"]
    return ["-m", "crmtool.cli.main", "classify", str(ledger), *options]


def conventional(ledger: Path, out: Path) -> list[str]:
    """Return the arguments of Python for the conventional way."""
    return [str(HERE / "conventional.py"), str(ledger), str(out)]


def agree(ours: Path, theirs: Path, rows: int) -> bool:
    """Tell whether both workbooks give each of `rows` customers the same tier."""
    found = tiers(ours)
    return len(found) == rows and found == tiers(theirs)


def compare(rows: int, folder: Path, pairs: int) -> None:
    """Print the medians of both ways, theirs over ours, and what dominates each."""
    ledger, our_output, their_output = (
        folder / f"{name}-{rows}.xlsx" for name in ("ledger", "ours", "theirs")
    )
    apart(make, rows, str(ledger))
    ours, theirs = [], []
    for _ in range(pairs):
        ours.append(measure(*crmtool(ledger, our_output)))
        theirs.append(measure(*conventional(ledger, their_output)))
    if not apart(agree, our_output, their_output, rows):
        raise RuntimeError("the two ways do not agree on the tiers")
    print(f"\n{rows:,} customers × 20 columns, medians of {pairs} pairs, the tiers of both are the same")
    _print_way("crmtool", ours)
    _print_way("conventional", theirs)
    cpu = statistics.median(t.cpu_s / o.cpu_s for o, t in zip(ours, theirs, strict=True))
    memory = statistics.median(t.peak_mib / o.peak_mib for o, t in zip(ours, theirs, strict=True))
    print(f"  conventional / crmtool  {cpu:5.1f} × CPU  {memory:5.2f} × memory")
    for way, output in (("crmtool", our_output), ("conventional", their_output)):
        _print_stages(way, ledger, output)


def _print_way(name: str, runs: Sequence[Run]) -> None:
    cpu = statistics.median(run.cpu_s for run in runs)
    memory = statistics.median(run.peak_mib for run in runs)
    print(f"  {name:<22}  {cpu:7.2f} s CPU  {memory:5.0f} MiB")


def _print_stages(way: str, ledger: Path, output: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(HERE / "stages.py"), way, str(ledger), str(output)],
        env=ENVIRONMENT,
        check=True,
        capture_output=True,
        text=True,
    )
    seconds = json.loads(done.stdout.splitlines()[-1])
    print(f"  what dominates {way}, one run:")
    for stage, took in sorted(seconds.items(), key=lambda item: -item[1]):
        print(f"    {took:7.2f} s  {took / sum(seconds.values()):4.0%}  {stage}")


def start_up(folder: Path, runs: int = 5) -> None:
    """Print what starting takes, beside the least that it could take."""
    ledger, output = folder / "ledger-10.xlsx", folder / "ours-10.xlsx"
    make(10, str(ledger))
    commands = {
        "crmtool --help": ["-m", "crmtool.cli.main", "--help"],
        "an empty Typer program --help": ["-c", EMPTY_TYPER, "--help"],
        "crmtool classify, 10 customers": crmtool(ledger, output),
        BARE_IMPORTS: ["-c", BARE_IMPORTS],
    }
    for command in commands.values():
        measure(*command)  # the first run compiles
    measure(*conventional(ledger, folder / "theirs-10.xlsx"))
    print(f"start-up, medians of {runs}")
    took: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            took[name].append(measure(*command))
    for name, measured in took.items():
        cpu = statistics.median(run.cpu_s for run in measured)
        print(
            f"  {cpu * 1000:7.0f} ms CPU  {statistics.median(r.peak_mib for r in measured):4.0f} MiB  {name}"
        )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        start_up(Path(place))
        for wanted in [int(text) for text in sys.argv[1:]] or [10_000, 100_000]:
            compare(wanted, Path(place), pairs=5 if wanted <= 10_000 else 3)
