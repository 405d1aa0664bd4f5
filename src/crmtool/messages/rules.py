"""Findings about rules."""

from __future__ import annotations

from crmtool.messages.model import Message
from crmtool.messages.rules_file import RULES_FILE
from crmtool.messages.rules_yaml import RULES_YAML

RULES: dict[str, Message] = RULES_YAML | RULES_FILE
