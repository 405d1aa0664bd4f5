"""What the exports of well-known systems call their columns, where the words are too general for everyone.

Knows signatures and names only. Headers that speak for themselves (客户名称, Account Name) are in the dictionary.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crmtool.ledger.headers.texts import fold
from crmtool.ledger.standard.dictionary import Role


@dataclass(frozen=True, slots=True)
class Profile:
    """One system's export: recognised where a sheet has every header of `signature`.

    `names` gives more headers for a field, before its own. `counting_status`: where set, only orders in one
    of these states count (a pipeline lists deals that are not won).
    """

    id: str
    role: Role
    signature: tuple[str, ...]
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    counting_status: tuple[str, ...] = ()


PROFILES: tuple[Profile, ...] = (
    Profile(
        "zoho-accounts",
        "customers",
        ("Account Name", "Account Owner"),
        {
            "customer_id": ("Record Id", "Account Id", "id", "Account Number"),
            "name": ("Account Name",),
            "owner": ("Account Owner", "Account Owner.name", "Owner__name"),
            "created": ("Created Time",),
        },
    ),
    Profile(
        "zoho-deals",
        "orders",
        ("Deal Name", "Stage", "Closing Date"),
        {
            "order_no": ("Record Id", "Deal Id", "id"),
            "customer_id": ("Account Name.id", "Account Name__id"),
            "customer_name": ("Account Name", "Account Name.name", "Account Name__name"),
            "order_date": ("Closing Date",),
            "amount": ("Amount",),
            "status": ("Stage",),
            "owner": ("Deal Owner", "Owner__name"),
        },
        counting_status=("closed won", "closedwon", "已成交", "赢单", "成交"),
    ),
    Profile(
        "fxiaoke-accounts",
        "customers",
        ("name", "account_no"),
        {
            "name": ("name",),
            "customer_id": ("account_no",),
            "customer_grade": ("account_level",),
            "customer_type": ("account_type",),
            "source": ("account_source",),
            "status": ("account_status",),
            "deal_status": ("deal_status",),
            "industry": ("industry_level1",),
            "industry_level2": ("industry_level2",),
            "phone": ("tel",),
            "website": ("url",),
            "owner": ("owner",),
            "department": ("owner_department",),
            "last_contact": ("last_followed_time",),
            "next_followup": ("next_followed_time",),
            "last_order": ("last_deal_closed_time",),
            "last_order_amount": ("last_deal_closed_amount",),
            "refund_total": ("total_refund_amount",),
            "credit_code": ("uniform_social_credit_code",),
            "created": ("create_time",),
        },
    ),
    Profile(
        "72crm-contracts",
        "orders",
        ("合同编号", "合同金额"),
        {"order_no": ("合同编号",), "order_date": ("下单时间",), "amount": ("合同金额",)},
    ),
    Profile(
        "taobao-orders",
        "orders",
        ("订单编号", "买家会员名", "订单状态"),
        {
            "customer_name": ("买家会员名",),
            "amount": ("买家实际支付金额",),
            "order_date": ("订单付款时间", "订单创建时间"),
            "product": ("宝贝标题",),
        },
    ),
)


def recognise(headers: Iterable[str], role: Role) -> Profile | None:
    """Return the profile whose whole signature stands among the headers, or None."""
    keys = {fold(header) for header in headers}
    for profile in PROFILES:
        if profile.role == role and all(fold(name) in keys for name in profile.signature):
            return profile
    return None
