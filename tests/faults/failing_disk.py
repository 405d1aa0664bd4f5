"""A disk that fails: counts what Python does to the files below a folder and spoils the N-th operation.

What must hold afterwards is left to `harness`.
"""

from __future__ import annotations

import builtins
import contextlib
import errno
import gc
import io
import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from unittest import mock

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

Kind = Literal["error", "stop", "short", "lost", "hole"]


@dataclass(frozen=True)
class Fault:
    """What happens at the chosen operation.

    `error` raises OSError(`number`), at all later writes too where it `lasts`, as a full disk stays full.
    `stop` is kill -9: nothing after it is done by the process, not even tidying up. `short` writes half and says so,
    `lost` writes nothing and says it did, `hole` too, but zeros stand in its place; these befall writes only.
    """

    kind: Kind
    number: int = 0
    lasts: bool = False

    def __str__(self) -> str:
        name = errno.errorcode.get(self.number, "") if self.number else ""
        return "-".join(filter(None, (self.kind, name, "lasting" if self.lasts else "")))


class Stopped(BaseException):
    """The process is dead; nothing may catch this but the harness."""


_WRITES = {"write"}
_FILLS_THE_DISK = {"write", "open", "mkdir", "fsync"}


class FailingDisk:
    """Patches Python's file functions while it is entered; `steps` are the operations seen so far, in order."""

    def __init__(
        self, folder: Path, fault: Fault | None = None, at: int = -1, *, with_reading: bool = False
    ) -> None:
        self.folder = folder.resolve()
        self.fault = fault
        self.at = at
        self.with_reading = with_reading
        self.steps: list[str] = []
        self.has_struck = False
        self._state: Literal["alive", "dead", "ended"] = "alive"
        self._descriptors: dict[int, str] = {}
        self._stack = ExitStack()

    def __enter__(self) -> FailingDisk:
        self._real_open, self._real = (
            io.open,
            {name: getattr(os, name) for name in _PATCHED if hasattr(os, name)},
        )
        for name in self._real:
            self._stack.enter_context(mock.patch.object(os, name, getattr(self, f"_{_PATCHED[name]}")(name)))
        for room in (io, builtins):
            self._stack.enter_context(mock.patch.object(room, "open", self._open_file))
        if fcntl is not None:
            self._real["flock"] = fcntl.flock
            self._stack.enter_context(mock.patch.object(fcntl, "flock", self._by_descriptor("flock")))
        return self

    def __exit__(self, *_: object) -> None:
        if self._state != "alive":
            gc.collect(1)
        self._stack.close()
        for descriptor in list(self._descriptors):
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def end(self) -> None:
        """Say that the stopped process is gone: what is collected now closes its files and does no more."""
        if self._state == "dead":
            self._state = "ended"

    def is_here(self, path: Any) -> bool:
        if isinstance(path, int):
            return path in self._descriptors
        try:
            return Path(os.path.abspath(os.fsdecode(path))).is_relative_to(self.folder)  # noqa: PTH100 - no stat
        except (TypeError, ValueError):
            return False

    def step(self, name: str, path: Any) -> Kind | None:
        """Count an operation; raise what the fault raises, or return how a write is to go wrong."""
        if self._state != "alive":
            if self._state == "dead":
                raise Stopped
            return "lost"
        shown = self._descriptors.get(path, "?") if isinstance(path, int) else Path(os.fsdecode(path)).name
        self.steps.append(f"{name} {shown}")
        if self.fault is None:
            return None
        is_now = len(self.steps) - 1 == self.at
        again = (
            self.fault.lasts and len(self.steps) - 1 > self.at and self.has_struck and name in _FILLS_THE_DISK
        )
        if not (is_now or again):
            return None
        return self._strike(self.fault, name)

    def _strike(self, fault: Fault, name: str) -> Kind | None:
        if fault.kind == "stop":
            self.has_struck, self._state = True, "dead"
            raise Stopped
        if fault.kind == "error":
            self.has_struck = True
            raise OSError(fault.number, os.strerror(fault.number))
        if name in _WRITES:
            self.has_struck = True
            return fault.kind
        return None

    # How each kind of function is patched -------------------------------------------------------------------

    def _by_path(self, name: str) -> Callable[..., Any]:
        def patched(path: Any, *rest: Any, **more: Any) -> Any:
            if self.is_here(path) and self.step(name, path) == "lost":
                return None
            return self._real[name](path, *rest, **more)

        return patched

    def _by_descriptor(self, name: str) -> Callable[..., Any]:
        def patched(descriptor: Any, *rest: Any, **more: Any) -> Any:
            number = descriptor if isinstance(descriptor, int) else -1
            if number in self._descriptors and self._state != "ended":
                self.step(name, number)
            if name == "fsync":
                return None  # no test pulls the plug, and a real one takes long
            return self._real[name](descriptor, *rest, **more)

        return patched

    def _by_closing(self, name: str) -> Callable[..., Any]:
        def patched(descriptor: int) -> None:
            if descriptor not in self._descriptors:
                return self._real[name](descriptor)
            try:
                if self._state != "ended":
                    self.step(name, descriptor)
            finally:
                # A file is closed even where closing fails, and a dead process has closed all.
                self._real[name](descriptor)
                del self._descriptors[descriptor]

        return patched

    def _by_opening(self, name: str) -> Callable[..., Any]:
        def patched(path: Any, flags: int, *rest: Any, **more: Any) -> int:
            if self.is_here(path):
                changes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) or Path(os.fsdecode(path)).is_dir()
                if changes or self.with_reading:
                    self.step(name, path)
            descriptor: int = self._real[name](path, flags, *rest, **more)
            if self.is_here(path):
                self._descriptors[descriptor] = Path(os.fsdecode(path)).name
            return descriptor

        return patched

    def _open_file(self, file: Any, mode: str = "r", buffering: int = -1, *rest: Any, **more: Any) -> Any:
        if not self.is_here(file) or isinstance(file, int):
            return self._real_open(file, mode, buffering, *rest, **more)
        if not set(mode) & set("wax+"):
            if self.with_reading:
                self.step("read", file)
            return self._real_open(file, mode, buffering, *rest, **more)
        raw = _File(self, file, mode)
        if buffering == 0:
            return raw
        buffered = io.BufferedWriter(raw)
        if "b" in mode:
            return buffered
        names = ("encoding", "errors", "newline")
        return io.TextIOWrapper(buffered, **dict(zip(names, rest, strict=False)), **more)


