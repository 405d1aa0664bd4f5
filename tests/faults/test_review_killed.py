"""review and apply as processes that are killed at any moment: all files are whole, and the next run finishes the job."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from killing import kill_at_any_moment
from review_commands import APPLY, REVIEW, decided, reviewed, standing

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="signals")]

SEED = int(os.environ.get("CRMTOOL_FAULT_SEED") or random.SystemRandom().randrange(10**9))


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
@pytest.mark.parametrize(
    ("ready", "line", "kills", "untouched"),
    [(reviewed, REVIEW, 100, ("a.xlsx",)), (decided, APPLY, 25, ("decided.xlsx", "review.xlsx"))],
    ids=["review", "apply"],
)
def test_kills_at_any_moment(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ready: Callable[[Path], None],
    line: tuple[str, ...],
    kills: int,
    untouched: tuple[str, ...],
) -> None:
    print(f"CRMTOOL_FAULT_SEED={SEED}")
    monkeypatch.chdir(tmp_path)
    ready(tmp_path)
    print(kill_at_any_moment(tmp_path, line, standing, kills, SEED, untouched))
