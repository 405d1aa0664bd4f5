"""Recording a run: where the history is, whether the same run is in it already, and in which order things are written.

The order is outputs, history, manifest: so a run that was killed is told from one that finished, and simply done again.
What is recorded is for each job to say; how it is kept, for `crmtool.files.history`.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa

from crmtool import __version__
from crmtool.config import DEFAULT_TIMEZONE
from crmtool.errors import Finding, UsageError
from crmtool.files.history import History, Run, RunInput, RunOutput
from crmtool.files.locks import locked
from crmtool.jobs.clock import moment
from crmtool.jobs.delivery import Delivery, Written
from crmtool.jobs.manifest import write_manifest
from crmtool.jobs.reading import Read, paths_of
from crmtool.jobs.request import Request
from crmtool.jobs.rules import digests_of_rules
from crmtool.jobs.settings import find_config, read_config
from crmtool.visits.frames import table_of
from crmtool.visits.model import PLAN_COLUMNS, REPORT_COLUMNS, frame_of

#: Commands that change a recorded plan: what was made of it before them is not up to date any more.
CHANGE_THE_PLAN: Final = ("plan", "collect")
#: What a command may say about itself in a key and in the history: anything that JSON can hold.
Options = Mapping[str, object]


def history_of(request: Request) -> Path | None:
    """Return the history that a request names, else the one of its config, else None."""
    if request.history is not None:
        return request.history
    path = find_config(request.config, request.ledger)
    named = read_config(path).history
    return path.parent / named if path is not None and named else None


def recorded_plan(history: History | None) -> pd.DataFrame | None:
    """Return the plan as it stands (PLAN_COLUMNS), by visit id; None where there is no history, or no plan in it.

    `customer` is null: who it is says `customer_key`.
    """
    table = history.visits() if history is not None else None
    return _frame(PLAN_COLUMNS, table) if table is not None and len(table) else None


def recorded_reports(history: History | None) -> pd.DataFrame:
    """Return all reports (REPORT_COLUMNS), in an order that says nothing; empty where there is no history.

    `customer` is null as in `recorded_plan`.
    """
    return frame_of(REPORT_COLUMNS, {}) if history is None else _frame(REPORT_COLUMNS, history.reports())


@contextmanager
def recording(
    request: Request, command: str, delivery: Delivery, digests: Mapping[str, str] | None = None
) -> Iterator[Recording]:
    """Hold the history of a run, where one is kept, until the run is recorded.

    `digests` are the sha256 of what else goes into the outputs, by name, e.g. of the template; rules and config are
    there already. A rehearsal reads the history and leaves it as it is. Raises as `History.open`.
    """
    path = history_of(request)
    if path is None:
        yield Recording(command)
        return
    known = {**digests_of_rules(request), **(digests or {})}
    with History.open(path, delivery.wait_seconds, is_read_only=delivery.dry_run) as history:
        known["reports"] = history.reports_digest()
        zone = read_config(find_config(request.config, request.ledger)).timezone
        yield Recording(command, known, history, delivery, zone)


@dataclass(frozen=True, slots=True)
class Finished:
    """What the same run did before: the files, which are still there, and the findings of their writing."""

    written: tuple[Written, ...]
    notes: tuple[Finding, ...]


@dataclass(frozen=True)
class Recording:
    """A run that is under way; without a `history` nothing is asked and nothing kept."""

    command: str
    digests: Mapping[str, str] = field(default_factory=dict)
    history: History | None = None
    delivery: Delivery = field(default_factory=Delivery)
    zone: str = DEFAULT_TIMEZONE

    @property
    def is_kept(self) -> bool:
        """Tell whether the run will be recorded: there is a history, and this is no rehearsal."""
        return self.history is not None and not self.delivery.dry_run

    def run(self, read: Read, target: Path, options: Options) -> Run:
        """Return the run as it will be recorded: what was read, and the key that is the same for the same run.

        `target` is the output that the manifest will stand beside. `options` are those of the command that its outputs
        depend on. Raises `UsageError` where the history is also an input or the output.
        """
        if self.history is not None:
            place = self.history.path.resolve()
            if place in {path.resolve() for path in (*paths_of(read.inputs), target)}:
                raise UsageError.of("history-in-the-way", file=str(self.history.path))
        asked = {**_options_of(read), **options, "output": self._from_history(target)}
        inputs = tuple(RunInput(each.path.name, each.sha256, each.sheet, each.rows) for each in read.inputs)
        # Where an input lies is part of the links into it.
        sources = [(self._from_history(each.path), each.sha256, each.sheet) for each in read.inputs]
        parts = (self.command, __version__, read.as_of.isoformat(), asked, self.digests, sources)
        text = json.dumps(parts, ensure_ascii=False, sort_keys=True)
        return Run(
            hashlib.sha256(text.encode()).hexdigest(),
            self.command,
            read.as_of,
            read.rule_set.id,
            read.rule_set.version,
            self.digests.get("rules", ""),
            __version__,
            options=asked,
            inputs=inputs,
        )

    def finished(self, run: Run, target: Path, *, unless_after: Collection[str] = ()) -> Finished | None:
        """Return what the same run did, where all that it wrote is still there as it wrote it; else None.

        `unless_after` names the commands that undo it by being run later. A manifest that is missing is written.
        """
        earlier = self.history.run_with(run.key) if self.history is not None else None
        if self.history is None or earlier is None:
            return None
        later = (each.command for each in self.history.runs() if each.turn > earlier.turn)
        if unless_after and not set(unless_after).isdisjoint(later):
            return None
        outputs = [(self._folder / each.path, each) for each in earlier.outputs]
        if not all(place.is_file() for place, _ in outputs):
            return None
        # The locks that a killed run left beside its outputs go with these.
        with ExitStack() as held:
            places = {path.resolve(): path for path in (*(place for place, _ in outputs), target)}
            for place in places.values() if self.is_kept else ():
                held.enter_context(locked(place, self.delivery.wait_seconds))
            if any(_digest_of(place) != each.sha256 for place, each in outputs):
                return None
            if self.is_kept:
                write_manifest(target, earlier, [place for place, _ in outputs], self.delivery.wait_seconds)
        written = (
            Written(_as_given(place, target), each.sha256, each.content_sha256, is_current=True)
            for place, each in outputs
        )
        return Finished(tuple(written), earlier.notes)

    def places_of(self, run: Run) -> list[Path]:
        """Return where the files lie that a recorded run wrote, or lay then."""
        return [self._folder / each.path for each in run.outputs]

    def has_recorded(self, path: Path) -> bool:
        """Tell whether a file is as the last run that wrote it left it, by its bytes."""
        name, runs = self._from_history(path), self.history.runs() if self.history is not None else []
        digests = [each.sha256 for run in runs for each in run.outputs if each.path == name]
        return bool(digests) and digests[-1] == _digest_of(path)

    def finish(
        self,
        run: Run,
        target: Path,
        written: Sequence[Written],
        *,
        notes: Sequence[Finding] = (),
        counts: Mapping[str, int] | None = None,
        classifications: pa.Table | None = None,
        visits: pd.DataFrame | None = None,
        is_whole_plan: bool = False,
        reports: pd.DataFrame | None = None,
        kpis: pd.DataFrame | None = None,
        adjustments: pd.DataFrame | None = None,
    ) -> None:
        """Record the run, whose outputs are written, and put the manifest beside `target`.

        `notes` are the findings of the writing itself, told again by a run that has nothing left to do. Frames are those
        of `crmtool.visits.model` and `crmtool.review.model` (adjustments with `period` and `applied` beside); see
        `History.record`. Does nothing where no history is kept. Raises `OutputError`, `BusyError` or `InputError`;
        outputs then stay, and the same command, run again, records them.
        """
        if self.history is None or not self.is_kept:
            return
        outputs = tuple(
            RunOutput(self._from_history(each.path), each.sha256, each.content_sha256) for each in written
        )
        run = replace(run, outputs=outputs, notes=tuple(notes), counts=dict(counts or {}))
        run = replace(run, finished_at=moment(self.zone))
        run = self.history.record(
            run,
            classifications=classifications,
            visits=_recordable(visits),
            is_whole_plan=is_whole_plan,
            reports=_recordable(reports),
            kpis=_recordable(kpis),
            adjustments=_recordable(adjustments),
        )
        write_manifest(target, run, [each.path for each in written], self.delivery.wait_seconds)

    @property
    def _folder(self) -> Path:
        return self.history.path.resolve().parent if self.history is not None else Path()

    def _from_history(self, path: Path) -> str:
        """Return a path as the history names it, so that both may be moved together."""
        try:
            return Path(os.path.relpath(path.resolve(), self._folder)).as_posix()
        except ValueError:  # another drive
            return path.resolve().as_posix()


def _options_of(read: Read) -> dict[str, object]:
    request = read.request
    return {
        "sheets": list(request.sheets),
        "elsewhere": {
            role: [place.path.name, place.sheet or ""] for role, place in request.elsewhere.items()
        },
        "header_map": dict(request.header_map),
        # Whether the day was given decides what the list of findings says of it.
        "is_default_as_of": read.is_default_as_of,
    }


def _as_given(place: Path, target: Path) -> Path:
    return target if place.resolve() == target.resolve() else place


def _frame(columns: Mapping[str, pa.DataType], table: pa.Table) -> pd.DataFrame:
    return frame_of(columns, {name: table[name] for name in table.column_names})


def _recordable(frame: pd.DataFrame | None) -> pa.Table | None:
    """Return a frame without the place in the ledger, which says nothing in another run."""
    if frame is None:
        return None
    table = table_of(frame)
    return table.drop_columns([name for name in ("customer",) if name in table.column_names])


def _digest_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
