"""Tells of festivals and birthdays that a person set up and that no tier's cadence asks for: nobody would be greeted.

Which day they fall on is for `crmtool.visits.calendar`; which cadences there are, for the rule sets.
"""

from __future__ import annotations

from collections.abc import Iterator

from crmtool.errors import Finding
from crmtool.jobs.plans.making import Ground
from crmtool.visits.reading.facts import texts

_FESTIVAL = "- {at: festival, channel: any, label: 节日关怀}"
_BIRTHDAY = "- {at: birthday, channel: any, label: 生日祝福}"


def unasked(ground: Ground) -> Iterator[Finding]:
    """Yield a finding for `festivals:` of the config, and one for the ledger's 生日, where no cadence goes by them."""
    rule_set = ground.assessment.rule_set
    asked = {line.at for lines in rule_set.cadence.values() for line in lines}
    customers = ground.assessment.read.ledger.customers
    params = {"rules": rule_set.name, "id": rule_set.id}
    if ground.config.festivals and "festival" not in asked:
        listed = "、".join(ground.config.festivals)
        yield Finding("festivals-not-asked", value=listed, params=params | {"line": _FESTIVAL})
    birthdays = texts(customers.frame, "birthday")
    known = len(birthdays) - birthdays.null_count
    if known and "birthday" not in asked:
        placed = customers.columns.get("birthday")
        told = params | {"line": _BIRTHDAY, "customers": str(known)}
        column = placed.header if placed is not None else "生日"
        yield Finding("birthdays-not-asked", column=column, value=column, params=told)
