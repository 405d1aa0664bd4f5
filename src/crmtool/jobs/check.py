"""Check: read the ledger and judge it, only to say what is odd about it."""

from __future__ import annotations

from dataclasses import dataclass

from crmtool.errors import Finding, InputError
from crmtool.jobs.assess import assess_read
from crmtool.jobs.reading import Read, read
from crmtool.jobs.request import Request


@dataclass(frozen=True)
class CheckOutcome:
    """What was read, and everything that was found in it."""

    read: Read
    findings: tuple[Finding, ...]


def check(request: Request) -> CheckOutcome:
    """Return every finding of a ledger, those of judging it included; writes nothing."""
    what = read(request)
    try:
        findings = assess_read(what).findings
    except InputError as error:
        # A ledger that lacks columns for these rules is still worth checking; say both.
        findings = (*what.findings, *(f for f in error.findings if f not in what.findings))
    return CheckOutcome(what, findings)
