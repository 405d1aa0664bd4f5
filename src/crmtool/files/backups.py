"""Keep dated copies of a file beside it, the newest few of them.

When a copy is made is left to the jobs; the moment in its name is theirs too.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from crmtool.errors import OutputError
from crmtool.files.names import clean_file_name
from crmtool.files.replace import replacing

_WORD = "备份"


def back_up(path: Path, data: bytes, stamp: str, keep: int) -> Path:
    """Write `data` to `<name>-备份-<stamp><ending>` beside a file and drop all but the newest `keep` such copies.

    `stamp` is the moment, `20240630-183005`. Raises OutputError where the copy exists or cannot be written;
    copies that cannot be deleted stay.
    """
    copy = path.with_name(f"{clean_file_name(f'{path.stem}-{_WORD}-{stamp}')}{path.suffix}")
    if copy.exists():
        raise OutputError.of("backup-in-the-way", file=str(path), backup=copy.name)
    with replacing(copy) as out:
        out.write(data)
    for old in backups(path)[: -max(keep, 1)]:
        with contextlib.suppress(OSError):
            old.unlink()
    return copy


def backups(path: Path) -> list[Path]:
    """Return the dated copies of a file, the oldest first."""
    name = clean_file_name(f"{path.stem}-{_WORD}-{'0' * 8}-{'0' * 6}")
    head = re.escape(name[: -len("00000000-000000")])
    pattern = re.compile(rf"{head}[0-9]{{8}}-[0-9]{{6}}{re.escape(path.suffix)}")
    return sorted(each for each in path.parent.iterdir() if pattern.fullmatch(each.name))
