"""Knows how a file is replaced: the old one stays whole until the new one is whole, checked and on the disk.

The only place of crmtool that writes files and makes folders. What is written is left to the caller; who may write
to `crmtool.files.locks`; what a killed run leaves to `crmtool.files.leftovers`.
"""

from __future__ import annotations

import contextlib
import errno
import io
import lzma
import os
import shutil
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final
from xml.etree import ElementTree

from isal import isal_zlib

if sys.platform != "win32":
    import fcntl

from crmtool.errors import BusyError, CrmtoolError, OutputError
from crmtool.files.leftovers import sweep, temporary_in

#: Stands as author and as last author in the properties of what crmtool writes. Excel and WPS put a person's
#: name in the second when they save, so a workbook that somebody worked on is not taken for ours.
MARK = "crmtool"
MAX_PROPERTIES_BYTES = 65_536
#: How LibreOffice and its kin, which leave the authors as they are, begin the name of the program that saved.
SAVED_ELSEWHERE: Final = ("LibreOffice", "OpenOffice", "NeoOffice", "Collabora")

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}
_READ_BACK_BYTES: Final = 1 << 20
#: How `zipfile` and the parser refuse what is no package, or a damaged one.
_NO_PACKAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    LookupError,
    ValueError,
    ElementTree.ParseError,
    NotImplementedError,
    RuntimeError,
    EOFError,
)


@contextmanager
def replacing(
    target: Path, *, check: Callable[[Path], None] | None = None, like: Path | None = None
) -> Iterator[BinaryIO]:
    """Yield a binary file that becomes `target` when the block ends without an error.

    The bytes go to a temporary file beside the target, are flushed to the disk, read back, looked at by `check`
    (which opens the file by its path and raises where it is not whole) and then put in place in one step. It may
    be read and written by whoever may read and write the old file, or the one that it is to be `like`. On any
    failure the old file is as it was and the temporary one is gone; what killed runs left is swept first.
    Raises OutputError (no space, no permission, no such folder, not a file, not what was written) or BusyError
    (open in a spreadsheet program).
    """
    with said_plainly(target):
        target = target.resolve()
        _refuse_unwritable(target)
        refuse_open_elsewhere(target)
        sweep(target.parent)
        with temporary_in(target.parent) as temporary:
            with _counted(temporary) as out:
                yield out
            out.read_back(temporary, target)
            if check is not None:
                check(temporary)
            _keep_mode(like or target, temporary)
            refuse_open_elsewhere(target)
            _put_in_place(temporary, target)


def append_line(target: Path, line: bytes) -> None:
    """Add one line below what stands in a file of lines, which is made where it is missing.

    It goes to the end in one step, so lines of several processes do not mix; a last line that a killed process left
    without its end is ended first. Raises OutputError or BusyError; the lines that are there stay.
    """
    with said_plainly(target):
        target = target.resolve()
        _refuse_unwritable(target)
        with target.open("a+b", buffering=0) as file:
            if sys.platform != "win32":
                # Held for as long as one line takes, and let go with the file.
                fcntl.flock(file, fcntl.LOCK_EX)
            end = file.seek(0, os.SEEK_END)
            if end:
                file.seek(end - 1)
            is_torn = bool(end) and file.read(1) != b"\n"
            file.write((b"\n" if is_torn else b"") + line.rstrip(b"\n") + b"\n")
            os.fsync(file.fileno())


@contextmanager
def rehearsing(check: Callable[[Path], None]) -> Iterator[BinaryIO]:
    """Yield a binary file that `check` looks at when the block ends, and that nobody keeps.

    Raises OutputError where it cannot be written, and whatever `check` raises.
    """
    folder = Path(tempfile.gettempdir())
    with said_plainly(folder):
        sweep(folder)
        with temporary_in(folder) as temporary:
            with _counted(temporary) as out:
                yield out
            check(temporary)


def try_writing(folder: Path) -> None:
    """Write a small file into a folder, read it back and remove it; nothing of it stays.

    Raises OutputError where that cannot be done (no such folder, no permission, no space).
    """
    with said_plainly(folder):
        if not folder.is_dir():
            raise OutputError.of("missing-folder", file=str(folder), folder=folder)
        with temporary_in(folder) as temporary:
            with _counted(temporary) as out:
                out.write(MARK.encode())
            out.read_back(temporary, folder)


def free_bytes(folder: Path) -> int:
    """Return how many bytes can still be written into a folder; raises OutputError where the disk does not say."""
    with said_plainly(folder):
        return shutil.disk_usage(folder).free


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, where it is missing; raises OutputError where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise OutputError.of("folder-unusable", file=str(folder), reason=reason) from problem


