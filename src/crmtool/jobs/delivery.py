"""Handing a workbook out: where it goes, and that it replaces the old one whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crmtool.content import Content
from crmtool.errors import CrmtoolError, Finding, UsageError
from crmtool.files.locks import locked
from crmtool.files.names import clean_file_name
from crmtool.files.replace import ensure_replaceable, is_untouched, make_folder, replacing
from crmtool.files.resources import read_template
from crmtool.files.xlsx import Marker, check_workbook, fill, markers
from crmtool.jobs.request import Progress, silent


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the user wants an output: where, from which template, and whether it is only a rehearsal.

    `format` is xlsx, csv or parquet; None goes by the ending of `output`, which else must fit it.
    """

    output: Path | None = None
    template: Path | None = None
    dry_run: bool = False
    wait_seconds: float = 0.0
    format: str | None = None


@dataclass(frozen=True, slots=True)
class InPlace:
    """How the user wants the ledger updated: with a backup or not, waiting how long for another run."""

    has_backup: bool = True
    dry_run: bool = False
    wait_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written (or, in a rehearsal, would be: then both digests are empty).

    `sha256` is over the file's bytes; `content_sha256` over its inflated parts, which stay the same on machines
    with other deflate implementations. `is_current`: an earlier run wrote it, and it was left as it is.
    """

    path: Path
    sha256: str = ""
    content_sha256: str = ""
    has_replaced: bool = False
    is_current: bool = False


def default_output(ledger: Path, title: str, stamp: str, folder: Path | None, ending: str = ".xlsx") -> Path:
    """Return `<ledger>-<title>-<stamp>.xlsx` in a folder, or beside the ledger where there is none."""
    return (folder or ledger.parent) / clean_file_name(f"{ledger.stem}-{title}-{stamp}{ending}")


def refuse_overwriting(target: Path, inputs: tuple[Path, ...]) -> None:
    """Raise `UsageError` where the output is one of the inputs."""
    for path in inputs:
        if target.resolve() == path.resolve():
            raise UsageError.of("output-is-input", file=str(target))


def refuse_saved(target: Path) -> None:
    """Raise as `ensure_replaceable`, also where a program has saved the workbook that leaves the authors alone."""
    ensure_replaceable(target, ours=is_untouched)


def prepare(
    delivery: Delivery, ledger: Path, shipped: str, *, guard: Callable[[Path], None] = refuse_saved
) -> bytes:
    """Return the template to fill, having refused early what cannot end well however the ledger reads.

    Raises `UsageError` (the output is the ledger or is not named .xlsx, the user's template has no markers),
    `OutputError` or `BusyError` (the given output may not be replaced).
    """
    target = delivery.output
    if target is not None:
        if target.suffix.lower() != ".xlsx":
            raise UsageError.of("output-ending", file=str(target), endings=".xlsx")
        refuse_overwriting(target, (ledger,))
        guard(target)
    if delivery.template is None:
        return read_template(shipped)
    template, found = read_marked(delivery.template)
    if not found:
        raise UsageError.of("template-without-markers", file=delivery.template.name)
    return template


def read_marked(path: Path) -> tuple[bytes, tuple[Marker, ...]]:
    """Return a template file and its markers; raises `UsageError` where it is no workbook."""
    template = read_template(str(path))
    try:
        return template, tuple(markers(template))
    except CrmtoolError as error:
        raise UsageError(*(finding.at(file=path.name) for finding in error.findings)) from None


def deliver(
    content: Content,
    target: Path,
    template: bytes,
    delivery: Delivery,
    *,
    created: date,
    progress: Progress = silent,
    guard: Callable[[Path], None] = refuse_saved,
) -> tuple[Written, tuple[Finding, ...]]:
    """Fill the template and put the workbook in place; return what was written and what had to be cleaned.

    `guard` raises where an existing file may not be replaced. Raises `OutputError` or `BusyError`; the old file is
    then still there, whole.
    """
    if delivery.dry_run:
        guard(target)
        return Written(target), ()
    if delivery.output is None:
        # The folder that `output:` of crmtool.yaml names; one named on the command line must exist.
        make_folder(target.parent)
    with locked(target, wait_seconds=delivery.wait_seconds):
        guard(target)
        has_replaced = target.exists()
        digest = ""

        def check(path: Path) -> None:
            nonlocal digest
            check_workbook(path, report.sheet_rows)
            with path.open("rb") as whole:
                digest = hashlib.file_digest(whole, "sha256").hexdigest()

        with replacing(target, check=check) as out:
            report = fill(template, content, out, created=created, progress=_writing(progress))
    return Written(target, digest, report.digest, has_replaced), tuple(report.findings)


def _writing(progress: Progress) -> Progress:
    """Return the progress of filling, told by sheet there, as that of writing."""
    return lambda sheet, done, total: progress("progress-writing", done, total)
