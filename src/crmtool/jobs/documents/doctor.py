"""The JSON document of `doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmtool.jobs.documents.parts import Document
from crmtool.messages import Lang, help_of, say, text_of

if TYPE_CHECKING:
    from crmtool.jobs.doctor import DoctorOutcome


def doctor_document(outcome: DoctorOutcome, lang: Lang) -> Document:
    """Return `crmtool.doctor/v1`: whether the next run can work, and each check; `help` is empty where all is well."""
    return {
        "schema": "crmtool.doctor/v1",
        "ready": outcome.is_ready,
        "checks": [
            {
                "id": check.id,
                "label": say(f"doctor-{check.id}", lang),
                "state": check.state,
                "code": check.finding.code,
                "file": check.finding.file,
                "message": text_of(check.finding, lang),
                "help": "" if check.state == "ok" else help_of(check.finding, lang),
            }
            for check in outcome.checks
        ],
    }
