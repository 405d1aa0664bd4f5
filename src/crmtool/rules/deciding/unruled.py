"""Customers for whom no rule applies although all that the rules ask is known: a gap in the rules, not in the data.

What keeps other customers undecided is in `crmtool.rules.telling.reasons`.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from crmtool.errors import Finding
from crmtool.ledger.ledger import Table
from crmtool.messages import Lang
from crmtool.rules.deciding.labels import finding_at
from crmtool.rules.judging.fitting import judged_fields
from crmtool.rules.judging.judge import Judgement
from crmtool.rules.telling.celltexts import CellTexts
from crmtool.rules.telling.words import assumed_text, kind_of, label_of, phrase


def unruled_findings(
    judgement: Judgement, texts: CellTexts, customers: Table, tier: pa.Array, lang: Lang
) -> Iterable[Finding]:
    """Yield one finding for all customers without a tier for whom no rule can apply, at the first of them."""
    is_unruled = np.array([not kind.verdict.possible for kind in judgement.kinds], dtype=np.bool_)
    classes = judgement.classes.to_numpy(zero_copy_only=False)
    undecided = tier.is_null().to_numpy(zero_copy_only=False)
    rows = [int(row) for row in np.flatnonzero(is_unruled[classes] & undecided)]
    if rows:
        facts = phrase("comma", lang).join(_facts(judgement, texts, rows[0], lang))
        name, field = _name(customers, rows[0])
        yield finding_at(
            customers,
            field,
            rows,
            "no-rule-applies",
            name,
            facts=facts,
            rule_set=judgement.judging.rule_set.id,
        )


def _facts(judgement: Judgement, texts: CellTexts, row: int, lang: Lang) -> Iterable[str]:
    """Yield each value that the rules look at, as the first customer has it."""
    rule_set = judgement.judging.rule_set
    kind = judgement.kinds[judgement.classes[row].as_py()]
    for field in judged_fields(rule_set):
        policy = kind.meaning.policies.get(field)
        if policy is not None and policy.kind not in ("unknown", "error"):
            value = assumed_text(policy, kind_of(rule_set, field), lang)
        else:
            value = texts.of(field)[row].as_py()
        yield f"{label_of(rule_set, field, lang)} {value}"


def _name(customers: Table, row: int) -> tuple[str, str]:
    """Return the customer's name, else id, and the field that it is."""
    for field in ("name", "customer_id"):
        if field in customers.columns and field in customers.frame:
            value = customers.frame[field].iloc[row]
            if isinstance(value, str) and value:
                return value, field
    return str(customers.frame["row"].iloc[row]), "name"
