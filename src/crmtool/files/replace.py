"""Knows how a file is replaced: the old one stays whole until the new one is whole, checked and on the disk.

What is written is left to the caller; who may write is left to `crmtool.files.locks`.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import io
import os
import re
import secrets
import socket
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

from crmtool.errors import BusyError, CrmtoolError, OutputError

#: Stands as author and as last author in the properties of what crmtool writes. Excel and WPS put a person's
#: name in the second when they save, so a workbook that somebody worked on is not taken for ours.
MARK = "crmtool"
MAX_PROPERTIES_BYTES = 65_536

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}
_TEMPORARY = re.compile(r"\.crmtool-([0-9a-f]{8})-([0-9]+)-[0-9a-f]{8}\.tmp")


@contextmanager
def replacing(target: Path, *, check: Callable[[Path], None] | None = None) -> Iterator[BinaryIO]:
    """Yield a binary file that becomes `target` when the block ends without an error.

    The bytes go to a temporary file beside the target, are flushed to the disk, looked at by `check` (which
    re-opens the file by its path and raises where it is not whole) and then put in place in one step. On any
    failure the old file is as it was and the temporary one is gone; what killed runs left is swept first.
    Raises OutputError (no space, no permission, no such folder, not a file) or BusyError (open in a
    spreadsheet program).
    """
    target = target.resolve()
    _refuse_unwritable(target)
    refuse_open_elsewhere(target)
    sweep(target.parent)
    temporary = target.parent / f".crmtool-{_host_digest()}-{os.getpid()}-{secrets.token_hex(4)}.tmp"
    try:
        with _said_plainly(target):
            with temporary.open("xb") as out:
                yield out
                out.flush()
                os.fsync(out.fileno())
            if check is not None:
                check(temporary)
            _keep_mode(target, temporary)
            refuse_open_elsewhere(target)
            _put_in_place(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def ensure_replaceable(target: Path, *, ours: Callable[[Path], bool] | None = None) -> None:
    """Raise OutputError where `target` exists and is not crmtool's own output, BusyError where it is open.

    `ours` tells crmtool's own files from others (without it `is_ours`, for workbooks); an empty file holds nobody's
    work.
    """
    if not target.exists():
        return
    refuse_open_elsewhere(target)
    try:
        is_free = target.is_file() and (target.stat().st_size == 0 or (ours or is_ours)(target))
    except OSError as problem:
        raise OutputError.of("write-refused", file=str(target)) from problem
    if not is_free:
        raise OutputError.of("not-our-output", file=str(target))


def is_ours(path: Path) -> bool:
    """Tell whether a workbook was written by crmtool, and by nobody since, from its author and last author."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("docProps/core.xml") as part:
            root = ElementTree.parse(io.BytesIO(part.read(MAX_PROPERTIES_BYTES))).getroot()
    except (
        zipfile.BadZipFile,
        KeyError,
        ElementTree.ParseError,
        NotImplementedError,
        RuntimeError,
        EOFError,
    ):
        return False
    authors = {element.tag.rpartition("}")[2]: (element.text or "").strip() for element in root}
    return authors.get("creator") == MARK and authors.get("lastModifiedBy") == MARK


def refuse_open_elsewhere(target: Path) -> None:
    """Raise BusyError where a spreadsheet program keeps its owner file beside an existing target."""
    if not target.exists():
        return
    owners = (f"~${target.name}", f".~lock.{target.name}#", f".~{target.name}")
    for owner in owners:
        if (target.parent / owner).exists():
            raise BusyError.of("open-elsewhere", file=str(target), owner=owner)


def sweep(folder: Path) -> None:
    """Remove the temporary files of runs on this host that are no longer alive."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            match = _TEMPORARY.fullmatch(path.name)
            if match and match[1] == _host_digest() and not _is_alive(int(match[2])):
                with contextlib.suppress(OSError):
                    path.unlink()


def _host_digest() -> str:
    # On a shared folder another host's process ids mean nothing here.
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]


def _is_alive(pid: int) -> bool:
    if pid == os.getpid():
        return True
    if sys.platform == "win32":
        query_limited_information = 0x1000
        handle = ctypes.windll.kernel32.OpenProcess(query_limited_information, False, pid)
        if handle:
            ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _refuse_unwritable(target: Path) -> None:
    if not target.parent.is_dir():
        raise OutputError.of("missing-folder", file=str(target), folder=target.parent)
    if target.exists() and not target.is_file():
        raise OutputError.of("output-not-a-file", file=str(target))


@contextmanager
def _said_plainly(target: Path) -> Iterator[None]:
    try:
        yield
    except CrmtoolError:
        raise
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
