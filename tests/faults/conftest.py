"""Where the tests of faults find what they share with those of the command line."""

from __future__ import annotations

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
for _room in ("cli", "files"):
    if str(TESTS / _room) not in sys.path:
        sys.path.append(str(TESTS / _room))
