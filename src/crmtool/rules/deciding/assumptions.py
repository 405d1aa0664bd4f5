"""What was assumed on the way: each policy for an absent column or for empty cells that was applied.

The policies are applied in `crmtool.rules.judging.meanings`; each is said once, with the customers it touched.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from crmtool.messages import Lang
from crmtool.rules.decisions import Assumption
from crmtool.rules.judging.judge import Judgement
from crmtool.rules.judging.outcomes import policy_of
from crmtool.rules.model import Policy
from crmtool.rules.telling.reasons import Reasoning
from crmtool.rules.telling.words import condition_text, label_of, phrase

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
    found = []
    for field in judging.rule_set.fields:
        policies = [policy for policy in _branches(wording, field) if (field, policy) in counts]
        found += [_assumption(wording, field, p, counts[field, p], len(policies) > 1, lang) for p in policies]
    return (*found, *_left_out(wording, len(judgement.classes), lang))


def _branches(wording: Reasoning, field: str) -> list[Policy]:
    """Return the policies that can stand in for a field here, in the order of the file."""
    policy = policy_of(wording.rule_set.fields[field], wording.judging.outcomes.absent)
    if policy.kind != "cases":
        return [policy]
    last = [policy.otherwise] if policy.otherwise is not None else []
    return list(dict.fromkeys([*(then for _, then in policy.cases), *last]))


def _assumption(
    wording: Reasoning, field: str, policy: Policy, customers: int, has_others: bool, lang: Lang
) -> Assumption:
    rule_set, absent = wording.rule_set, wording.judging.outcomes.absent
    whole = policy_of(rule_set.fields[field], absent)
    when = next((condition for condition, then in whole.cases if then == policy), None)
    where = condition_text(when, rule_set, lang) if when is not None else phrase("elsewhere", lang)
    key = "column-absent" if field in absent else "cells-empty"
    said = phrase(
        f"{key}-where" if when is not None or has_others else key,
        lang,
        label=label_of(rule_set, field, lang),
        meaning=wording.assumed(policy, field),
        condition=where,
    )
    return Assumption(field, "absent" if field in absent else "missing", customers, said)


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
