"""Listing, exporting and checking workbook templates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crmtool.errors import Finding, UsageError
from crmtool.files.resources import read_template, template_names
from crmtool.files.xlsx import Marker, sheet_names
from crmtool.jobs.delivery import Written
from crmtool.jobs.writing import write_new


@dataclass(frozen=True, slots=True)
class TemplateListing:
    """A shipped template in a list."""

    name: str
    sheets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TemplateCheck:
    """The markers of a template and what is wrong with it."""

    markers: tuple[Marker, ...]
    findings: tuple[Finding, ...]


def list_templates() -> list[TemplateListing]:
    """Return the shipped templates."""
    return [TemplateListing(name, tuple(sheet_names(read_template(name)))) for name in template_names()]


def export_template(name: str, output: Path | None) -> list[Written]:
    """Write a copy of a shipped template; never over an existing file."""
    if name not in template_names():
        raise UsageError.of("no-such-template", value=name, known="、".join(template_names()))
    return [write_new(output or Path(f"{name}.xlsx"), read_template(name))]
