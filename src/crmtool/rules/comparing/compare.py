"""Two versions of a rule set compared: what is written differently, and, proved, every move that this makes possible.

Words of the regions are in `crmtool.rules.proving.boxwords`; the ledger's customers are left to `crmtool.jobs.rules_diff`.
"""

from __future__ import annotations

from crmtool.errors import Finding
from crmtool.messages import Lang
from crmtool.rules.comparing.changes import changes_of
from crmtool.rules.comparing.model import Comparison
from crmtool.rules.model import RuleSet
from crmtool.rules.proving.differ import regions_differ


def compare(old: RuleSet, new: RuleSet, lang: Lang) -> Comparison:
    """Return how two rule sets differ; tiers, fields and rules are the same by their ids.

    Where a field is of two kinds its values cannot be laid side by side: that is a finding, and no moves are told.
    """
    changes = changes_of(old, new, lang)
    findings = tuple(
        Finding(
            "diff-two-kinds",
            file=new.file,
            column=new.fields[name].label,
            params={"id": name, "before": old.fields[name].spec.kind, "after": new.fields[name].spec.kind},
        )
        for name in new.fields
        if name in old.fields and old.fields[name].spec.kind != new.fields[name].spec.kind
    )
    return Comparison(old, new, changes, () if findings else regions_differ(old, new), findings)
