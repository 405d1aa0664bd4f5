"""Measure whole processes as the operating system accounts them: CPU, wall and peak memory.

What is compared with what is left to the benchmarks beside it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

HERE = Path(__file__).parent
#: An installed package has its bytecode; a checkout shall have it too.
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True)
class Run:
    """What one process took: CPU (user + system) and wall seconds, peak memory in MiB; and what it printed."""

    cpu_s: float
    wall_s: float
    peak_mib: float
    output: str = ""


def measure(*command: str) -> Run:
    """Run Python with these arguments to its end and return what it took; raises if it fails."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT
    )
    assert process.stdout is not None and process.stderr is not None
    complaint, output = process.stderr.read(), process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}\n{complaint.decode(errors='replace')}")
    scale = 1024 if sys.platform != "darwin" else 1024**2
    cpu_s = usage.ru_utime + usage.ru_stime
    return Run(cpu_s, wall_s, usage.ru_maxrss / scale, output.decode(errors="replace"))


def median(runs: Sequence[Run]) -> Run:
    """Return the median of each figure on its own, and what the last run printed."""
    return Run(
        statistics.median(run.cpu_s for run in runs),
        statistics.median(run.wall_s for run in runs),
        statistics.median(run.peak_mib for run in runs),
        runs[-1].output,
    )


def apart(function: Callable[..., Result], *arguments: object) -> Result:
    """Call a function in a process of its own.

    What this process ever held counts as peak memory of every process that it starts later.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()
