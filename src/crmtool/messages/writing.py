"""Findings about writing."""

from __future__ import annotations

from crmtool.messages.model import Message

WRITING: dict[str, Message] = {}
