"""Thousands of damaged workbooks end in reading or in an error with words: no traceback, abort, hang or changed file.

CRMTOOL_FUZZ_SEED sets the seed, which is printed, and CRMTOOL_FUZZ_FILES how many files each function gets. To damage
one file again: `python tests/faults/test_fuzz.py TARGET SEED FILE COPY`.
"""

from __future__ import annotations

import json
import os
import queue
import random
import selectors
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import fuzz_worker
import pytest
import xlsxwriter
from command_line import process_environment
from mutations import mutated

SEED = int(os.environ.get("CRMTOOL_FUZZ_SEED") or random.SystemRandom().randrange(10**9))
FILES = {"read": 2_000, "prove": 500, "fill": 200, "update": 2_000}
SECONDS = 60
WORKERS = 2
MAX_BASE_BYTES = 200_000


@dataclass(frozen=True)
class Job:
    """One damaged file: which one, and the seed of its damage."""

    seed: int
    base: Path


class Worker:
    """A child process that reads damaged files, and is replaced when it dies or hangs."""

    def __init__(self, target: str, folder: Path) -> None:
        folder.mkdir()
        self.command = [sys.executable, fuzz_worker.__file__, target, str(folder)]
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> int | None:
        """Kill the child, if it lives, and return how it ended."""
        if self.process is None:
            return None
        self.process.kill()
        code = self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()
        self.process = None
        return code

    def ended(self, job: Job) -> tuple[str, str]:
        """Return how the child ended on one file, and what is wrong with that."""
        if self.process is None:
            room = os.pathsep.join([str(Path(__file__).parent), *sys.path])
            self.process = subprocess.Popen(
                self.command,
                stdin=-1,
                stdout=-1,
                stderr=-3,
                text=True,
                env=process_environment(PYTHONPATH=room, PYTHONUTF8="1"),
            )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{job.seed} {job.base}\n")
        self.process.stdin.flush()
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            line = self.process.stdout.readline() if selector.select(SECONDS) else None
        if line is None:
            self.stop()
            return "hang", f"no answer in {SECONDS} s"
        if not line:
            code = self.process.wait()
            self.stop()
            return "abort", f"the process ended with {code}"
        said = json.loads(line)
        return said["end"], said["fault"]


