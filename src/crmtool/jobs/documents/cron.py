"""The JSON document of `cron print`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmtool.jobs.documents.parts import Document, findings_part
from crmtool.messages import Lang

if TYPE_CHECKING:
    from crmtool.jobs.cron import CronOutcome


def cron_document(outcome: CronOutcome, lang: Lang) -> Document:
    """Return `crmtool.cron/v1`: the lines by scheduler; what was not asked for is not there."""
    parts: dict[str, Any] = {}
    if outcome.crontab is not None:
        zone, line = outcome.crontab
        parts["crontab"] = {"zone": zone, "line": line}
    if outcome.units is not None:
        parts["systemd"] = [{"name": name, "text": text} for name, text in outcome.units]
    if outcome.windows is not None:
        parts["windows"] = {"line": outcome.windows}
    return {
        "schema": "crmtool.cron/v1",
        "command": outcome.run.command,
        "folder": outcome.run.folder,
        "log": outcome.run.log,
        **parts,
        "findings": findings_part(outcome.findings, lang),
    }
