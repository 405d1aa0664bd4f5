"""The public names, for scripts and notebooks; the command line stands on the same jobs.

    from pathlib import Path
    from crmtool.api import Delivery, Request, classify

    outcome = classify(Request(Path("customers.xlsx"), rules="value_risk"), Delivery())
    outcome.assessment.decisions.frame      # one row per customer: tier, reason, next …

Errors are children of `CrmtoolError`; `text_of(finding, "en")` puts a finding into words.
"""

from crmtool.errors import CrmtoolError, Finding
from crmtool.jobs.assess import assess
from crmtool.jobs.check import check
from crmtool.jobs.classify import classify
from crmtool.jobs.delivery import Delivery
from crmtool.jobs.explain import explain
from crmtool.jobs.request import Elsewhere, Request
from crmtool.jobs.review import ReviewAsked, review
from crmtool.jobs.rfm import Scoring, score_rfm
from crmtool.jobs.rules import load_named as load_rules
from crmtool.messages import text_of

__all__ = [
    "CrmtoolError",
    "Delivery",
    "Elsewhere",
    "Finding",
    "Request",
    "ReviewAsked",
    "Scoring",
    "assess",
    "check",
    "classify",
    "explain",
    "load_rules",
    "review",
    "score_rfm",
    "text_of",
]