class _Counted(io.BufferedWriter):
    """A file that knows what it was given: how far it reaches and, if it only grew, its checksum."""

    def __init__(self, raw: io.RawIOBase) -> None:
        super().__init__(raw)
        self._at = self._reach = 0
        self._crc: int | None = 0

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        if self._at != self._reach:
            self._crc = None
        if self._crc is not None:
            self._crc = isal_zlib.crc32(data, self._crc)
        super().write(data)
        size = memoryview(data).nbytes
        self._at += size
        self._reach = max(self._reach, self._at)
        return size

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = super().seek(offset, whence)
        return self._at

    def truncate(self, size: int | None = None) -> int:
        self._crc = None
        self._reach = super().truncate(size)
        return self._reach

    def read_back(self, written: Path, target: Path) -> None:
        """Raise OutputError where the file is not what was given, e.g. where an error was swallowed on the way."""
        crc, size = 0, 0
        with written.open("rb") as file:
            while piece := file.read(_READ_BACK_BYTES if self._crc is not None else 0):
                crc = isal_zlib.crc32(piece, crc)
                size += len(piece)
            size = file.seek(0, os.SEEK_END)
        if size != self._reach or self._crc not in (None, crc):
            reason = f"{size:,} ≠ {self._reach:,}" if size != self._reach else "CRC"
            raise OutputError.of("unreadable-output", file=str(target), part=target.name, reason=reason)


@contextmanager
def _counted(path: Path) -> Iterator[_Counted]:
    with _Counted(path.open("xb", buffering=0)) as out:
        yield out
        out.flush()
        os.fsync(out.fileno())


def ensure_replaceable(target: Path, *, ours: Callable[[Path], bool] | None = None) -> None:
    """Raise OutputError where `target` exists and is not crmtool's own output, BusyError where it is open.

    `ours` tells crmtool's own files from others (without it `is_ours`, for workbooks); an empty file holds nobody's
    work.
    """
    with said_plainly(target):
        if not target.exists():
            return
        refuse_open_elsewhere(target)
        if not (target.is_file() and (target.stat().st_size == 0 or (ours or is_ours)(target))):
            raise OutputError.of("not-our-output", file=str(target))


def is_ours(path: Path) -> bool:
    """Tell whether a workbook names crmtool as author and last author, as Excel and WPS do not leave it."""
    core = _properties(path, "docProps/core.xml")
    return core.get("creator") == MARK and core.get("lastModifiedBy") == MARK


def is_untouched(path: Path) -> bool:
    """Tell whether a workbook is ours and no program has saved it since, also one that leaves the authors alone.

    openpyxl changes only when it was modified; LibreOffice that, or at least the name of the program.
    """
    core, app = (_properties(path, f"docProps/{name}.xml") for name in ("core", "app"))
    is_as_made = core.get("created") == core.get("modified")
    return is_ours(path) and is_as_made and not app.get("Application", "").startswith(SAVED_ELSEWHERE)


def _properties(path: Path, part_name: str) -> dict[str, str]:
    """Return the texts of a part of the document properties by their names; none where it is missing or damaged."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(part_name) as part:
            root = ElementTree.parse(io.BytesIO(part.read(MAX_PROPERTIES_BYTES))).getroot()
    except _NO_PACKAGE:
        return {}
    except OSError as problem:
        # A directory that lies about places makes `zipfile` seek to where no file reaches.
        if problem.errno in (None, errno.EINVAL):
            return {}
        raise
    return {element.tag.rpartition("}")[2]: (element.text or "").strip() for element in root}


def refuse_protected(target: Path) -> None:
    """Raise OutputError where an existing file is write-protected: putting another in its place would not ask."""
    with said_plainly(target):
        target = target.resolve()
        has_leave = target.stat().st_mode & 0o222 and os.access(target, os.W_OK)
    if not has_leave:
        raise OutputError.of("write-refused", file=str(target))


def refuse_open_elsewhere(target: Path) -> None:
    """Raise BusyError where a spreadsheet program keeps its owner file beside an existing target."""
    if not target.exists():
        return
    owners = (f"~${target.name}", f".~lock.{target.name}#", f".~{target.name}")
    for owner in owners:
        is_there = False
        with contextlib.suppress(OSError):
            # A name that is too long for this file system is that of no file.
            is_there = (target.parent / owner).exists()
        if is_there:
            raise BusyError.of("open-elsewhere", file=str(target), owner=owner)


def _refuse_unwritable(target: Path) -> None:
    if not target.parent.is_dir():
        raise OutputError.of("missing-folder", file=str(target), folder=target.parent)
    if target.exists() and not target.is_file():
        raise OutputError.of("output-not-a-file", file=str(target))


@contextmanager
def said_plainly(target: Path) -> Iterator[None]:
    """Turn what the system says against writing `target` into an OutputError or a BusyError."""
    try:
        yield
    except OSError as problem:
        raise _output_error(problem, target) from problem


def _output_error(problem: OSError, target: Path) -> CrmtoolError:
    if problem.errno in _NO_SPACE:
        return OutputError.of("no-space", file=str(target))
    if problem.errno in _REFUSED:
        if os.name == "nt" and target.exists():
            # Windows refuses to replace a file that some program holds open.
            return BusyError.of("open-elsewhere", file=str(target), owner=target.name)
        return OutputError.of("write-refused", file=str(target))
    return OutputError.of("write-failed", file=str(target), reason=problem.strerror or problem)


def _keep_mode(target: Path, temporary: Path) -> None:
    if target.exists():
        temporary.chmod(target.stat().st_mode & 0o777)


def _put_in_place(temporary: Path, target: Path) -> None:
    temporary.replace(target)
    if os.name == "posix":
        # The rename itself should survive a power cut; a file system that cannot promise it has still renamed.
        with contextlib.suppress(OSError):
            folder = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
