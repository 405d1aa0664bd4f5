"""What is said about visits: cadences, work days, plans, standings."""

from __future__ import annotations

from crmtool.messages.model import Message

VISITS: dict[str, Message] = {}
