"""Fixtures that every room's tests share."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import settings

# The suite is the same for everyone, every time; `.ci/run slow` searches further with new examples each time.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("searching", deadline=None, print_blob=True)
settings.load_profile("steady")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data beside the checkout; skip where there is none."""
    if not SHARED_DATA.is_dir():
        pytest.skip("no folder of real data beside this checkout")
    return SHARED_DATA


@pytest.fixture(scope="session")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Sequence[Path], str], list[Path]]:
    """Return what lets LibreOffice open files and save them in another format, in the same order.

    Where LibreOffice is missing the test is skipped, or fails if CRMTOOL_NEED_LIBREOFFICE is 1.
    """
    program = shutil.which("soffice")
    if program is None:
        if os.environ.get("CRMTOOL_NEED_LIBREOFFICE") == "1":
            pytest.fail("LibreOffice (soffice) is needed here and is not installed")
        pytest.skip("LibreOffice (soffice) is not installed")
    profile = tmp_path_factory.mktemp("office-profile")

    def run(paths: Sequence[Path], kind: str) -> list[Path]:
        folder = tmp_path_factory.mktemp("converted")
        command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", kind]
        names = [str(path) for path in paths]
        subprocess.run(
            [*command, "--outdir", str(folder), *names], check=True, capture_output=True, timeout=300
        )
        made = [folder / f"{path.stem}.{kind}" for path in paths]
        assert all(path.is_file() for path in made), "LibreOffice could not open a file"
        return made

    return run
