"""Run one way once, in this process, and print as JSON what CPU time each of its stages took, in seconds.

Stages are timed around the functions that do them, from outside: nothing in crmtool knows of it. A stage within a
stage counts once, for the inner one.

    python benchmarks/stages.py crmtool|conventional ledger.xlsx out.xlsx
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

CRMTOOL = {
    "check and parse the sheets": ["crmtool.files.book.open_spreadsheet"],
    "cells to Arrow columns": ["crmtool.jobs.reading._sheets"],
    "find headers, read values": ["crmtool.jobs.reading.find", "crmtool.jobs.reading.build_ledger"],
    "judge": [
        "crmtool.jobs.assess.score_ledger",
        "crmtool.jobs.assess.measure",
        "crmtool.jobs.assess.judge",
    ],
    "decide, with reasons and advice": ["crmtool.jobs.assess.decide"],
    "make the tables": ["crmtool.jobs.classify.content"],
    "write the workbook": ["crmtool.jobs.delivery.fill"],
    "open it again and check it": ["crmtool.jobs.delivery.check_workbook"],
}
CONVENTIONAL = {
    "read (openpyxl)": ["pandas.read_excel"],
    "logic": ["conventional.classify", "conventional.explain", "conventional.score"],
    "write (openpyxl)": ["conventional.write"],
}


class Stopwatch:
    """CPU seconds by stage."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._inside: list[float] = []

    def watch(self, stage: str, path: str) -> None:
        """Time a function, named by its module and name, as part of a stage."""
        module_name, _, name = path.rpartition(".")
        module = importlib.import_module(module_name)
        setattr(module, name, self._timed(stage, getattr(module, name)))

    def _timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **options: Any) -> Any:
            begun = time.process_time()
            self._inside.append(0.0)
            try:
                return function(*args, **options)
            finally:
                took = time.process_time() - begun
                self.seconds[stage] += took - self._inside.pop()
                if self._inside:
                    self._inside[-1] += took

        return timed


def main(way: str, ledger: str, out: str) -> None:
    """Run `way` on a ledger and print its stages."""
    watch = Stopwatch()
    if way == "crmtool":
        from make_ledger import AS_OF

        os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # as the command line does
        stages, run = CRMTOOL, "crmtool.cli.main"
        sys.argv = ["crmtool", "classify", ledger, "--as-of", AS_OF.isoformat(), "-o", out, "--quiet"]
    else:
        stages, run = CONVENTIONAL, "conventional"
    entry = importlib.import_module(run)
    for paths in stages.values():
        for path in paths:
            importlib.import_module(path.rpartition(".")[0])
    watch.seconds["start and import"] = time.process_time()
    for stage, paths in stages.items():
        for path in paths:
            watch.watch(stage, path)
    try:
        entry.run() if way == "crmtool" else entry.run(ledger, out)
    except SystemExit as end:
        if end.code:
            raise
    watch.seconds["rest"] = time.process_time() - watch.seconds.total()
    print(json.dumps(watch.seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
