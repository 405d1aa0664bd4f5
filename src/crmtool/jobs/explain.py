"""Explain: one customer's whole story, found by name, id or row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from crmtool.errors import Finding, UsageError
from crmtool.jobs.assess import Assessment, assess
from crmtool.jobs.request import Request
from crmtool.messages import say
from crmtool.rules.telling.trace import trace, trace_lines

_ROW = re.compile(r"#(\d+)")


@dataclass(frozen=True, slots=True)
class Story:
    """A customer's place in the ledger's frame, who it is, and the lines to tell, indented by two spaces a level."""

    row: int
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class ExplainOutcome:
    """The stories of all customers who answer to what was asked."""

    assessment: Assessment
    stories: tuple[Story, ...]
    findings: tuple[Finding, ...]


def explain(request: Request, customer: str) -> ExplainOutcome:
    """Tell why a customer is in their tier; `customer` is an exact id or name, or a sheet row (`#12`).

    Several customers of one name are all told. Raises `UsageError` where nobody answers to it.
    """
    assessment = assess(request)
    places = _places(assessment, customer)
    stories = tuple(Story(p, _title(assessment, p), _lines(assessment, p)) for p in places)
    alike = Finding("several-customers", value=customer, params={"customers": str(len(places))})
    return ExplainOutcome(assessment, stories, (alike,) if len(places) > 1 else ())


def _title(assessment: Assessment, place: int) -> str:
    identity = {name: values[place] for name, values in assessment.identity().items()}
    parts = [identity.get("customer_id"), identity.get("name"), f"#{identity['row']}"]
    return "  ".join(str(part) for part in parts if part)


def _lines(assessment: Assessment, place: int) -> tuple[str, ...]:
    """Return the trace, after the decision where it is not the rules' own (locked, or given by the ledger)."""
    what, told = assessment.read, assessment.told.frame
    decided: tuple[str, ...] = ()
    if told["origin"].iloc[place] != "computed":
        label, reason = told["label"].iloc[place], told["reason"].iloc[place]
        decided = (
            say("decided", what.request.lang, label=label, reason=reason),
            say("by-rules", what.request.lang),
        )
    story = trace(
        assessment.cases,
        what.rule_set,
        assessment.judgement,
        place,
        what.as_of,
        what.ledger.customers,
    )
    return (*decided, *trace_lines(story, what.rule_set, what.request.lang))


def _places(assessment: Assessment, customer: str) -> list[int]:
    identity = assessment.identity()
    row = _ROW.fullmatch(customer)
    wanted: object = int(row[1]) if row else customer.strip()
    for name in ("row",) if row else ("customer_id", "name"):
        found = [place for place, value in enumerate(identity.get(name, [])) if value == wanted]
        if found:
            return found
    names = [value for value in identity.get("name", []) if value]
    near = get_close_matches(customer, dict.fromkeys(names), n=3, cutoff=0.4)
    known = "、".join(near or [str(name) for name in names[:3]])
    raise UsageError.of("no-such-customer", value=customer, known=known)
