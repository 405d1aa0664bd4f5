"""What the terminal shows of templates: the list, and the markers of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from crmtool.messages import Lang, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crmtool.jobs.template import TemplateCheck, TemplateListing


def template_list(listing: Sequence[TemplateListing], lang: Lang) -> Iterator[RenderableType]:
    """Yield the shipped templates with their sheets."""
    table = Table(header_style="bold", pad_edge=False)
    for key in ("template", "sheets"):
        table.add_column(say(key, lang), overflow="fold")
    for item in listing:
        table.add_row(item.name, "、".join(item.sheets))
    yield table


def template_markers(outcome: TemplateCheck, lang: Lang) -> Iterator[RenderableType]:
    """Yield how many markers a template has on each sheet, and whether it fills."""
    counts: dict[str, int] = {}
    for marker in outcome.markers:
        counts[marker.sheet] = counts.get(marker.sheet, 0) + 1
    for sheet, count in counts.items():
        yield Text(say("markers", lang, sheet=sheet, count=count))
    yield Text(say("template-bad" if outcome.findings else "template-good", lang))
