"""Knows that two runs must not write one target at once, and who the other one is.

How a target is written is left to `crmtool.files.replace`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from crmtool.errors import BusyError, OutputError
from crmtool.files.leftovers import is_alive
from crmtool.files.replace import said_plainly


@contextmanager
def locked(target: Path, wait_seconds: float = 0) -> Iterator[None]:
    """Hold `target` against other runs while the block lasts, waiting up to `wait_seconds` for it.

    Raises BusyError that names the other run's process, host and start; OutputError where the target's folder
    is missing or not writable. The operating system drops the lock with its owner, so a killed run blocks
    nobody; after a normal run nothing is left beside the target.
    """
    with said_plainly(target):
        target = target.resolve()
        if not target.parent.is_dir():
            raise OutputError.of("missing-folder", file=str(target), folder=target.parent)
        lock_file, note = _beside(target)
        lock = FileLock(lock_file, is_singleton=False)
        _acquire(lock, target, note, wait_seconds)
    try:
        _write_note(note)
        yield
    finally:
        _release(lock, lock_file, note)


def holder_of(target: Path) -> dict[str, str] | None:
    """Return `pid`, `host` and `since` of the run that holds a target, None where none does.

    Read off the note beside it, so that whoever asks is in nobody's way. A note of another host is believed.
    """
    _, note = _beside(target.resolve())
    found = _read_note(note)
    if found["host"] == socket.gethostname() and found["pid"].isdecimal() and not is_alive(int(found["pid"])):
        return None
    return found if note.exists() else None


def _release(lock: FileLock, lock_file: Path, note: Path) -> None:
    """Let the target go; what cannot be removed is found unlocked, and removed, by the next run."""
    with contextlib.suppress(OSError):
        note.unlink(missing_ok=True)
    # Gone while it is still held: a run that waits for it sees the dead file and makes a new one. Windows
    # does not delete open files, so there it goes after the release, unless somebody holds it by then.
    with contextlib.suppress(OSError):
        lock_file.unlink()
    with contextlib.suppress(OSError):
        lock.release()
    if os.name == "nt":
        with contextlib.suppress(OSError):
            lock_file.unlink()


def _beside(target: Path) -> tuple[Path, Path]:
    # A name of its own length: the target's may already fill the 255 bytes that a name can have.
    digest = hashlib.sha256(target.name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return target.parent / f".crmtool-{digest}.lock", target.parent / f".crmtool-{digest}.owner"


def _acquire(lock: FileLock, target: Path, note: Path, wait_seconds: float) -> None:
    try:
        lock.acquire(timeout=wait_seconds, poll_interval=0.1)
    except Timeout as problem:
        raise BusyError.of("busy-other-run", file=str(target), **_read_note(note)) from problem
    except NotImplementedError as problem:
        raise OutputError.of("write-refused", file=str(target)) from problem


def _write_note(note: Path) -> None:
    now = datetime.now(UTC).astimezone().isoformat(sep=" ", timespec="seconds")
    text = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": now})
    # The note only serves the other run's message: a full disk will be reported by the writing itself.
    with contextlib.suppress(OSError):
        note.write_text(text, encoding="utf-8")


def _read_note(note: Path) -> dict[str, str]:
    unknown = {"pid": "?", "host": "?", "since": "?"}
    try:
        found = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return unknown
    return {key: str(found.get(key, "?")) for key in unknown} if isinstance(found, dict) else unknown
