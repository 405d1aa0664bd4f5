"""Run commands on many files in one process, so that an abort of the process or a hang is seen.

Arguments: a folder for outputs and the files. Prints one JSON line a run: file, command, code, seconds, said.
"""

from __future__ import annotations

import faulthandler
import io
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from crmtool.cli.main import _outcome, build
from crmtool.errors import CrmtoolError
from crmtool.files.book import open_book

MAX_SECONDS = 20
FIELDS = ("name", "annual_amount", "last_order", "tenure")
_COMMAND = build("en")


def stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


def said(stream: io.TextIOWrapper) -> str:
    return stream.buffer.getvalue().decode()  # type: ignore[attr-defined]


def run(path: str, *arguments: str) -> None:
    """Run one command line, and end the whole process where it hangs."""
    faulthandler.dump_traceback_later(MAX_SECONDS, exit=True)
    streams, sys.argv = (sys.stdout, sys.stderr), ["crmtool", *arguments, "--lang", "en"]
    out, err = sys.stdout, sys.stderr = stream(), stream()
    start = time.perf_counter()
    try:
        code = _outcome(_COMMAND, "en")
    finally:
        sys.stdout, sys.stderr = streams
    faulthandler.cancel_dump_traceback_later()
    record = {
        "file": Path(path).name,
        "command": arguments[0],
        "code": code,
        "seconds": time.perf_counter() - start,
        "said": said(out) + said(err),
    }
    sys.stdout.write(json.dumps(record) + "\n")
    sys.stdout.flush()


def declared(path: str) -> Iterator[list[str]]:
    """Yield options that take the first headers of each sheet as name, amount, last order and tenure."""
    try:
        peeks = open_book(Path(path)).peeks
    except CrmtoolError:
        return
    for peek in peeks:
        texts = [[c.strip() for c in row if isinstance(c, str) and c.strip()] for row in peek.cells]
        headers = next((row for row in texts if len(row) > 1), [])
        pairs = [f"{header}={field}" for header, field in zip(dict.fromkeys(headers), FIELDS, strict=False)]
        if pairs:
            yield ["--sheet", peek.sheet, *(part for pair in pairs for part in ("--map", pair))]


def main(folder: str, *files: str) -> None:
    """Check and classify each file as it is, and classify each of its sheets with headers declared."""
    for number, path in enumerate(files):
        output = str(Path(folder) / f"{number}.xlsx")
        run(path, "check", path)
        run(path, "classify", path, "-o", output)
        for options in declared(path):
            run(path, "classify", path, "-o", output, "--as-of", "2020-01-01", "-v", *options)


if __name__ == "__main__":
    main(*sys.argv[1:])
