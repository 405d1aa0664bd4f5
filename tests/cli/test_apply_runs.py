"""`crmtool apply`: what people decided in an adjustment table comes into the ledger, once, whole, and with a trace."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from adjustment_books import HEAD, LEDGER, A, B, C, applied, cells, ledger, outcomes, table
from command_line import Crmtool, book

from crmtool.errors import OutputError
from crmtool.files.history import History
from crmtool.files.locks import locked


@pytest.fixture(autouse=True)
def there(tmp_path: Path) -> None:
    ledger(tmp_path / "台账.xlsx")


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_an_approved_row_puts_its_strategy_and_cycle_into_the_ledger(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    table(tmp_path / "表.xlsx", A, {**B, "审批结果": "驳回"}, {**C, "审批结果": None})
    ran = applied(crmtool, "表.xlsx")
    assert (ran.code, outcomes(ran)) == (0, ["applied", "rejected", "undecided"])
    after = cells(tmp_path / "台账.xlsx")
    assert after["A科技有限公司"]["当前核心策略"] == "增加产品成本透明度分析报告"
    assert after["A科技有限公司"]["策略执行周期"] == "每月1次"
    for name, _, _, strategy, cycle in LEDGER[2:]:
        assert (after[name]["当前核心策略"], after[name]["策略执行周期"]) == (strategy, cycle)
    assert list(after["B贸易公司"]) == list(LEDGER[0]), "no column is added for locks that nobody gave"
    assert [(cell["cell"], cell["before"], cell["after"]) for cell in ran.document["ledger"]["cells"]] == [
        ("D2", "季度高层互访", "增加产品成本透明度分析报告"),
        ("E2", "每季度1次", "每月1次"),
    ]
    assert list(tmp_path.rglob("*台账*.bak*")) or ran.document["ledger"]["backup"]


def test_the_same_table_twice_is_the_same_as_once(crmtool: Crmtool, tmp_path: Path) -> None:
    table(tmp_path / "表.xlsx", A, {**B, "等级锁定": "高价值稳定型", "锁定至": date(2024, 12, 31)})
    assert applied(crmtool, "表.xlsx", "--history", "h.db").code == 0
    before = bytes_in(tmp_path)
    again = applied(crmtool, "表.xlsx", "--history", "h.db")
    assert (again.code, outcomes(again)) == (0, ["current", "current"])
    assert again.document["ledger"]["is_current"]
    assert not again.document["is_recorded"]
    assert bytes_in(tmp_path) == before


def test_a_lock_goes_into_the_three_columns_that_judging_reads(crmtool: Crmtool, tmp_path: Path) -> None:
    lock = {"等级锁定": "高价值稳定", "锁定原因": "战略客户", "锁定至": date(2024, 12, 31)}
    table(tmp_path / "表.xlsx", {**B, **lock}, {**C, "调整后策略": None, "等级锁定": "低价值稳定型"})
    assert outcomes(applied(crmtool, "表.xlsx")) == ["refused adjustment-lock-unknown", "applied"]
    table(tmp_path / "表.xlsx", {**B, **lock, "等级锁定": "高价值稳定型客户"})
    assert outcomes(applied(crmtool, "表.xlsx")) == ["applied"]
    after = cells(tmp_path / "台账.xlsx")
    wanted = {**lock, "等级锁定": "高价值稳定型"}
    assert {name: after["B贸易公司"][name] for name in lock} == wanted
    assert (after["C个体工商户"]["等级锁定"], after["C个体工商户"]["当前核心策略"]) == (
        "低价值稳定型",
        "价格优惠",
    )
    told = crmtool(
        "classify", "台账.xlsx", "--rules", "value_risk", "--as-of", "2024-04-01", "--json"
    ).document
    assert [each["tier"] for each in told["customers"]] == ["hv_stable", "hv_stable", "lv_stable"]


def test_a_new_lock_takes_the_place_of_the_whole_old_one(crmtool: Crmtool, tmp_path: Path) -> None:
    head = (*LEDGER[0], "等级锁定", "锁定原因", "锁定至")
    old = ("低价值稳定型", "旧的原因", date(2024, 3, 1))
    ledger(tmp_path / "台账.xlsx", [head, *LEDGER[1:3], (*LEDGER[3], *old)])
    table(tmp_path / "表.xlsx", {**C, "等级锁定": "低价值风险型"})
    assert outcomes(applied(crmtool, "表.xlsx")) == ["applied"]
    after = cells(tmp_path / "台账.xlsx")["C个体工商户"]
    assert [after[name] for name in head[-3:]] == ["低价值风险型", None, None]


def test_a_lock_alone_leaves_strategy_and_cycle_as_they_are(crmtool: Crmtool, tmp_path: Path) -> None:
    table(tmp_path / "表.xlsx", {**A, "调整后策略": None, "等级锁定": "高价值稳定型"})
    assert outcomes(applied(crmtool, "表.xlsx")) == ["applied"]
    after = cells(tmp_path / "台账.xlsx")["A科技有限公司"]
    assert (after["当前核心策略"], after["策略执行周期"], after["等级锁定"]) == (
        "季度高层互访",
        "每季度1次",
        "高价值稳定型",
    )


@pytest.mark.parametrize(
    ("tier", "cycle", "after"),
    [
        # who has moved brings along what was done for the tier they come from: it is not for the new strategy
        ("低价值稳定型", "每月1次主动沟通，每季度1次高层互访", None),
        ("高价值稳定型", "每月1次主动沟通，每季度1次高层互访", "每月1次主动沟通，每季度1次高层互访"),
        ("低价值稳定型", "每周1次", "每周1次"),
        (None, "每月1次主动沟通，每季度1次高层互访", "每月1次主动沟通，每季度1次高层互访"),
    ],
)
def test_the_rhythm_of_a_former_tier_is_not_written_for_a_new_strategy(
    crmtool: Crmtool, tmp_path: Path, tier: str | None, cycle: str, after: str | None
) -> None:
    ledger(tmp_path / "台账.xlsx", [LEDGER[0], (*LEDGER[1][:4], None)])
    table(tmp_path / "表.xlsx", {**A, "客户类型": tier, "策略执行周期": cycle})
    assert outcomes(applied(crmtool, "表.xlsx")) == ["applied"]
    told = cells(tmp_path / "台账.xlsx")["A科技有限公司"]
    assert (told["当前核心策略"], told["策略执行周期"]) == (A["调整后策略"], after)
    assert outcomes(applied(crmtool, "表.xlsx")) == ["current"]


@pytest.mark.parametrize(
    ("row", "problem", "cell"),
    [
        ({"客户名称": "E公司"}, "adjustment-of-nobody", "A4"),
        ({"审批人": None}, "adjustment-without-approver", "L4"),
        ({"审批人": "  "}, "adjustment-without-approver", "L4"),
        ({"调整后策略": None}, "adjustment-without-strategy", "I4"),
        ({"等级锁定": "钻石客户"}, "adjustment-lock-unknown", "O4"),
        ({"锁定原因": "战略客户"}, "adjustment-lock-alone", "O4"),
        (
            {"等级锁定": "高价值稳定型", "锁定至": date(2024, 3, 31)},
            "adjustment-lock-over",
            "Q4",
        ),
        ({"等级锁定": "高价值稳定型", "锁定至": "等通知"}, "adjustment-unread", "M4"),
        ({"当前核心策略": "免费试用"}, "adjustment-overtaken", "I4"),
    ],
)
def test_what_cannot_be_carried_out_is_told_at_its_cell_and_changes_nothing(
    crmtool: Crmtool, tmp_path: Path, row: dict[str, Any], problem: str, cell: str
) -> None:
    table(tmp_path / "表.xlsx", {**A, **row})
    before = (tmp_path / "台账.xlsx").read_bytes()
    ran = applied(crmtool, "表.xlsx")
    assert (ran.code, outcomes(ran)) == (0, [f"refused {problem}"])
    (told,) = (each for each in ran.document["findings"] if each["code"] == problem)
    assert (told["file"], told["sheet"], told["cell"]) == ("表.xlsx", "调整表", cell)
    assert "{" not in told["message"] + told["help"]
    assert (tmp_path / "台账.xlsx").read_bytes() == before
    assert applied(crmtool, "表.xlsx", "--strict").code == 1


def test_the_last_day_of_a_lock_may_be_today(crmtool: Crmtool, tmp_path: Path) -> None:
    table(tmp_path / "表.xlsx", {**A, "等级锁定": "高价值稳定型", "锁定至": date(2024, 4, 1)})
    assert outcomes(applied(crmtool, "表.xlsx")) == ["applied"]


def test_two_customers_of_one_name_are_told_apart_by_number_only(crmtool: Crmtool, tmp_path: Path) -> None:
    head = (*LEDGER[0], "客户编号")
    twins = [(*LEDGER[1], "C1"), (*LEDGER[1], "C2")]
    ledger(tmp_path / "台账.xlsx", [head, *twins])
    table(tmp_path / "表.xlsx", A)
    assert outcomes(applied(crmtool, "表.xlsx")) == ["refused adjustment-of-several"]
    table(tmp_path / "表.xlsx", {**A, "客户编号": "C2"}, head=(*HEAD, "客户编号"))
    ran = applied(crmtool, "表.xlsx")
    assert outcomes(ran) == ["applied"]
    assert [cell["cell"] for cell in ran.document["ledger"]["cells"]] == ["D3", "E3"]


def test_a_renamed_customer_is_found_by_number_and_another_number_is_another_customer(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    ledger(tmp_path / "台账.xlsx", [(*LEDGER[0], "客户编号"), (*LEDGER[1], "C1"), (*LEDGER[2], None)])
    head = (*HEAD, "客户编号")
    table(
        tmp_path / "表.xlsx",
        {**A, "客户名称": "A科技集团", "客户编号": "C1"},
        {**B, "客户编号": "C9"},
        {**A, "客户编号": "C9"},
        head=head,
    )
    assert outcomes(applied(crmtool, "表.xlsx")) == [
        *("applied", "applied", "refused adjustment-of-nobody"),
    ], "a number where there was none is the same customer by name; another number is not"


def test_a_hidden_key_tells_namesakes_apart(crmtool: Crmtool, tmp_path: Path) -> None:
    ledger(tmp_path / "台账.xlsx", [LEDGER[0], LEDGER[1], LEDGER[1], LEDGER[2]])
    table(tmp_path / "表.xlsx", {**A, "客户键": "A科技有限公司~2"}, head=(*HEAD, "客户键"))
    ran = applied(crmtool, "表.xlsx")
    assert outcomes(ran) == ["applied"]
    assert {cell["cell"] for cell in ran.document["ledger"]["cells"]} == {"D3", "E3"}


@pytest.mark.parametrize("hidden", ["客户编号", "客户键"])
def test_a_row_sorted_away_from_its_number_or_key_is_carried_out_on_neither_customer(
    crmtool: Crmtool, tmp_path: Path, hidden: str
) -> None:
    ids = ("C1", "C2", None) if hidden == "客户编号" else (None, None, None)
    rows = [(*row, each) for row, each in zip(LEDGER[1:], ids, strict=True)]
    ledger(tmp_path / "台账.xlsx", [(*LEDGER[0], "客户编号"), *rows])
    of_a, of_b = ("C1", "C2") if hidden == "客户编号" else ("A科技有限公司", "B贸易公司")
    table(
        tmp_path / "表.xlsx",
        *({**A, hidden: of_b}, {**B, hidden: of_a}, {**C, hidden: None}),
        head=(*HEAD, hidden),
    )
    ran = applied(crmtool, "表.xlsx")
    assert outcomes(ran) == [*["refused adjustment-of-two"] * 2, "applied"]
    first, second = ran.document["findings"]
    assert (first["cell"], second["cell"]) == ("A4", "A5")
    assert "A科技有限公司" in first["message"]
    assert "B贸易公司" in first["message"]
    after = cells(tmp_path / "台账.xlsx")
    assert [after[row[0]]["当前核心策略"] for row in LEDGER[1:]] == [
        *("季度高层互访", "行业案例分享", "满减促销"),
    ]


def test_where_number_and_name_agree_the_key_of_another_is_passed_over(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    rows = [(*row, number) for row, number in zip(LEDGER[1:], ("C1", "C2", "C3"), strict=True)]
    ledger(tmp_path / "台账.xlsx", [(*LEDGER[0], "客户编号"), *rows])
    table(tmp_path / "表.xlsx", {**B, "客户编号": "C2", "客户键": "C1"}, head=(*HEAD, "客户编号", "客户键"))
    ran = applied(crmtool, "表.xlsx")
    assert outcomes(ran) == ["applied"]
    assert {cell["cell"] for cell in ran.document["ledger"]["cells"]} == {"D3", "E3"}


def test_the_line_for_signatures_below_a_table_is_no_row(crmtool: Crmtool, tmp_path: Path) -> None:
    signed = {
        "客户名称": "编制人签字：______",
        "当前核心策略": "复核人签字：______",
        "调整原因": "审批人签字：______",
    }
    table(tmp_path / "表.xlsx", A, {}, signed)
    ran = applied(crmtool, "表.xlsx")
    assert (outcomes(ran), ran.document["findings"]) == (["applied"], [])


def test_two_tables_that_decide_differently_are_both_left_alone(crmtool: Crmtool, tmp_path: Path) -> None:
    table(tmp_path / "一.xlsx", A, B)
    table(tmp_path / "二.xlsx", {**A, "审批结果": "驳回"}, B)
    ran = applied(crmtool, "一.xlsx", "二.xlsx")
    assert outcomes(ran) == ["refused adjustment-contradicted", "applied", "rejected", "applied"]
    (told,) = ran.document["findings"]
    assert "[二.xlsx]调整表!M4" in told["message"]
    assert cells(tmp_path / "台账.xlsx")["A科技有限公司"]["当前核心策略"] == "季度高层互访"
    table(tmp_path / "二.xlsx", {**A, "调整后策略": "别的策略"})
    assert outcomes(applied(crmtool, "一.xlsx", "二.xlsx"))[::2] == ["refused adjustment-contradicted"] * 2


def test_an_undecided_copy_of_a_row_does_not_stand_against_its_approval(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    table(tmp_path / "一.xlsx", A)
    table(tmp_path / "二.xlsx", {**A, "审批结果": "待定"})
    assert outcomes(applied(crmtool, "一.xlsx", "二.xlsx")) == ["applied", "undecided"]


def test_an_older_table_does_not_undo_a_later_one(crmtool: Crmtool, tmp_path: Path) -> None:
    later = {**A, "当前核心策略": A["调整后策略"], "调整后策略": "高层共创", "策略执行周期": "每两周1次"}
    table(tmp_path / "三月.xlsx", A)
    table(tmp_path / "六月.xlsx", later)
    assert outcomes(applied(crmtool, "三月.xlsx")) == ["applied"]
    assert outcomes(applied(crmtool, "六月.xlsx")) == ["applied"]
    again = applied(crmtool, "三月.xlsx")
    assert outcomes(again) == ["refused adjustment-overtaken"]
    assert "高层共创" in again.document["findings"][0]["message"]
    assert cells(tmp_path / "台账.xlsx")["A科技有限公司"]["当前核心策略"] == "高层共创"


def test_a_cycle_that_was_changed_by_hand_since_is_not_set_back(crmtool: Crmtool, tmp_path: Path) -> None:
    table(tmp_path / "表.xlsx", A)
    applied(crmtool, "表.xlsx")
    by_hand = [LEDGER[0], (*LEDGER[1][:3], A["调整后策略"], "每周1次"), *LEDGER[2:]]
    ledger(tmp_path / "台账.xlsx", by_hand)
    assert outcomes(applied(crmtool, "表.xlsx")) == ["refused adjustment-overtaken"]


def test_a_table_without_the_current_strategy_says_nothing_against_the_ledgers(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    head = ("客户名称", "调整后策略", "审批人", "审批结果")
    table(tmp_path / "表.xlsx", A, head=head)
    assert outcomes(applied(crmtool, "表.xlsx")) == ["applied"]
    after = cells(tmp_path / "台账.xlsx")["A科技有限公司"]
    assert (after["当前核心策略"], after["策略执行周期"]) == (A["调整后策略"], "每季度1次")


@pytest.mark.parametrize("word", ["同意", " 通过。", "批准", "是", "Approved", "已同意"])
def test_words_of_approval(crmtool: Crmtool, tmp_path: Path, word: str) -> None:
    table(tmp_path / "表.xlsx", {**A, "审批结果": word})
    assert outcomes(applied(crmtool, "表.xlsx")) == ["applied"]


def test_a_word_that_says_neither_is_told_and_counts_as_undecided(crmtool: Crmtool, tmp_path: Path) -> None:
    table(
        tmp_path / "表.xlsx",
        {**A, "审批结果": "原则上同意"},
        {**B, "审批结果": "不同意"},
        {**C, "审批结果": "—"},
        {**C, "审批结果": "暂缓"},
    )
    ran = applied(crmtool, "表.xlsx")
    assert outcomes(ran) == ["undecided", "rejected", "undecided", "undecided"]
    assert [(each["code"], each["cell"]) for each in ran.document["findings"]] == [
        ("unknown-verdict", "M4"),
    ]
    assert "原则上同意" in ran.document["findings"][0]["message"]


def test_a_table_without_verdicts_is_told(crmtool: Crmtool, tmp_path: Path) -> None:
    table(tmp_path / "表.xlsx", A, head=HEAD[:11])
    ran = applied(crmtool, "表.xlsx")
    assert (ran.code, outcomes(ran)) == (0, ["undecided"])
    assert [each["code"] for each in ran.document["findings"]] == ["adjustments-without-verdicts"]


def test_a_file_without_a_table_ends_with_3_and_the_ledger_itself_with_2(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    book(tmp_path / "别的.xlsx", 表=[["客户名称", "年消费额"], ["甲", 1]])
    ran = applied(crmtool, "别的.xlsx")
    assert (ran.code, ran.document["findings"][0]["code"]) == (3, "no-adjustment-table")
    assert applied(crmtool, "台账.xlsx").code == 2


@pytest.mark.parametrize("named", [(".",), ("台账.xlsx", "表.xlsx")], ids=["folder", "files"])
def test_the_ledger_among_the_tables_is_passed_over_with_a_note(
    crmtool: Crmtool, tmp_path: Path, named: tuple[str, ...]
) -> None:
    table(tmp_path / "表.xlsx", A)
    ran = applied(crmtool, *named, "--strict")
    assert (ran.code, outcomes(ran)) == (0, ["applied"])
    assert [(each["code"], each["file"]) for each in ran.document["findings"]] == [
        ("ledger-passed-over", "台账.xlsx")
    ]


def test_a_workbook_without_a_table_is_a_note_in_a_folder_and_a_mistake_where_it_was_named(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    (tmp_path / "回件").mkdir()
    table(tmp_path / "回件" / "表.xlsx", A)
    book(tmp_path / "回件" / "别的.xlsx", 表=[["客户名称", "年消费额"], ["甲", 1]])
    ran = applied(crmtool, "回件", "--strict")
    assert (ran.code, outcomes(ran)) == (0, ["applied"])
    assert [(each["code"], each["file"]) for each in ran.document["findings"]] == [
        ("workbook-passed-over", "别的.xlsx")
    ]
    ran = applied(crmtool, "回件/表.xlsx", "回件/别的.xlsx", "--strict")
    assert (ran.code, outcomes(ran)) == (1, ["current"])
    assert [each["code"] for each in ran.document["findings"]] == ["no-adjustment-table"]


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        ({"调整后策略": "-"}, "refused adjustment-without-strategy"),
        ({"调整后策略": " / "}, "refused adjustment-without-strategy"),
        ({"调整后策略": "无"}, "refused adjustment-without-strategy"),
        ({"审批人": "-"}, "refused adjustment-without-approver"),
        ({"审批人": "／"}, "refused adjustment-without-approver"),
        ({"等级锁定": "—", "锁定原因": "无", "策略执行周期": "-"}, "applied"),
    ],
)
def test_a_dash_a_stroke_or_the_word_for_nothing_is_nothing(
    crmtool: Crmtool, tmp_path: Path, row: dict[str, Any], outcome: str
) -> None:
    table(tmp_path / "表.xlsx", {**A, **row})
    assert outcomes(applied(crmtool, "表.xlsx")) == [outcome]
    assert cells(tmp_path / "台账.xlsx")["A科技有限公司"]["策略执行周期"] == "每季度1次"


def test_where_nothing_was_carried_out_nothing_is_said_of_the_ledger_but_that(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    line = ("--ledger", "台账.xlsx", "--rules", "value_risk", "--as-of", "2024-04-01", "--lang", "en")
    table(tmp_path / "表.xlsx", {**A, "审批人": None}, {**B, "审批结果": "驳回"})
    ran = crmtool("apply", "表.xlsx", *line)
    assert ("Nothing was written" in ran.out, "says all of it already" in ran.out) == (True, False)
    table(tmp_path / "表.xlsx", A)
    assert "Nothing was written" not in crmtool("apply", "表.xlsx", *line).out
    ran = crmtool("apply", "表.xlsx", *line)
    assert ("Nothing was written" in ran.out, "says all of it already" in ran.out) == (False, True)


def test_what_helps_where_the_ledger_cannot_be_written_is_no_option_that_apply_has_not(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    table(tmp_path / "表.xlsx", A)
    (tmp_path / "~$台账.xlsx").write_bytes(b"\x04Anna" + b" " * 60)
    (told,) = applied(crmtool, "表.xlsx").document["findings"]
    assert told["code"] == "ledger-open-elsewhere"
    assert "--update-ledger" not in told["help"]


def test_a_rehearsal_shows_the_cells_and_writes_nothing(crmtool: Crmtool, tmp_path: Path) -> None:
    table(tmp_path / "表.xlsx", A, {**B, "审批结果": "驳回"})
    before = bytes_in(tmp_path)
    options = ("--ledger", "台账.xlsx", "--rules", "value_risk", "--as-of", "2024-04-01", "--history", "h.db")
    ran = crmtool("apply", "表.xlsx", *options, "--dry-run", "--lang", "zh")
    assert ran.code == 0
    assert "客户!D2 当前核心策略: 季度高层互访 → 增加产品成本透明度分析报告" in ran.out
    assert "驳回：B贸易公司" in ran.out
    assert "将执行 1 行" in ran.out
    assert bytes_in(tmp_path) == before


def test_decisions_are_kept_in_the_history_with_what_came_of_them(crmtool: Crmtool, tmp_path: Path) -> None:
    table(tmp_path / "表.xlsx", A, {**B, "审批结果": "驳回", "备注": "明年再说"}, {**C, "审批人": None})
    ran = applied(crmtool, "表.xlsx", "--history", "h.db")
    assert ran.document["is_recorded"]
    with History.open(tmp_path / "h.db", is_read_only=True) as kept:
        rows = kept.adjustments().to_pylist()
        (run,) = kept.runs()
    assert run.command == "apply"
    assert run.counts == {"applied": 1, "current": 0, "rejected": 1, "undecided": 0, "refused": 1}
    told = [(row["customer_key"], row["verdict"], row["applied"], row["remark"]) for row in rows]
    assert told == [
        ("A科技有限公司", "approved", "applied", None),
        ("B贸易公司", "rejected", "rejected", "明年再说"),
        ("C个体工商户", "approved", "refused", None),
    ]


def test_75_while_another_run_holds_the_ledger(crmtool: Crmtool, tmp_path: Path) -> None:
    table(tmp_path / "表.xlsx", A)
    with locked(Path("台账.xlsx")):
        assert applied(crmtool, "表.xlsx").code == 75
    (tmp_path / "~$台账.xlsx").write_bytes(b"\x04Anna" + b" " * 60)
    before = (tmp_path / "台账.xlsx").read_bytes()
    assert applied(crmtool, "表.xlsx").code == 75
    assert (tmp_path / "台账.xlsx").read_bytes() == before


def test_no_backup_is_kept_where_none_is_wanted(crmtool: Crmtool, tmp_path: Path) -> None:
    table(tmp_path / "表.xlsx", A)
    ran = applied(crmtool, "表.xlsx", "--no-backup")
    assert (ran.code, ran.document["ledger"]["backup"]) == (0, None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["台账.xlsx", "表.xlsx"]


def test_the_order_of_rows_and_tables_makes_no_difference_to_the_ledger(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    table(tmp_path / "一.xlsx", A, B)
    table(tmp_path / "二.xlsx", C, {**B, "等级锁定": None})
    applied(crmtool, "一.xlsx", "二.xlsx")
    first = cells(tmp_path / "台账.xlsx")
    ledger(tmp_path / "台账.xlsx", [LEDGER[0], *LEDGER[:0:-1]])
    table(tmp_path / "一.xlsx", B, A)
    applied(crmtool, "二.xlsx", "一.xlsx")
    assert cells(tmp_path / "台账.xlsx") == first


def test_a_history_that_fails_after_the_ledger_was_changed_says_so_and_the_next_run_records(
    crmtool: Crmtool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table(tmp_path / "表.xlsx", A)

    def fails(self: History, *args: Any, **more: Any) -> None:
        raise OutputError.of("history-no-space", file="h.db")

    with monkeypatch.context() as patched:
        patched.setattr(History, "record", fails)
        ran = applied(crmtool, "表.xlsx", "--history", "h.db")
    told = [finding["code"] for finding in ran.document["findings"]]
    assert (ran.code, told) == (4, ["history-no-space", "applied-not-recorded"])
    assert cells(tmp_path / "台账.xlsx")["A科技有限公司"]["当前核心策略"] == A["调整后策略"]
    again = applied(crmtool, "表.xlsx", "--history", "h.db")
    assert (again.code, again.document["is_recorded"], again.document["ledger"]["is_current"]) == (
        0,
        True,
        True,
    )
