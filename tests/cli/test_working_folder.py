"""init, rules new and template export hand things out that work when they come back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
import yaml
from command_line import AS_OF, Crmtool, book
from openpyxl.styles import PatternFill

from crmtool.config import Config

FILLED = {
    "annual_value": ({"客户名称": "甲公司", "最近交易时间": date(2023, 10, 15), "年消费额": "15万元", "历史合作时长": "2年"}, "高价值客户"),
    "annual_plan": ({"客户名称": "甲公司", "年度购买金额": 86000, "年度购买频率": 12, "首次购买": date(2020, 4, 2)}, "重要客户"),
    "value_risk": ({"客户名称": "甲公司", "ARPU值": 300000, "增长率": 0.05, "投诉率": 0, "最近订单": date(2023, 10, 1)}, "高价值稳定型"),
    "four_dimensions": ({"客户姓名": "张三", "消费金额": 120000, "消费频率": "高频", "忠诚度": "忠诚", "潜在价值": "高"}, "VIP客户"),
    "value_potential": (
        {"客户ID": "C001", "客户名称": "甲公司", "需求描述": "采购A类设备，年需求50万", "合作历史（万元）": "2022年合作30万", "客户状态": "成交客户",
         "最近新增需求日期": date(2023, 10, 1)},
        "A类",
    ),
}  # fmt: skip


def fill_in(path: Path, row: dict[str, object]) -> None:
    """Type one customer below the header of an empty ledger, as a person would."""
    workbook = openpyxl.load_workbook(path)
    for sheet in workbook:
        for cells in sheet.iter_rows():
            columns = {str(cell.value).replace("*", "").strip(): cell.column for cell in cells if cell.value}
            if set(row) <= set(columns):
                for header, value in row.items():
                    sheet.cell(cells[0].row + 1, columns[header], value)
                workbook.save(path)
                return
    raise AssertionError(f"{path} has no header row with {list(row)}")


@pytest.mark.parametrize("rules", FILLED)
@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
def test_the_ledger_of_init_classifies_once_it_is_filled_in(crmtool: Crmtool, rules: str) -> None:
    ran = crmtool("init", "客户管理", "--rules", rules)
    assert ran.code == 0
    assert "crmtool classify 客户管理/客户台账.xlsx" in ran.out.replace("\\", "/")
    row, label = FILLED[rules]
    fill_in(Path("客户管理/客户台账.xlsx"), row)
    document = crmtool("classify", "客户管理/客户台账.xlsx", *AS_OF, "--json").document
    assert document["schema"] == "crmtool.classify/v1", document
    assert document["rules"]["id"] == rules
    assert [customer["label"] for customer in document["customers"]] == [label]


def test_the_empty_ledger_of_init_is_said_to_be_empty(crmtool: Crmtool) -> None:
    crmtool("init")
    ran = crmtool("classify", "客户台账.xlsx")
    assert ran.code == 3
    assert "[no-customers]" in ran.err


def test_init_keeps_what_is_there_and_says_so(crmtool: Crmtool) -> None:
    Path("crmtool.yaml").write_text("rules: value_risk\n", encoding="utf-8")
    ran = crmtool("init", "--lang", "en")
    assert Path("crmtool.yaml").read_text(encoding="utf-8") == "rules: value_risk\n"
    assert "crmtool.yaml is there already and was kept" in ran.out
    assert "Wrote 客户台账.xlsx" in ran.out
    again = crmtool("init", "--json")
    assert (again.code, again.document["outputs"]) == (0, [])


def test_init_refuses_unknown_rules_and_a_folder_that_is_a_file(crmtool: Crmtool) -> None:
    assert crmtool("init", "x", "--rules", "nope").code == 2
    assert not Path("x").exists()
    Path("y").write_text("", encoding="utf-8")
    assert crmtool("init", "y").code == 4


def test_a_copied_rule_set_judges_like_the_original_until_it_is_changed(
    crmtool: Crmtool, clean: Path
) -> None:
    assert crmtool("rules", "new", "ours", "--from", "annual_value").code == 0
    text = Path("ours.yaml").read_text(encoding="utf-8")
    assert "#" in text, "comments are kept"
    document = crmtool("classify", clean, *AS_OF, "--rules", "ours.yaml", "--json", "-o", "1.xlsx").document
    assert document["rules"]["id"] == "ours"
    assert [row["label"] for row in document["customers"]] == ["高价值客户", "稳定客户", "潜力客户"]
    Path("ours.yaml").write_text(text.replace('">= 10万元"', '">= 20万元"'), encoding="utf-8")
    changed = crmtool("classify", clean, *AS_OF, "--rules", "ours.yaml", "--json", "-o", "1.xlsx").document
    assert changed["customers"][0]["label"] != "高价值客户"


def test_a_rule_set_is_never_copied_over_a_file(crmtool: Crmtool) -> None:
    Path("ours.yaml").write_text("mine", encoding="utf-8")
    assert crmtool("rules", "new", "ours").code == 4
    assert Path("ours.yaml").read_text(encoding="utf-8") == "mine"
    assert crmtool("rules", "new", "ours", "-o", "other.yaml", "--from", "value_risk").code == 0


def test_rules_show_puts_them_into_words(crmtool: Crmtool) -> None:
    ran = crmtool("rules", "show", "annual_value", "--lang", "zh")
    assert "高价值客户" in ran.out
    assert "10万元以上" in ran.out
    assert "原文" in ran.out


def test_rules_show_says_how_often_each_tier_is_visited(crmtool: Crmtool) -> None:
    assert (
        "每两个月1次电话回访，每半年1次上门回访"
        in crmtool("rules", "show", "annual_plan", "--lang", "zh").out
    )
    assert "How often visited" in crmtool("rules", "show", "annual_plan", "--lang", "en").out


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_init_names_all_the_steps_of_a_year(crmtool: Crmtool, lang: str) -> None:
    lines = crmtool("init", "--lang", lang).out.splitlines()
    steps = [line.split()[1] for line in lines if line.strip().startswith("crmtool ")]
    assert steps == ["check", "classify", "plan", "followup", "collect", "status", "review", "apply"]


def test_the_samples_in_the_settings_of_init_are_settings(crmtool: Crmtool) -> None:
    crmtool("init", "--rules", "annual_plan")
    text = Path("crmtool.yaml").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("# ") and ":" in line:
            text = text.replace(line, line.removeprefix("# "))
    known = Config.model_validate(yaml.safe_load(text))
    assert (known.caps, known.holidays) == ({"day": 8, "week": 30, "onsite": 2}, "放假安排.xlsx")
    assert "司庆 09-18" in known.festivals
    assert known.managers == {"张三": "王经理"}


@pytest.mark.parametrize("rules", FILLED)
def test_the_ledger_of_init_has_the_columns_that_visits_are_planned_from(
    crmtool: Crmtool, rules: str
) -> None:
    crmtool("init", "--rules", rules)
    heads = {str(cell.value) for cell in openpyxl.load_workbook("客户台账.xlsx").worksheets[0][1]}
    assert {"最近联系时间", "下次跟进时间", "生日"} <= heads
    assert heads & {"联系电话", "联系方式"}


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
def test_a_restyled_template_is_checked_and_filled(crmtool: Crmtool, clean: Path) -> None:
    assert crmtool("template", "export", "classification", "-o", "mine.xlsx").code == 0
    workbook = openpyxl.load_workbook("mine.xlsx")
    sheet = workbook["客户分级表"]
    sheet["A1"] = "本公司客户分级表"
    sheet["A1"].fill = PatternFill("solid", fgColor="00FFCC00")
    workbook.save("mine.xlsx")
    checked = crmtool("template", "check", "mine.xlsx")
    assert checked.code == 0, checked.err
    assert crmtool("classify", clean, *AS_OF, "--template", "mine.xlsx", "-o", "out.xlsx").code == 0
    out = openpyxl.load_workbook("out.xlsx")["客户分级表"]
    assert out["A1"].value == "本公司客户分级表"
    assert out["A1"].fill.fgColor.rgb == "00FFCC00"
    assert {"甲公司", "乙公司", "丙公司"} <= {cell.value for cell in out["A"]}


def test_a_template_with_a_marker_that_does_not_exist_is_told(crmtool: Crmtool, clean: Path) -> None:
    book(Path("bad.xlsx"), 表=[("客户", "级别"), ("{{grading.name}}", "{{grading.nope}}")])
    ran = crmtool("template", "check", "bad.xlsx")
    assert ran.code == 1
    assert "nope" in ran.err
    assert crmtool("classify", clean, *AS_OF, "--template", "bad.xlsx", "-o", "out.xlsx").code == 2
    assert not Path("out.xlsx").exists()


def test_files_that_are_no_templates_are_refused(crmtool: Crmtool, clean: Path) -> None:
    Path("notes.txt").write_text("not a workbook", encoding="utf-8")
    for arguments in (("template", "check", "notes.txt"), ("classify", clean, "--template", "notes.txt")):
        ran = crmtool(*arguments)
        assert ran.code == 2
        assert "notes.txt" in ran.err
    assert crmtool("template", "check", clean).code == 1
    assert crmtool("classify", clean, "--template", clean).code == 2
    assert crmtool("template", "export", "classification", "-o", clean).code == 4