#: Function of `os` → the method that patches it.
_PATCHED = {
    **dict.fromkeys(("unlink", "remove", "mkdir", "rmdir", "chmod", "rename", "replace", "link"), "by_path"),
    **dict.fromkeys(("fsync", "fchmod", "ftruncate"), "by_descriptor"),
    "close": "by_closing",
    "open": "by_opening",
}


class _File(io.RawIOBase):
    """A file on the failing disk, written without a buffer of its own: each write is one operation."""

    def __init__(self, disk: FailingDisk, path: Any, mode: str) -> None:
        self._disk = disk
        self._descriptor = -1
        flags = os.O_CREAT | os.O_WRONLY | (os.O_EXCL if "x" in mode else 0) | getattr(os, "O_BINARY", 0)
        flags |= os.O_APPEND if "a" in mode else (os.O_TRUNC if "w" in mode else 0)
        self._descriptor = os.open(path, flags, 0o666)
        self.name = path

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def write(self, data: Any) -> int:
        size = memoryview(data).nbytes
        fault = (
            self._disk.step("write", self._descriptor)
            if self._descriptor in self._disk._descriptors
            else "lost"
        )
        if fault == "hole":
            os.lseek(self._descriptor, size, os.SEEK_CUR)
        elif fault == "short":
            return os.write(self._descriptor, bytes(data)[: max(1, size // 2)])
        elif fault is None:
            return os.write(self._descriptor, data)
        return size

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return os.lseek(self._descriptor, offset, whence)

    def tell(self) -> int:
        return self.seek(0, os.SEEK_CUR)

    def truncate(self, size: int | None = None) -> int:
        os.ftruncate(self._descriptor, self.tell() if size is None else size)
        return self.tell()

    def close(self) -> None:
        if self.closed:
            return
        super().close()
        if self._descriptor in self._disk._descriptors:
            os.close(self._descriptor)
