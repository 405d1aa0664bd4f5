"""plan and collect as processes that are killed at any moment: all files are whole, and the next run finishes the job."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from killing import kill_at_any_moment
from visit_commands import COLLECT, plan, planned, reported, standing

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="signals")]

KILLS = 25
SEED = int(os.environ.get("CRMTOOL_FAULT_SEED") or random.SystemRandom().randrange(10**9))


@pytest.mark.parametrize(
    ("ready", "line"),
    [(planned, plan("2026-03-16", "--ics", "历", "--update-ledger")), (reported, COLLECT)],
    ids=["plan", "collect"],
)
def test_kills_at_any_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ready: Callable[[Path], None], line: tuple[str, ...]
) -> None:
    print(f"CRMTOOL_FAULT_SEED={SEED}")
    monkeypatch.chdir(tmp_path)
    ready(tmp_path)
    print(kill_at_any_moment(tmp_path, line, standing, KILLS, SEED))
