"""Fixtures that every room's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data beside the checkout; skip where there is none."""
    if not SHARED_DATA.is_dir():
        pytest.skip("no folder of real data beside this checkout")
    return SHARED_DATA
