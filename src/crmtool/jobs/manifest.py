"""The manifest beside an output: what it was made from, in JSON that is the same for the same run.

It is the last thing that a recorded run writes; which runs are recorded is for `crmtool.jobs.history` to say.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from crmtool.files.history import Run
from crmtool.files.locks import locked
from crmtool.files.replace import ensure_replaceable, replacing, said_plainly

SCHEMA = "crmtool.manifest/v1"
ENDING = ".manifest.json"
_MAX_BYTES = 1 << 20


def manifest_path(target: Path) -> Path:
    """Return where the manifest of an output stands.

    >>> manifest_path(Path("out/客户.xlsx")).name
    '客户.xlsx.manifest.json'
    """
    return target.with_name(target.name + ENDING)


def write_manifest(target: Path, run: Run, outputs: Sequence[Path], wait_seconds: float) -> None:
    """Write the manifest of a recorded run beside `target`, unless it stands there already.

    `outputs` are where the run's outputs are. Raises `OutputError` where something else stands there or it cannot be
    written, `BusyError` where another run is writing it.
    """
    path = manifest_path(target)
    data = manifest_bytes(target, run, outputs)
    with locked(path, wait_seconds=wait_seconds), said_plainly(path):
        if path.is_file() and path.read_bytes() == data:
            return
        ensure_replaceable(path, ours=is_manifest)
        with replacing(path) as out:
            out.write(data)


def manifest_bytes(target: Path, run: Run, outputs: Sequence[Path]) -> bytes:
    """Return the manifest's text: no time, and no path but from its own folder on."""
    document = {
        "schema": SCHEMA,
        "key": run.key,
        "command": run.command,
        "tool_version": run.tool_version,
        "as_of": run.as_of.isoformat(),
        "rules": {"id": run.rules_id, "version": run.rules_version, "sha256": run.rules_sha256},
        "inputs": [
            {"file": i.name, "sha256": i.sha256, "sheet": i.sheet, "rows": i.rows} for i in run.inputs
        ],
        "outputs": [
            {
                "file": _named_from(target, place),
                "sha256": each.sha256,
                "content_sha256": each.content_sha256 or None,
            }
            for place, each in zip(outputs, run.outputs, strict=True)
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def is_manifest(path: Path) -> bool:
    """Tell whether a file is a manifest of crmtool's."""
    if path.stat().st_size > _MAX_BYTES:
        return False
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("schema") == SCHEMA


def _named_from(target: Path, place: Path) -> str:
    try:
        return Path(os.path.relpath(place.resolve(), target.resolve().parent)).as_posix()
    except ValueError:  # another drive
        return place.name
