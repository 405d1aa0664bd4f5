"""Where the files of a run lie, seen from its output: what links in the workbook name them by."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def addresses_from(output: Path, inputs: Iterable[Path]) -> dict[str, str]:
    """Return the address of each input relative to the output's folder, by the name that findings give it.

    So the output and the ledger may be moved together, and the same run anywhere gives the same links. Only what
    lies on another drive has an absolute one. Of inputs with the same name the later ones go by their whole path.
    """
    folder = output.resolve().parent
    found: dict[str, str] = {}
    for path in inputs:
        found[str(path) if path.name in found else path.name] = _address(path.resolve(), folder)
    return found


def _address(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return path.as_uri()
