"""What is said about follow-up sheets and taking them back."""

from __future__ import annotations

from crmtool.messages.model import Message

FOLLOWUPS: dict[str, Message] = {}
