"""What the tests of files share: templates made by scripts."""

from __future__ import annotations

import importlib.util
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
