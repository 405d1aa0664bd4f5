"""Compare `crmtool classify` with the conventional way, as ratios of whole processes in one run.

    python benchmarks/run.py [rows ...]      (default: 10000 100000; needs the `test` extra)

Each pair is run in turn (ours, theirs, ours, theirs …), so that a drift of the machine's speed cancels out. CPU is
user + system time and memory the peak of the largest process, both as the operating system accounts them.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))


@dataclass(frozen=True)
class Run:
    """What one process took: CPU seconds and peak memory in MiB."""

    cpu_s: float
    peak_mib: float


def measure(command: list[str]) -> Run:
    """Run a command to its end and return what it took; raises if it fails."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    complaint = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(complaint.decode(errors="replace"))
    scale = 1024 if sys.platform != "darwin" else 1024**2
    return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / scale)


def compare(rows: int, folder: Path, pairs: int) -> None:
    """Print the medians of both ways, and theirs over ours."""
    from make_ledger import AS_OF, make

    ledger = folder / f"ledger-{rows}.xlsx"
    make(rows, str(ledger))
    crmtool = [
        sys.executable,
        "-m",
        "crmtool.cli.main",
        "classify",
        str(ledger),
        "--as-of",
        AS_OF.isoformat(),
    ]
    ours_command = [*crmtool, "-o", str(folder / "ours.xlsx"), "--quiet"]
    theirs_command = [sys.executable, str(HERE / "conventional.py"), str(ledger), str(folder / "theirs.xlsx")]
    ours, theirs = [], []
    for _ in range(pairs):
        ours.append(measure(ours_command))
        theirs.append(measure(theirs_command))
    cpu = statistics.median(t.cpu_s / o.cpu_s for o, t in zip(ours, theirs, strict=True))
    memory = statistics.median(t.peak_mib / o.peak_mib for o, t in zip(ours, theirs, strict=True))
    print(
        f"{rows:>8,} rows: crmtool {statistics.median(o.cpu_s for o in ours):6.1f} s CPU, "
        f"{max(o.peak_mib for o in ours):6.0f} MiB | conventional {statistics.median(t.cpu_s for t in theirs):6.1f} s CPU, "
        f"{max(t.peak_mib for t in theirs):6.0f} MiB | conventional/crmtool {cpu:.1f} x CPU, {memory:.2f} x memory"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for wanted in [int(text) for text in sys.argv[1:]] or [10_000, 100_000]:
            compare(wanted, Path(folder), pairs=3 if wanted <= 10_000 else 2)