def run_all(target: str, jobs: list[Job], folder: Path) -> list[tuple[Job, str, str]]:
    """Return each job with how it ended and what is wrong with that."""
    waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
    for job in jobs:
        waiting.put(job)
    results: list[tuple[Job, str, str]] = []

    def work(number: int) -> None:
        with Worker(target, folder / str(number)) as worker:
            while True:
                try:
                    job = waiting.get_nowait()
                except queue.Empty:
                    return
                results.append((job, *worker.ended(job)))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def generated(folder: Path) -> Iterator[Path]:
    """Write a few workbooks with what ledgers have: dates, formulas, tables, drop-downs, merged and hidden rows."""
    for number in range(6):
        path = folder / f"generated{number}.xlsx"
        book = xlsxwriter.Workbook(str(path), {"in_memory": True, "date_1904": number == 3})
        sheet = book.add_worksheet("客户")
        sheet.merge_range("A1:D1", "客户信息登记表")
        sheet.add_table(
            1, 0, 40, 3, {"columns": [{"header": h} for h in ("客户名称", "年消费额", "日期", "等级")]}
        )
        money = book.add_format({"num_format": "#,##0.00"})
        for row in range(2, 41):
            sheet.write(row, 0, f"客户{row}")
            sheet.write(row, 1, row * 1000.5, money)
            sheet.write_formula(row, 3, f'=IF(B{row + 1}>9,"A","B")', None, "A")
        sheet.data_validation("D3:D41", {"validate": "list", "source": ["A", "B"]})
        sheet.conditional_format("B3:B41", {"type": "data_bar"})
        sheet.set_row(7, None, None, {"hidden": True})
        sheet.freeze_panes(2, 1)
        sheet.write_comment("A3", "注")
        if number % 2:
            chart = book.add_chart({"type": "column"})
            chart.add_series({"values": "=客户!$B$3:$B$41"})
            book.add_worksheet("图").insert_chart("B2", chart)
        book.close()
        yield path


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return whole workbooks: generated ones, the examples, and the real ones beside the checkout where there are any."""
    root = Path(__file__).parents[2]
    real = (root.parent / "shared" / "data" / "workbooks").glob("*/*")
    made = list(generated(tmp_path_factory.mktemp("bases")))
    found = [*made, *(root / "examples").glob("*.xlsx"), *real]
    return sorted(path for path in found if path.is_file() and path.stat().st_size < MAX_BASE_BYTES)


def templates(bases: list[Path]) -> list[Path]:
    shipped = sorted((Path(__file__).parents[2] / "templates").glob("*.xlsx"))
    return [*shipped * 3, *(path for path in bases if path.suffix == ".xlsx")]


def _jobs(target: str, bases: list[Path], count: int) -> list[Job]:
    dice = random.Random(f"{SEED} {target}")
    chosen = templates(bases) if target == "fill" else bases
    if target == "update":
        chosen = [path for path in bases if path.suffix in (".xlsx", ".xlsm")]
    return [Job(dice.randrange(10**9), chosen[number % len(chosen)]) for number in range(count)]


def _assert_fine(target: str, results: list[tuple[Job, str, str]]) -> Counter[str]:
    faults = [f"{job.seed} {job.base}: {end}\n{fault}" for job, end, fault in results if fault]
    ends = Counter(end for _, end, _ in results)
    print(f"CRMTOOL_FUZZ_SEED={SEED} {target}: {ends}")
    assert not faults, f"{len(faults)} of {len(results)}, CRMTOOL_FUZZ_SEED={SEED}\n" + "\n\n".join(
        faults[:20]
    )
    return ends


@pytest.mark.slow
@pytest.mark.parametrize("target", list(fuzz_worker.TARGETS))
def test_damaged_workbooks_end_well(target: str, bases: list[Path], tmp_path: Path) -> None:
    count = int(os.environ.get("CRMTOOL_FUZZ_FILES") or FILES[target])
    results = run_all(target, _jobs(target, bases, count), tmp_path)
    assert len(results) == count
    ends = _assert_fine(target, results)
    # Damage that nobody notices tests nothing, and neither does damage that nothing survives.
    assert 0 < sum(ends[end] for end in ("read", "whole", "filled", "updated")) < count


def test_the_same_seed_makes_the_same_damage(bases: list[Path]) -> None:
    base = bases[0].read_bytes()
    copies = [mutated(seed, base) for seed in range(30)]
    assert copies == [mutated(seed, base) for seed in range(30)]
    assert len(set(copies)) > 25
    assert base not in copies


def test_what_a_child_does_to_itself_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = tmp_path / "a.csv"
    base.write_text("客户名称,年消费额\n甲,1\n" * 50, encoding="utf-8")
    worker = tmp_path / "worker.py"
    worker.write_text(
        "import os, sys, time\nfor line in sys.stdin:\n    os.abort() if line[0] == '1' else time.sleep(60)\n"
    )
    monkeypatch.setattr(fuzz_worker, "__file__", str(worker))
    monkeypatch.setattr(sys.modules[__name__], "SECONDS", 0.5)
    results = (
        run_all("read", [Job(1, base), Job(2, base), Job(3, base)], tmp_path / "work")
        if ((tmp_path / "work").mkdir() is None)
        else []
    )
    assert {(job.seed, end) for job, end, _ in results} == {(1, "abort"), (2, "hang"), (3, "hang")}
    assert all(fault for *_, fault in results)


if __name__ == "__main__":
    name, seed, file, copy = sys.argv[1:]
    Path(copy).write_bytes(mutated(int(seed), Path(file).read_bytes()))
    print(fuzz_worker.ended(name, Path(copy)))
