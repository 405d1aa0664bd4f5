"""Writing small new files that must never replace anything."""

from __future__ import annotations

import hashlib
from pathlib import Path

from crmtool.errors import OutputError
from crmtool.files.locks import locked
from crmtool.files.replace import replacing, said_plainly
from crmtool.jobs.delivery import Written


def write_new(target: Path, data: bytes) -> Written:
    """Write a file that does not exist yet.

    Raises `OutputError` where it does or cannot be written, `BusyError` where another run is writing it.
    """
    with said_plainly(target), locked(target):
        if target.exists():
            raise OutputError.of("file-exists", file=str(target))
        with replacing(target) as out:
            out.write(data)
    return Written(target, hashlib.sha256(data).hexdigest())
