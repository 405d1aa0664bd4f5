"""Knows whether the machine is fit for a run: its zone, its console, what is installed.

What the config names is left to `crmtool.jobs.checkups.folder`.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from crmtool import __version__
from crmtool.jobs.checkups.model import Checked, said

_PACKAGES: Final = (
    "pandas",
    "pyarrow",
    "narwhals",
    "pydantic",
    "openpyxl",
    "python-calamine",
    "chinesecalendar",
)
_SHOWN: Final = "客户分级：复购率≥80%"


def check_zone(zone: str, today: date) -> Iterator[Checked]:
    """Say which day it is in the configured zone."""
    yield said("zone", "ok", "doctor-zone", zone=zone, today=today.isoformat())


def check_console(encoding: str) -> Iterator[Checked]:
    """Say whether Chinese can be printed; a run ends well without, but its messages cannot be read."""
    try:
        _SHOWN.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        yield said("console", "warning", "doctor-console-lacking", encoding=encoding)
    else:
        yield said("console", "ok", "doctor-console", encoding=encoding)


def check_versions() -> Iterator[Checked]:
    """Say which versions are installed, or which package is not."""
    known: dict[str, str] = {}
    for name in _PACKAGES:
        try:
            known[name] = version(name)
        except PackageNotFoundError:
            yield said("versions", "wrong", "doctor-package-missing", package=name)
    shown = " · ".join(f"{name} {number}" for name, number in known.items())
    python = platform.python_version()
    yield said("versions", "ok", "doctor-versions", version=__version__, python=python, packages=shown)
