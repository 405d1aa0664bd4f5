"""The vocabulary that all rule sets share: channels and their words, festivals, and whatever else is common to them."""

from __future__ import annotations

from crmtool.files.resources import read_rules
from crmtool.rules.language.common import Common
from crmtool.rules.language.load import load_common


def vocabulary() -> Common:
    """Load the shared vocabulary; raises `UsageError` with a place for each mistake in it."""
    return load_common(*read_rules("common"))
