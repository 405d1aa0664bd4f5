"""What each shipped template is filled with, for the made-up ledger of `crmtool.jobs.samples.ledger`."""

from __future__ import annotations

from datetime import date

from crmtool.content import Content
from crmtool.jobs.histories.exporting import told_of
from crmtool.jobs.samples.history import sample_whole
from crmtool.jobs.samples.ledger import SAMPLE_AS_OF, sample_judged
from crmtool.jobs.samples.plan import sample_planned
from crmtool.jobs.samples.review import sample_review
from crmtool.jobs.samples.rules_diff import sample_differed
from crmtool.jobs.samples.status import sample_status
from crmtool.jobs.samples.tune import sample_tune
from crmtool.tables.classification import content
from crmtool.tables.followup import Month, sheets_of
from crmtool.tables.followup import content as followup_content
from crmtool.tables.history import content as history_content
from crmtool.tables.review import content as review_content
from crmtool.tables.rules_diff import content as diff_content
from crmtool.tables.rules_doc import content as rules_doc_content
from crmtool.tables.status import content as status_content
from crmtool.tables.visit_plan import content as plan_content
from crmtool.visits.reporting.sheets import handed_out


def sample_contents() -> dict[str, Content]:
    """Return what each shipped template is filled with, for the made-up ledger, by the template's name."""
    return {
        "classification": sample_content(),
        "visit-plan": sample_plan_content(),
        "follow-up": sample_followup_content(),
        "status": sample_status_content(),
        "review": sample_review_content(),
        "rules-diff": diff_content(sample_differed()),
        "history": history_content(told_of(sample_whole())),
        "rules-tune": sample_tune(sample_judged()),
        "rules-doc": rules_doc_content(sample_judged().rule_set, SAMPLE_AS_OF),
    }


def sample_content() -> Content:
    """Return what a classification workbook is filled with, for the made-up ledger: every table has rows."""
    return content(sample_judged())


def sample_plan_content() -> Content:
    """Return what a visit-plan workbook is filled with, for the made-up ledger: every table has rows."""
    return plan_content(sample_planned(sample_judged()))


def sample_followup_content() -> Content:
    """Return what follow-up sheets are filled with: the visits of the made-up plan, a sheet for each owner."""
    judged = sample_judged()
    visits = sample_planned(judged).plan.visits
    first, last = date(2024, 8, 1), date(2024, 8, 31)
    sheets = handed_out(visits, as_of=first, first=first, last=last)
    outline = [{"label": "需求挖掘", "ask": "未来购买计划、潜在需求"}]
    month = Month(first, last, SAMPLE_AS_OF, outline)
    named = sheets_of(judged, sheets, [sheet.owner or "" for sheet in sheets], month)
    return followup_content(judged, named, month)


def sample_status_content() -> Content:
    """Return what a workbook of standings is filled with, for the made-up ledger: every table has rows."""
    judged = sample_judged()
    return status_content(judged, sample_status(judged))


def sample_review_content() -> Content:
    """Return what a review workbook is filled with, for the made-up ledger: every table has rows."""
    judged = sample_judged()
    return review_content(judged, sample_review(judged))
