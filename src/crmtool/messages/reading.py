"""Findings about reading."""

from __future__ import annotations

from crmtool.messages.model import Message

READING: dict[str, Message] = {}
