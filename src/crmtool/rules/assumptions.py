"""What was assumed on the way: each policy for an absent column or for empty cells that was applied.

The policies are applied in `crmtool.rules.meanings`; each is said once, with the customers it touched.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal

import numpy as np

from crmtool.messages import Lang
from crmtool.rules.decisions import Assumption
from crmtool.rules.judge import Judgement
from crmtool.rules.model import Policy
from crmtool.rules.outcomes import policy_of
from crmtool.rules.reasons import Reasoning
from crmtool.rules.words import condition_text, label_of, phrase

#: Policies that assume nothing: the value stays unknown.
_OPEN = ("unknown", "error")


def assumptions(judgement: Judgement, lang: Lang) -> tuple[Assumption, ...]:
    """Return the assumptions made for these customers, in the order of the rule set's fields."""
    judging = judgement.judging
    sizes = np.bincount(judgement.classes.to_numpy(zero_copy_only=False), minlength=len(judgement.kinds))
    counts: Counter[tuple[str, Policy]] = Counter()
    for kind, size in zip(judgement.kinds, sizes.tolist(), strict=True):
        for field, policy in kind.meaning.policies.items():
            if policy.kind not in _OPEN and size:
                counts[field, policy] += size
    wording = Reasoning(judging, lang)
    found = [
        _assumption(wording, field, policy, counts[field, policy], lang)
        for field in judging.rule_set.fields
        for policy in dict.fromkeys(p for f, p in counts if f == field)
    ]
    return (*found, *_left_out(wording, len(judgement.classes), lang))


def _assumption(wording: Reasoning, field: str, policy: Policy, customers: int, lang: Lang) -> Assumption:
    judging, rule_set = wording.judging, wording.rule_set
    absent = field in judging.outcomes.absent
    kind: Literal["absent", "missing"] = "absent" if absent else "missing"
    label = label_of(rule_set, field, lang)
    whole = policy_of(rule_set.fields[field], judging.outcomes.absent)
    when = next((condition for condition, then in whole.cases if then == policy), None)
    key = "column-absent" if absent else "cells-empty"
    meaning = wording.assumed(policy, field)
    if when is None:
        return Assumption(field, kind, customers, phrase(key, lang, label=label, meaning=meaning))
    condition = condition_text(when, rule_set, lang)
    said = phrase(f"{key}-where", lang, label=label, meaning=meaning, condition=condition)
    return Assumption(field, kind, customers, said)


def _left_out(wording: Reasoning, customers: int, lang: Lang) -> list[Assumption]:
    rule_set = wording.rule_set
    found = []
    for score in rule_set.scores.values():
        for dimension in score.dimensions:
            if wording.judging.is_left_out(dimension):
                label = label_of(rule_set, dimension, lang)
                said = phrase("dimension-absent", lang, dimension=label, score=score.label)
                found.append(Assumption(dimension, "absent", customers, said))
    return found
