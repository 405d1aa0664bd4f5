"""Each customer's KPIs: those of the tier, what the ledger states, and where the two are at odds."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from kpi_cases import customers, ground, rules, table, visits, with_kpis

from crmtool.messages import place_of, text_of
from crmtool.review.kpis.customers import CustomerKpis, customer_kpis
from crmtool.review.kpis.ground import KpiGround
from crmtool.review.kpis.measure import measured
from crmtool.review.kpis.results import kpi_results
from crmtool.review.model import CUSTOMER_KPI_COLUMNS
from crmtool.rules.model import RuleSet
from crmtool.visits.frames import table_of

#: The four cells of the source's adjustment table, and the tiers of their rows.
SOURCE = (
    ("hv_stable", "复购率≥80%/85%;满意度≥90%/88%"),
    ("hv_potential", "新增订单数≥2单/1单;转化周期≤30天/45天"),
    ("lv_risk", "流失率≤5%/10%;复购率≥50%/40%"),
    ("lv_stable", "投诉率≤3%/5%;客单价稳定"),
)


def told(where: KpiGround, rule_set: RuleSet, **more: Any) -> CustomerKpis:
    counted = measured(where)
    return customer_kpis(counted, where, rule_set, kpi_results(counted, where, rule_set, **more))


def rows(where: KpiGround, rule_set: RuleSet, **more: Any) -> list[dict[str, Any]]:
    found = told(where, rule_set, **more).frame
    assert list(found.columns) == list(CUSTOMER_KPI_COLUMNS)
    assert all(found[name].dtype.pyarrow_dtype == kind for name, kind in CUSTOMER_KPI_COLUMNS.items())
    return table_of(found).to_pylist()


def source() -> KpiGround:
    people = customers(4, kpi_text=[text for _, text in SOURCE])
    return ground(people, tiers=[tier for tier, _ in SOURCE])


def test_the_cells_of_the_source_come_back_in_their_own_notation() -> None:
    found = rows(source(), rules("value_risk"))
    for customer, (_, text) in enumerate(SOURCE):
        assert ";".join(row["text"] for row in found if row["customer"] == customer) == text
    assert {row["origin"] for row in found} == {"stated"}
    assert all(row["is_own"] for row in found)


def test_the_figures_of_the_source_are_judged_as_it_has_them() -> None:
    found = {(row["customer"], row["id"]): row for row in rows(source(), rules("value_risk"))}
    reached = {key: row["attainment"] for key, row in found.items()}
    assert reached == {
        (0, "repeat_rate"): 1.0,
        (0, "satisfaction_rate"): 88 / 90,
        (1, "new_orders"): 0.5,
        (1, "cycle"): 30 / 45,
        (2, "churn_rate"): 0.5,
        (2, "repeat_rate"): 0.8,
        (3, "complaint_rate"): 0.6,
        (3, "aov_change"): None,
    }
    assert [found[0, kpi]["met"] for kpi in ("repeat_rate", "satisfaction_rate")] == [True, False]
    assert found[3, "aov_change"]["label"] == "客单价稳定"


def bought(*rows: tuple[int, str, int]) -> Any:
    return table("customer order_date amount", (9, "2020-01-01", 1), *rows)


def test_a_customer_has_the_kpis_of_the_tier_and_the_undecided_those_of_all() -> None:
    rule_set = with_kpis(
        {
            "new": [
                {"id": "new_orders", "label": "订单数", "target": ">= 2单"},
                {"id": "nps", "label": "NPS"},
            ],
            "all": [
                {"id": "repeat_rate", "label": "复购率", "target": ">= 50%"},
                {"id": "new_orders", "label": "新增订单数", "target": ">= 1单"},
            ],
        }
    )
    where = ground(10, orders=bought((0, "2026-07-01", 1)), tiers=["new", None, *["general"] * 8])
    found = [row for row in rows(where, rule_set) if row["customer"] in (0, 1)]
    assert [(row["customer"], row["id"], row["is_own"], row["text"]) for row in found] == [
        (0, "new_orders", True, "订单数≥2单/1单"),
        (0, "nps", True, None),
        (0, "repeat_rate", False, "复购率≥50%/0%"),
        (1, "repeat_rate", False, "复购率≥50%/-"),
        (1, "new_orders", False, "新增订单数≥1单/0单"),
    ]
    assert [row["customer_key"] for row in found] == ["C0"] * 3 + ["C1"] * 2
    assert [(row["numerator"], row["denominator"]) for row in found] == [
        (1, 1),
        (None, None),
        (0, 1),
        (None, None),
        (0, 1),
    ]


def test_a_relative_target_is_written_with_its_goal_or_left_open() -> None:
    said = visits({"customer": 0, "done_on": "2026-07-01", "satisfaction": 5})
    where = ground(1, records=said)
    open_one = rows(where, rules("annual_plan"))[0]
    assert (open_one["text"], open_one["met"]) == ("客户满意度≥[X+10]/100%", None)
    known = rows(where, rules("annual_plan"), baselines={"satisfaction_rate": "78%"})[0]
    assert (known["text"], known["goal"], known["met"]) == ("客户满意度≥88%/100%", 0.88, True)


def test_a_stated_target_holds_for_that_customer_and_its_missing_result_is_counted() -> None:
    people = customers(10, kpi_text=["新增订单数≥3单/-"] + [None] * 9)
    where = ground(
        people, orders=bought((0, "2026-07-01", 1), (0, "2026-07-02", 1)), tiers=["hv_potential"] * 10
    )
    first, _, second, *_ = rows(where, rules("value_risk"))
    assert (first["text"], first["met"], first["origin"]) == ("新增订单数≥3单/2单", False, "stated")
    assert (first["numerator"], first["actual"], first["target"]) == (2, 2, "≥3单")
    assert (second["text"], second["met"], second["origin"]) == ("新增订单数≥2单/0单", False, "counted")


def test_what_the_cell_states_beside_the_rules_is_the_customers_own() -> None:
    people = customers(1, kpi_text=["NPS≥40/35;转介绍≥2个/3个;口碑好;复购率≥80%/90%"])
    found = rows(ground(people, tiers=["hv_stable"]), rules("value_risk"))
    assert [(row["id"], row["text"], row["met"], row["is_own"]) for row in found] == [
        ("repeat_rate", "复购率≥80%/90%", True, True),
        ("satisfaction_rate", "满意度≥90%/-", None, True),
        ("nps", "NPS≥40/35", False, True),
        ("转介绍", "转介绍≥2个/3个", True, True),
        ("口碑好", "口碑好", None, True),
    ]


def test_nothing_that_a_cell_states_is_lost() -> None:
    people = customers(3, kpi_text=["满意度≥90%/88%;客户满意率≥95%/96%", "口碑好", "口碑好;满意度≥80%/-"])
    found = rows(ground(people, tiers=["hv_stable"] * 3), rules("value_risk"))
    texts = [[row["text"] for row in found if row["customer"] == customer] for customer in range(3)]
    assert texts == [
        ["复购率≥80%/-", "满意度≥90%/88%", "客户满意率≥95%/96%"],
        ["复购率≥80%/-", "满意度≥90%/-", "口碑好"],
        ["复购率≥80%/-", "满意度≥80%/-", "口碑好"],
    ]


def test_a_kpi_of_all_that_the_cell_states_is_the_customers_own() -> None:
    people = customers(2, kpi_text=["客户留存率≥85%/80%", None])
    found = [row for row in rows(ground(people), rules("value_potential")) if row["id"] == "retention"]
    assert [(row["customer"], row["is_own"], row["met"]) for row in found] == [
        (0, True, False),
        (1, False, None),
    ]


@pytest.mark.parametrize("name", ["满意度", "客户满意度（CSAT）", "csat", "满意率"])
def test_a_kpi_goes_by_many_names(name: str) -> None:
    people = customers(1, kpi_text=[f"{name}≥90%/88%"])
    found = rows(ground(people, tiers=["hv_stable"]), rules("value_risk"))
    assert [(row["id"], row["actual"]) for row in found] == [
        ("repeat_rate", None),
        ("satisfaction_rate", 0.88),
    ]


def test_a_column_of_the_kpis_name_wins_over_what_is_counted_and_the_cell_over_both() -> None:
    people = customers(
        3,
        complaint_rate=[0.05, 0.05, 0.02],
        complaint_rate__high=[None, None, 0.1],
        kpi_text=[None, "投诉率≤3%/1%", None],
    )
    found = rows(ground(people, tiers=["lv_stable"] * 3), rules("value_risk"))
    complaints = [(row["actual"], row["origin"]) for row in found if row["id"] == "complaint_rate"]
    # A range states no figure.
    assert complaints == [(0.05, "stated"), (0.01, "stated"), (None, "counted")]


def test_a_kpi_that_is_stated_in_another_unit_stands_for_itself() -> None:
    said = visits({"customer": 0, "done_on": "2026-07-01", "satisfaction": 5})
    people = customers(1, kpi_text=["满意度≥4.5/4.2"])
    found = told(ground(people, records=said, tiers=["hv_stable"]), rules("value_risk"))
    row = table_of(found.frame).to_pylist()[1]
    assert (row["id"], row["unit"], row["actual"], row["met"]) == ("satisfaction_rate", "", 4.2, False)
    assert found.findings == ()


def test_where_stated_and_counted_differ_the_cell_is_told_a_few_times() -> None:
    size = 31
    people = customers(size, kpi_text=["新增订单数≥2单/5单"] * 30 + ["新增订单数≥2单/0单"])
    begun = table("customer order_date amount", (30, "2020-01-01", 1), (0, "2026-07-01", 1))
    found = told(ground(people, orders=begun, tiers=["hv_potential"] * size), rules("value_risk"))
    assert [finding.code for finding in found.findings] == ["kpi-stated-otherwise"] * 5
    assert sum(finding.count for finding in found.findings) == 30  # the last one states what is counted
    first = found.findings[0]
    assert place_of(first) == "[a.xlsx]客户!C2"
    assert text_of(first, "zh") == "“新增订单数”填的是 5，按明细算是 1；以填写的为准"


def test_rounding_and_shares_of_a_single_customer_are_no_difference() -> None:
    said = visits(*({"customer": 0, "done_on": "2026-07-01", "satisfaction": score} for score in (5, 5, 1)))
    people = customers(10, kpi_text=["复购率≥80%/85%;满意度≥90%/67%"] + [None] * 9)
    where = ground(people, orders=bought((0, "2026-07-01", 1)), records=said, tiers=["hv_stable"] * 10)
    assert told(where, rules("value_risk")).findings == ()


def test_a_cell_that_cannot_be_read_is_told_and_the_rules_hold() -> None:
    people = customers(2, kpi_text=["复购率≥八成五/?%", None])
    found = told(ground(people, tiers=["hv_stable", "hv_stable"]), rules("value_risk"))
    assert [(finding.code, place_of(finding)) for finding in found.findings] == [
        ("kpi-cell-unreadable", "[a.xlsx]客户!C2")
    ]
    texts = [row["text"] for row in table_of(found.frame).to_pylist()]
    assert texts == ["复购率≥80%/-", "满意度≥90%/-"] * 2


def test_a_ledger_without_customers_or_rules_without_kpis_give_no_rows() -> None:
    assert rows(ground(0), rules("value_risk")) == []
    assert rows(ground(3, tiers=["a", "b", None]), rules("four_dimensions")) == []
    empty = told(ground(0), rules("value_risk")).frame
    assert pa.table(empty).num_rows == 0


def test_what_is_counted_in_another_unit_keeps_the_word_behind_its_figures() -> None:
    people = customers(3, kpi_text=["满意度≥4.5分/4.2分", "复购率≥3/2", "账期≤30天/45天;拜访≥2次/1次"])
    where = ground(people, tiers=["hv_stable"] * 3)
    stated = [row for row in rows(where, with_kpis({}, "value_risk")) if row["origin"] == "stated"]
    assert [(row["customer"], row["label"], row["unit"], row["met"]) for row in stated] == [
        (0, "满意度", "分", False),
        (1, "复购率", "", False),
        (2, "账期", "days", False),
        (2, "拜访", "次", False),
    ]
