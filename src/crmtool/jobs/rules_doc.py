"""A rule set as a workbook that a manager can read and sign.

What stands in it is left to `crmtool.tables.rules_doc`.
"""

from __future__ import annotations

from pathlib import Path

from crmtool.config import Config
from crmtool.files.names import clean_file_name
from crmtool.jobs.clock import today
from crmtool.jobs.delivery import Delivery, Written, deliver, prepare
from crmtool.jobs.rules import load_named
from crmtool.tables.rules_doc import TITLE, content


def write_doc(name: str, delivery: Delivery) -> Written:
    """Write the workbook of a shipped rule set, by its name, or of a file: by default `<id>-客户分类标准-<version>.xlsx`.

    Raises `UsageError` where there is no such rule set or the file has mistakes, `OutputError` or `BusyError` where the
    workbook was not written.
    """
    rule_set = load_named(name)
    target = delivery.output or Path(clean_file_name(f"{rule_set.id}-{TITLE}-{rule_set.version}.xlsx"))
    template = prepare(delivery, Path(name), "rules-doc")
    printed_on = today(Config().timezone)
    written, _ = deliver(content(rule_set, printed_on), target, template, delivery, created=printed_on)
    return written
