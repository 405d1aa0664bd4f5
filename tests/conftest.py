"""Fixtures that every room's tests share."""

from __future__ import annotations

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
