"""What holds for the data dictionary as a whole."""

from __future__ import annotations

from collections import Counter

import pytest

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.headers.finding import Wanted
from crmtool.ledger.headers.texts import normalise
from crmtool.ledger.headers.vocabulary import fold_name, vocabulary
from crmtool.ledger.standard.dictionary import FIELDS, REQUIRED, ROLES, TIER_FIELDS, Role, standard_field
from crmtool.ledger.standard.profiles import PROFILES


@pytest.mark.parametrize("role", ROLES)
def test_ids_are_unique_within_a_kind_of_sheet(role: Role) -> None:
    assert [id for id, times in Counter(field.id for field in FIELDS[role]).items() if times > 1] == []


def test_only_names_with_a_stated_second_meaning_belong_to_two_fields() -> None:
    """公司名称 is the customer's name unless another column is; so are a company's and an owner's other names."""
    owners: dict[str, set[str]] = {}
    for field in FIELDS["customers"]:
        for name in field.names:
            owners.setdefault(fold_name(name), set()).add(field.id)
    shared = {frozenset(ids) for ids in owners.values() if len(ids) > 1}
    assert shared == {
        frozenset(p) for p in (("name", "company"), ("owner", "visit_owner"), ("owner", "role"))
    }


@pytest.mark.parametrize("role", ROLES[1:])
def test_no_name_of_an_activity_belongs_to_two_fields(role: Role) -> None:
    names = Counter(key for field in FIELDS[role] for key in {fold_name(name) for name in field.names})
    assert [name for name, times in names.items() if times > 1] == []


def test_every_label_finds_its_own_field() -> None:
    for role in ROLES:
        words = vocabulary(role, Wanted())
        for field in FIELDS[role]:
            claims = words.claims(normalise(field.label))
            assert field.id in {claim.field.id for alternatives in claims for claim in alternatives}, (
                field.label
            )


def test_what_is_required_and_profiled_exists() -> None:
    for role, groups in REQUIRED.items():
        for field_id in (field_id for group in groups for field_id in group):
            assert standard_field(role, field_id).id == field_id
    for profile in PROFILES:
        assert [standard_field(profile.role, field_id).id for field_id in profile.names] == list(
            profile.names
        )
    assert [standard_field("customers", field_id).id for field_id in TIER_FIELDS] == list(TIER_FIELDS)


def test_a_field_that_is_no_standard_field_is_an_error() -> None:
    with pytest.raises(KeyError):
        standard_field("orders", "favourite_colour")


def test_a_rule_field_is_known_by_every_name_of_the_standard_field_it_claims() -> None:
    arpu = FieldSpec("arpu", "ARPU值", "money", ("年消费额",))
    words = vocabulary("customers", Wanted((arpu,)))
    field = words.field_named("年度交易额")
    assert field is not None
    assert field.id == "arpu"


def test_the_tier_columns_header_means_the_tier_first_and_the_plain_field_else() -> None:
    words = vocabulary("customers", Wanted(tier_column="客户类型"))
    meanings = [claim.field.id for claims in words.claims(normalise("客户类型")) for claim in claims]
    assert meanings == ["tier", "customer_type"]
