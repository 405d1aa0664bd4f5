"""Texts of the terminal about plans, follow-up sheets and standings, as (Chinese, English)."""

from __future__ import annotations

VISIT_TEXTS: dict[str, tuple[str, str]] = {}
