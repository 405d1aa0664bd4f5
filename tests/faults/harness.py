"""What must hold after any fault: every file is the old one, whole, or the new one, whole, and the run says so.

    scene = Scene.of(folder, command("classify", "a.xlsx", "-o", "out.xlsx"))
    scene.sweep(Fault("error", errno.ENOSPC))     # at the first operation, the second … until the run gets through

The files to protect are all in the folder: what a clean run leaves alone must stay as it is, what it changes or adds
must be as before or as after. How operations fail is left to `failing_disk`.
"""

from __future__ import annotations

import io
import re
import signal
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from failing_disk import FailingDisk, Fault, Stopped

from crmtool.cli import main
from crmtool.cli.voice import say_error
from crmtool.errors import CrmtoolError

Files = dict[str, bytes | None]

#: Names that crmtool gives to what it does not mean to leave.
OWN_LEFTOVER = re.compile(r"\.crmtool-[0-9a-f-]+\.(tmp|lock|owner)")
WRITING_CODES = (4, 75)


@dataclass(frozen=True)
class Ran:
    """How a run ended; `code` is None where the process was killed."""

    code: int | None
    said: str = ""


def command(*arguments: object) -> Callable[[], Ran]:
    """Return a run of one command line in this process."""

    def run() -> Ran:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        line = ["crmtool", *map(str, arguments)]
        with (
            mock.patch.object(sys, "argv", line),
            mock.patch.object(signal, "signal", lambda *_: None),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                main.run()
            except SystemExit as ended:
                code = int(ended.code or 0)
        return Ran(code, err.buffer.getvalue().decode())  # type: ignore[attr-defined]

    return run


def call(function: Callable[[], object]) -> Callable[[], Ran]:
    """Return a run of a function, ended as the command line would end it."""

    def run() -> Ran:
        err = io.StringIO()
        with redirect_stderr(err):
            try:
                function()
            except CrmtoolError as error:
                say_error(error, "en", as_json=False)
                return Ran(error.exit_code, err.getvalue())
        return Ran(0)

    return run


def snapshot(folder: Path) -> Files:
    """Return every file below a folder with its bytes, and every folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def restore(folder: Path, files: Files) -> None:
    """Make a folder what it was, but for crmtool's own leftovers, which stay."""
    for path in sorted(folder.rglob("*"), reverse=True):
        name = path.relative_to(folder).as_posix()
        if name not in files and not OWN_LEFTOVER.fullmatch(path.name):
            if path.is_file():
                path.unlink()
            elif not any(path.iterdir()):
                path.rmdir()
    for name, data in files.items():
        if data is None:
            (folder / name).mkdir(exist_ok=True)
        elif not (folder / name).is_file() or (folder / name).read_bytes() != data:
            (folder / name).write_bytes(data)


@dataclass(frozen=True)
class Scene:
    """A folder before and after a clean run, and the operations of that run.

    `is_one_step`: the run replaces one file, so a failed one has changed nothing. `codes` are the exit codes that a
    failed run may have. `is_allowed` (found files, exit code → bool) says which mixtures of old and new a run may
    leave, e.g. a new ledger only with its backup. `goes_on`: the next run, begun on whatever was left, ends like a clean
    one: with the same files or, where `comes_to` is given, with what that makes of them.
    """

    folder: Path
    run: Callable[[], Ran]
    before: Files
    after: Files
    steps: tuple[str, ...]
    is_one_step: bool = True
    codes: Collection[int] = WRITING_CODES
    with_reading: bool = False
    goes_on: bool = False
    comes_to: Callable[[], object] | None = None
    outcome: object = None
    is_allowed: Callable[[Files, int | None], bool] = lambda files, code: True

    @classmethod
    def of(
        cls,
        folder: Path,
        run: Callable[[], Ran],
        *,
        with_reading: bool = False,
        comes_to: Callable[[], object] | None = None,
        **options: object,
    ) -> Scene:
        """Run once without a fault, remember what that does, and put everything back."""
        before = snapshot(folder)
        with FailingDisk(folder, with_reading=with_reading) as disk:
            ran = run()
        assert ran.code == 0, ran.said
        after = snapshot(folder)
        outcome = comes_to() if comes_to else None
        assert after != before, "a run that changes nothing proves nothing"
        restore(folder, before)
        told = {"with_reading": with_reading, "comes_to": comes_to, "outcome": outcome}
        return cls(folder, run, before, after, tuple(disk.steps), **told, **options)  # type: ignore[arg-type]

    @property
    def writes(self) -> list[str]:
        """Return the operations that write, in order."""
        return [step for step in self.steps if step.startswith("write ")]

    def sweep(self, fault: Fault, *, every: int = 1, start: int = 0) -> list[Ran]:
        """Run once for each operation, which fails, until the run gets through; return how the runs ended."""
        ends = []
        for at in self._places(fault, every, start):
            with FailingDisk(self.folder, fault, at, with_reading=self.with_reading) as disk:
                ran = self._run_to_its_end(disk)
            assert disk.has_struck, f"the run did less than before: {disk.steps}"
            about = f"{fault} at {at}: {disk.steps[at]} of {self.steps}\n{ran}"
            self.judge(ran, snapshot(self.folder), about)
            if self.goes_on:
                self.run_on(about)
            self.run_again(about)
            restore(self.folder, self.before)
            ends.append(ran)
        return ends

    def _places(self, fault: Fault, every: int, start: int) -> Iterator[int]:
        only_writes = fault.kind in ("short", "lost", "hole")
        places = [n for n, step in enumerate(self.steps) if step.startswith("write ") or not only_writes]
        yield from places[start::every]

    def _run_to_its_end(self, disk: FailingDisk) -> Ran:
        try:
            return self.run()
        except Stopped:
            disk.end()
            return Ran(None)

    def judge(self, ran: Ran, found: Files, about: str) -> None:
        """Fail where what a run left, or what it said, is not what must hold."""
        assert "Traceback" not in ran.said, about
        own = {name for name in found if OWN_LEFTOVER.fullmatch(name.rpartition("/")[2])}
        files = {name: data for name, data in found.items() if name not in own}
        for name in self.before.keys() | self.after.keys() | files.keys():
            data, old, new = (where.get(name, False) for where in (files, self.before, self.after))
            assert data in (old, new), f"{name} is neither the old nor the new one; {about}"
        assert self.is_allowed(files, ran.code), about
        if ran.code is None:
            return
        if ran.code == 0:
            assert files == self.after, about
        else:
            assert ran.code in self.codes, about
            assert not self.is_one_step or _without_folders(files) == _without_folders(self.before), about
            errors = [line for line in ran.said.splitlines() if re.search(r" \[[a-z-]+\]$", line)]
            helps = [line for line in ran.said.splitlines() if line.startswith("  help: ")]
            assert (len(errors), len(helps)) == (1, 1), about

    def run_on(self, about: str) -> None:
        """Begin the next run on what was left: it ends where a clean run would have."""
        ran = self.run()
        assert ran.code == 0, f"the run after it: {ran.said}; {about}"
        left = snapshot(self.folder)
        if self.comes_to is not None:
            assert self.comes_to() == self.outcome, f"the run after it: {about}"
            assert not [name for name in left if OWN_LEFTOVER.fullmatch(name.rpartition("/")[2])], about
            return
        assert left == self.after, f"the run after it left {sorted(left.keys() - self.after.keys())}; {about}"

    def run_again(self, about: str) -> None:
        """Where something was left, the next run sweeps it and does its work."""
        if not any(OWN_LEFTOVER.fullmatch(path.name) for path in self.folder.rglob("*")):
            return
        restore(self.folder, self.before)
        ran = self.run()
        assert ran.code == 0, f"the next run: {ran.said}; {about}"
        left = snapshot(self.folder)
        assert left == self.after, f"the next run left {sorted(left.keys() - self.after.keys())}; {about}"


def _without_folders(files: Files) -> Files:
    return {name: data for name, data in files.items() if data is not None}
