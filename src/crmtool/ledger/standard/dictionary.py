"""The data dictionary: which standard fields each kind of sheet can have.

Knows the roles of sheets and puts the fields' tables together; finding a field for a header is left to
`crmtool.ledger.headers.vocabulary`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.standard.activity_fields import DEMANDS, ORDERS, TICKETS, VISITS
from crmtool.ledger.standard.customer_fields import IDENTITY, REACH, TRADE
from crmtool.ledger.standard.relation_fields import LOCK, STANDING, STRATEGY, TIERS

Role = Literal["customers", "orders", "visits", "demands", "tickets"]
ROLES: tuple[Role, ...] = get_args(Role)

CUSTOMERS: tuple[FieldSpec, ...] = (*IDENTITY, *REACH, *TRADE, *STANDING, *TIERS, *LOCK, *STRATEGY)

FIELDS: Mapping[Role, tuple[FieldSpec, ...]] = {
    "customers": CUSTOMERS,
    "orders": ORDERS,
    "visits": VISITS,
    "demands": DEMANDS,
    "tickets": TICKETS,
}

#: Fields that may carry a tier, in the order in which they are asked where the rule set's own column is absent.
TIER_FIELDS: tuple[str, ...] = tuple(field.id for field in TIERS)

#: What makes a sheet this kind of sheet: one field of each group must be there.
REQUIRED: Mapping[Role, tuple[tuple[str, ...], ...]] = {
    "customers": (("name", "customer_id"),),
    "orders": (("customer_name", "customer_id"), ("order_date", "order_no"), ("amount", "order_no")),
    "visits": (
        ("customer_name", "customer_id"),
        ("date", "planned_date"),
        ("content", "result", "status", "channel", "owner", "visit_id"),
    ),
    "demands": (("customer_name", "customer_id"), ("date",), ("demand", "demand_type")),
    "tickets": (("customer_name", "customer_id"), ("raised",), ("kind", "content", "ticket_id")),
}


def standard_field(role: Role, field_id: str) -> FieldSpec:
    """Return a standard field by its id; KeyError where there is none."""
    for field in FIELDS[role]:
        if field.id == field_id:
            return field
    raise KeyError(field_id)
