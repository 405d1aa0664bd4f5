"""Keep dated copies of a file beside it, the newest few of them.

When a copy is made is left to the jobs; the moment in its name is theirs too.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from crmtool.files.names import clean_file_name
from crmtool.files.replace import replacing

_WORD = "备份"


def back_up(path: Path, data: bytes, stamp: str, keep: int) -> tuple[Path, tuple[Path, ...]]:
    """Write `data` to `<name>-备份-<stamp><ending>` beside a file and drop all but the newest `keep` such copies.

    Returns the copy and those that were dropped.

    `stamp` is the moment, `20240630-183005`; a second copy of one moment is numbered. The copy may be read by
    whoever may read the file, and lies beside the file itself where `path` is a link to it. Raises OutputError
    where the copy cannot be written; copies that cannot be deleted stay.
    """
    path = path.resolve()
    name = clean_file_name(f"{path.stem}-{_WORD}-{stamp}")
    copy, number = path.with_name(f"{name}{path.suffix}"), 1
    while copy.exists():
        number += 1
        copy = path.with_name(f"{name}-{number}{path.suffix}")
    with replacing(copy, like=path) as out:
        out.write(data)
    # Were the clock set back, the copy that was just made would not be the newest by its name.
    others = [each for each in backups(path) if each != copy]
    dropped = []
    for old in others[: max(len(others) - max(keep, 1) + 1, 0)]:
        with contextlib.suppress(OSError):
            old.unlink()
            dropped.append(old)
    return copy, tuple(dropped)


def backups(path: Path) -> list[Path]:
    """Return the dated copies of a file, the oldest first."""
    name = clean_file_name(f"{path.stem}-{_WORD}-{'0' * 8}-{'0' * 6}")
    head = re.escape(name[: -len("00000000-000000")])
    pattern = re.compile(rf"{head}([0-9]{{8}}-[0-9]{{6}})(?:-([0-9]+))?{re.escape(path.suffix)}")
    found = [(pattern.fullmatch(each.name), each) for each in path.parent.iterdir()]
    dated = [(match[1], int(match[2] or 1), each) for match, each in found if match is not None]
    return [each for _, _, each in sorted(dated)]
