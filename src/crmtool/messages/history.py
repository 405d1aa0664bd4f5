"""What is said about the history: opening it, recording into it."""

from __future__ import annotations

from crmtool.messages.model import Message

HISTORY: dict[str, Message] = {}
