"""Keeps the log of a run around it, however the run ends. What stands in the log is for `crmtool.jobs.run_log`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from crmtool.errors import CrmtoolError, Finding
from crmtool.jobs.log_place import refuse_log_at
from crmtool.jobs.run_log import RunLog

if TYPE_CHECKING:
    from crmtool.cli.voice import Voice


def log_of(path: Path | None, options: Mapping[str, Any]) -> Path | None:
    """Return where a run with these options keeps its log: a rehearsal keeps none.

    Raises `UsageError` where the log is not to be written to `path`.
    """
    if path is None:
        return None
    refuse_log_at(path, options)
    return None if options.get("dry_run") else path


@contextmanager
def logged(command: str, path: Path | None, voice: Voice) -> Iterator[RunLog]:
    """Log that a run begins and how it ends; where the log cannot be written that is told and the run goes on."""
    log = RunLog(command, path)
    log.begin()
    try:
        yield log
    except BaseException as ended:
        log.end(_code_of(ended), _findings_of(ended))
        raise
    else:
        log.end(0)
    finally:
        voice.tell(log.said[:1], even_quiet=True)


def _code_of(ended: BaseException) -> int:
    if isinstance(ended, CrmtoolError | typer.Exit):
        return ended.exit_code
    if isinstance(ended, SystemExit):
        return ended.code if isinstance(ended.code, int) else 0
    return 130 if isinstance(ended, KeyboardInterrupt | typer.Abort) else CrmtoolError.exit_code


def _findings_of(ended: BaseException) -> tuple[Finding, ...]:
    return ended.findings if isinstance(ended, CrmtoolError) else ()
