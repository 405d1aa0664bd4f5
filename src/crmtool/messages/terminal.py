"""Texts that are no findings: headings and labels of the terminal and of JSON, as (Chinese, English)."""

from __future__ import annotations

TERMINAL: dict[str, tuple[str, str]] = {}
