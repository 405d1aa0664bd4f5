"""Puts a tier's rhythm into the words of the source documents: 每月1次电话回访，每季度1次上门回访.

Dates of visits are no matter here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from crmtool.ledger.quantities import Duration
from crmtool.rules.model import CadenceLine, RuleSet

_EVERY = {
    Duration(days=1): "每天",
    Duration(days=7): "每周",
    Duration(days=14): "每两周",
    Duration(months=1): "每月",
    Duration(months=2): "每两个月",
    Duration(months=3): "每季度",
    Duration(months=6): "每半年",
    Duration(months=12): "每年",
}
_OCCASIONS = {"birthday": "生日", "festival": "节日"}


def every(span: Duration) -> str:
    """Return how often in words.

    >>> every(Duration(months=3)), every(Duration(months=4)), every(Duration(days=10))
    ('每季度', '每4个月', '每10天')
    """
    return _EVERY.get(span) or f"每{span.text()}"


def distinct(texts: Iterable[str]) -> str:
    """Return the texts that are not empty, each once and in order, joined by 、."""
    return "、".join(dict.fromkeys(text for text in texts if text))


def rhythm(lines: Sequence[CadenceLine], labels: Mapping[str, str]) -> str:
    """Return a tier's rhythm in one sentence; `labels` names the fields that a ladder counts from.

    The day counted from is said once for steps that follow each other, as the documents do.
    """
    parts, counted_from = [], ""
    for line in lines:
        start = f"{labels.get(line.after, line.after)}后" if line.after else ""
        parts.append(_line(line, "" if start == counted_from else start))
        counted_from = start
    return "，".join(parts)


def _line(line: CadenceLine, start: str) -> str:
    if line.at:
        occasion = _OCCASIONS[line.at]
        return line.label if occasion in line.label else occasion + line.label
    if line.by_date:
        return f"{line.by_date.text()}前完成{line.label}"
    if line.every is None:
        within = f"{line.by.text()}内" if line.by else ""
        return f"{start}{within}1次{line.label}"
    begins = f"{start.removesuffix('后')}{line.start.text()}后" if line.start else start
    return f"{begins}{every(line.every)}1次{line.label}"


def rhythm_of(tier: str, rule_set: RuleSet) -> str:
    """Return the rhythm of one tier of a rule set in words; empty where it has none."""
    return rhythm(rule_set.cadence.get(tier, ()), field_labels(rule_set))


def field_labels(rule_set: RuleSet) -> dict[str, str]:
    """Return the label of each field by id."""
    return {field.id: field.label for field in rule_set.fields.values()}


def roles_of(tier: str, rule_set: RuleSet) -> str:
    """Return who calls on customers of a tier, each role once: 客户经理、部门经理、企业高层."""
    return distinct(line.role.text for line in rule_set.cadence.get(tier, ()))
