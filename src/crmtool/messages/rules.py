"""Findings about rules."""

from __future__ import annotations

from crmtool.messages.model import Message

RULES: dict[str, Message] = {}
