"""Findings about values."""

from __future__ import annotations

from crmtool.messages.model import Message

VALUES: dict[str, Message] = {}
