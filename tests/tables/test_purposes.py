"""What a visit is for: its name, then as much of the tier's strategy as two lines hold."""

from __future__ import annotations

from hand_made import annual_value
from hand_made_plans import plan, visit

from crmtool.rules.model import Text
from crmtool.tables.purposes import PURPOSE_LENGTH, purposes


def of(**cells: object) -> object:
    return purposes(plan([visit("2026-01-05", **cells)]).visits, annual_value()).to_pylist()[0]


def test_a_call_tells_its_name_and_the_strategy_of_its_tier() -> None:
    assert of() == "电话回访 · 专属客户经理对接；定期高层拜访"


def test_a_tier_without_a_strategy_or_unknown_has_the_name_alone() -> None:
    assert of(tier="stable") == "电话回访"
    assert of(tier="gone") == "电话回访"
    assert of(tier=None) == "电话回访"


def test_a_visit_without_a_name_has_the_strategy_alone_or_nothing() -> None:
    assert of(label=None) == "专属客户经理对接；定期高层拜访"
    assert of(label=None, tier="stable") is None


def test_birthdays_and_festivals_tell_the_occasion_instead() -> None:
    assert of(kind="festival", occasion="中秋", label="节日礼品") == "节日礼品 · 中秋"
    assert of(kind="birthday", label="生日祝福") == "生日祝福"


def test_a_long_strategy_is_cut_between_texts_and_never_loses_its_first() -> None:
    rule_set = annual_value(strategy={"high_value": (Text("甲" * 20), Text("乙" * 12), Text("丙" * 2))})
    visits = plan([visit("2026-01-05"), visit("2026-01-06", label="访")]).visits
    # Four characters and ` · ` leave 33 of 40: 20 + 1 + 12 fit, one more does not; a shorter name leaves room.
    assert purposes(visits, rule_set).to_pylist() == [
        "电话回访 · " + "甲" * 20 + "；" + "乙" * 12,
        "访 · " + "甲" * 20 + "；" + "乙" * 12 + "；" + "丙" * 2,
    ]
    assert PURPOSE_LENGTH == 40
    long = annual_value(strategy={"high_value": (Text("甲" * 60), Text("乙"))})
    assert purposes(visits, long).to_pylist()[0] == "电话回访 · " + "甲" * 60
