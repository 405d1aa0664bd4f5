"""What the tests of files share: templates made by scripts, and LibreOffice where it is installed."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.fixture(scope="session")
def torture_template() -> bytes:
    """Return a template with every kind of reference."""
    spec = importlib.util.spec_from_file_location("torture", SCRIPTS / "build_torture_template.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    built: bytes = module.build()
    return built


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
