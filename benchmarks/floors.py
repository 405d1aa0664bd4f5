"""Do the least that a spreadsheet tool must do, and nothing else: inflate, inflate and scan, deflate.

    python benchmarks/floors.py inflate|scan|scan-zlib ledger.xlsx [scan.so]
    python benchmarks/floors.py deflate inflated-parts out

`inflate`, `scan` and `deflate` use ISA-L, the fastest inflate and deflate that Python people can install;
`scan-zlib` uses the zlib that Python is built with. `build_scanner` compiles the scanner, `scan.c`.
"""

from __future__ import annotations

import ctypes
import json
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from isal import isal_zlib

CHUNK_BYTES = 1 << 20
SOURCE = Path(__file__).parent / "scan.c"


class Counts(ctypes.Structure):
    """What the scanner found, as `scan.c` lays it out."""

    _fields_ = [(name, ctypes.c_ulonglong) for name in ("cells", "values", "bytes")]


def build_scanner(folder: Path) -> Path | None:
    """Compile the scanner into `folder` and return its path; None where there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    made = folder / "scan.so"
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", str(made), str(SOURCE)], check=True)
    return made


def pieces(package: str, library: Any) -> Iterator[Iterator[bytes]]:
    """Yield each entry of a package as an iterator over pieces of its inflated bytes."""
    data = memoryview(Path(package).read_bytes())
    with zipfile.ZipFile(package) as directory:
        entries = directory.infolist()
    for entry in entries:
        at = entry.header_offset + 26
        name_bytes, extra_bytes = (
            int.from_bytes(data[place : place + 2], "little") for place in (at, at + 2)
        )
        start = at + 4 + name_bytes + extra_bytes
        packed = data[start : start + entry.compress_size]
        yield _inflated(packed, library) if entry.compress_type else iter([bytes(packed)])


def _inflated(packed: memoryview, library: Any) -> Iterator[bytes]:
    stream = library.decompressobj(-15)
    for start in range(0, len(packed), CHUNK_BYTES):
        # What is left over is copied: a whole part handed in at once would be copied again for each piece.
        rest: Any = packed[start : start + CHUNK_BYTES]
        while rest:
            piece = stream.decompress(rest, CHUNK_BYTES)
            rest = stream.unconsumed_tail
            if piece:
                yield piece
    piece = stream.flush()
    if piece:
        yield piece


def inflate(package: str) -> dict[str, int]:
    """Inflate every part; return how many bytes that were."""
    return {"bytes": sum(len(piece) for part in pieces(package, isal_zlib) for piece in part)}


def scan(package: str, scanner: str, library: Any = isal_zlib) -> dict[str, int]:
    """Inflate every part and scan it; return how many cells and values there were."""
    found = Counts()
    function = ctypes.CDLL(scanner).scan
    function.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(Counts)]
    function.restype = ctypes.c_size_t
    for part in pieces(package, library):
        rest = b""
        for piece in part:
            known = rest + piece if rest else piece
            rest = known[function(known, len(known), ctypes.byref(found)) :]
    return {"cells": found.cells, "values": found.values}


def join_parts(package: Path, made: Path) -> None:
    """Write the inflated parts of a package one after another: what `deflate` deflates."""
    with made.open("wb") as out:
        for part in pieces(str(package), isal_zlib):
            out.writelines(part)


def deflate(parts: str, out: str) -> dict[str, int]:
    """Deflate a file at level 1; return how many bytes were written."""
    packer = isal_zlib.compressobj(1, isal_zlib.DEFLATED, -15)
    size = 0
    with Path(parts).open("rb") as source, Path(out).open("wb") as target:
        while piece := source.read(CHUNK_BYTES):
            size += target.write(packer.compress(piece))
        size += target.write(packer.flush())
    return {"bytes": size}


def main(way: str, *arguments: str) -> None:
    """Run one floor once and print what it counted as JSON."""
    if way == "scan-zlib":
        print(json.dumps(scan(*arguments, library=zlib)))
    else:
        print(json.dumps({"inflate": inflate, "scan": scan, "deflate": deflate}[way](*arguments)))


if __name__ == "__main__":
    main(*sys.argv[1:])
