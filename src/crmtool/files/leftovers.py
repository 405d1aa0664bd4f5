"""Knows the names of temporary files, and which of them were left by a run that is gone.

What is written into them is left to `crmtool.files.replace`.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import re
import secrets
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: A file of another host (a shared folder, a container that is gone) is left over when nobody wrote it for a day.
FOREIGN_SECONDS = 24 * 3600

_TEMPORARY = re.compile(r"\.crmtool-([0-9a-f]{8})-([0-9]+)-[0-9a-f]{8}\.tmp")
#: The names that this process is writing: its number alone says little, a container's first run is always number 1.
_in_use: set[str] = set()


@contextmanager
def temporary_in(folder: Path) -> Iterator[Path]:
    """Yield a path for a new file in `folder`; nothing of that name is there afterwards.

    Where even removing it fails, the next run sweeps it: what went wrong before is what is to be told.
    """
    name = f".crmtool-{_host_digest()}-{os.getpid()}-{secrets.token_hex(4)}.tmp"
    _in_use.add(name)
    try:
        yield folder / name
    finally:
        _in_use.discard(name)
        with contextlib.suppress(OSError):
            (folder / name).unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove the temporary files that runs left here which are no longer alive."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            match = _TEMPORARY.fullmatch(path.name)
            if match is not None:
                with contextlib.suppress(OSError):
                    if _is_left_over(path, match[1], int(match[2])):
                        path.unlink()


def _is_left_over(path: Path, host: str, pid: int) -> bool:
    if path.name in _in_use:
        return False
    if host != _host_digest():
        # On a shared folder another host's process numbers mean nothing here.
        return time.time() - path.stat().st_mtime > FOREIGN_SECONDS
    return pid == os.getpid() or not is_alive(pid)


def _host_digest() -> str:
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]


def is_alive(pid: int) -> bool:
    """Tell whether a process of this host is running."""
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
