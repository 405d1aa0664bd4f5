"""Listing, exporting and checking workbook templates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crmtool.content import Content
from crmtool.errors import CrmtoolError, Finding, UsageError
from crmtool.files.replace import rehearsing
from crmtool.files.resources import read_template, template_names
from crmtool.files.xlsx import Marker, check_workbook, fill, markers
from crmtool.jobs.delivery import Written, read_marked
from crmtool.jobs.samples.contents import sample_contents
from crmtool.jobs.samples.ledger import SAMPLE_AS_OF
from crmtool.jobs.writing import write_new


@dataclass(frozen=True, slots=True)
class TemplateListing:
    """A shipped template in a list; `sheets` are those with markers."""

    name: str
    sheets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TemplateCheck:
    """The markers of a template and what is wrong with it."""

    markers: tuple[Marker, ...]
    findings: tuple[Finding, ...]


def list_templates() -> list[TemplateListing]:
    """Return the shipped templates."""
    return [TemplateListing(name, _sheets_with_markers(name)) for name in template_names()]


def _sheets_with_markers(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(marker.sheet for marker in markers(read_template(name))))


def export_template(name: str, output: Path | None) -> list[Written]:
    """Write a copy of a shipped template; never over an existing file."""
    if name not in template_names():
        raise UsageError.of("no-such-template", value=name, known="、".join(template_names()))
    return [write_new(output or Path(f"{name}.xlsx"), read_template(name))]


def check_template(path: Path) -> TemplateCheck:
    """Fill a template with a made-up ledger and re-open the result; return its markers and what is wrong.

    Which workbook it is a template of is told by its markers.

    Raises `UsageError` where the file cannot be read as a template at all.
    """
    template, found = read_marked(path)
    if not found:
        return TemplateCheck(found, (Finding("template-without-markers", file=path.name),))
    try:
        with rehearsing(lambda filled: check_workbook(filled, report.sheet_rows)) as out:
            report = fill(template, _fitting(found), out, created=SAMPLE_AS_OF)
    except CrmtoolError as error:
        return TemplateCheck(found, tuple(finding.at(file=path.name) for finding in error.findings))
    return TemplateCheck(found, tuple(report.findings))


def _fitting(found: tuple[Marker, ...]) -> Content:
    """Return the content that knows the most of these markers; of equal ones the first."""

    def known(content: Content) -> int:
        copies = [copy for each in content.copies.values() for copy in each]
        names = {*content.tables, *content.scalars}
        names |= {name for copy in copies for name in (*copy.tables, *copy.scalars)}
        return sum((marker.table or marker.column) in names for marker in found)

    return max(sample_contents().values(), key=known)
