"""Comments that keep findings back: `# lint: ok W03 原文如此`, on the line of the finding or alone on the line above.

Comments are no part of the nodes of a file; they are read from its text, line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from crmtool.errors import Finding
from crmtool.rules.language.nodes import LINE_END
from crmtool.rules.linting.model import CODES, LintFinding

_COMMENT = re.compile(r"#\s*lint:\s*ok\b[ ]*((?:[EW][0-9]{2}[, ]*)*)(.*)$")
_ALONE = re.compile(r"\s*#")


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment: its line, the line that it is about, the codes it keeps back, and why."""

    line: int
    column: int
    about: int
    codes: frozenset[str]
    reason: str


def suppressions(text: str) -> Iterator[Suppression]:
    """Yield the comments of a file, in file order.

    >>> [(s.about, sorted(s.codes), s.reason) for s in suppressions("a: 1  # lint: ok W03 原文如此\\n")]
    [(1, ['W03'], '原文如此')]
    """
    lines = LINE_END.split(text)
    for number, line in enumerate(lines, start=1):
        if found := _COMMENT.search(line):
            about = number
            while about <= len(lines) and _ALONE.match(lines[about - 1]):
                about += 1
            codes = frozenset(re.findall(r"[EW][0-9]{2}", found[1]))
            yield Suppression(number, found.start() + 1, about, codes, found[2].strip(" :：,，"))


def without_reason(text: str, file: str) -> Iterator[LintFinding]:
    """Yield W11 for each comment that says no reason, or no code."""
    for comment in suppressions(text):
        if not comment.reason or not comment.codes:
            found = Finding("lint-no-reason", file=file, cell=f"{comment.line}:{comment.column}")
            yield LintFinding(CODES["lint-no-reason"], found)


def without_effect(
    text: str, file: str, back: Iterable[LintFinding], unasked: Set[str]
) -> Iterator[LintFinding]:
    """Yield W11 for each comment with a code that kept nothing back; of codes `unasked` nobody can tell."""
    done = {(finding.place[0], finding.code) for finding in back}
    for comment in suppressions(text):
        idle = sorted(c for c in comment.codes - unasked if (comment.about, c) not in done)
        if comment.reason and idle:
            params = {"codes": " ".join(idle), "about": str(comment.about)}
            cell = f"{comment.line}:{comment.column}"
            found = Finding("lint-without-effect", file=file, cell=cell, params=params)
            yield LintFinding(CODES["lint-without-effect"], found)


def kept_back(
    findings: Iterable[LintFinding], text: str
) -> tuple[list[LintFinding], list[tuple[LintFinding, str]]]:
    """Return the findings that are left, and those that a comment with a reason keeps back; E findings never are."""
    reasons = {(s.about, code): s.reason for s in suppressions(text) if s.reason for code in s.codes}
    left, back = list[LintFinding](), list[tuple[LintFinding, str]]()
    for finding in findings:
        reason = reasons.get((finding.place[0], finding.code)) if finding.code.startswith("W") else None
        if reason is None or finding.code == "W11":
            left.append(finding)
        else:
            back.append((finding, reason))
    return left, back
