"""`crmtool classify --update-ledger`: tiers, reasons, the day and 问题清单 in the user's own workbook."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import openpyxl.utils.datetime
import pytest
import xlsxwriter
from command_line import AS_OF, CLEAN, HEADER, Crmtool, Ran, book

ROOT = Path(__file__).resolve().parents[2]
DAY = datetime.combine(date(2023, 10, 31), time())
TIERS = ["高价值客户", "稳定客户", "潜力客户"]
NEW = ["客户类型", "分级日期", "分级依据"]
EXAMPLES = {
    "annual_value": ("customers.xlsx", "2023-10-31"),
    "annual_plan": ("annual_plan.xlsx", "2023-10-31"),
    "value_risk": ("value_risk.xlsx", "2024-03-20"),
    "four_dimensions": ("four_dimensions.xlsx", "2024-06-30"),
    "value_potential": ("value_potential.xlsx", "2024-03-01"),
}


def rows(path: Path, sheet: str = "客户") -> list[list[Any]]:
    found = openpyxl.load_workbook(path)[sheet]
    return [[cell.value for cell in row] for row in found.iter_rows()]


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def copies(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if "-备份-" in path.name)


@pytest.fixture
def update(crmtool: Crmtool) -> Any:
    """Return what updates a ledger by the rules that are shipped for it."""

    def run(path: Path, *more: object) -> Ran:
        options = () if "--as-of" in more else AS_OF
        return crmtool("classify", path, *options, "--update-ledger", "-o", "out.xlsx", *more)

    return run


def test_tier_reason_and_day_are_written_and_the_workbook_comes_out_too(update: Any, clean: Path) -> None:
    ran = update(clean)
    assert (ran.code, Path("out.xlsx").is_file()) == (0, True)
    found = rows(clean)
    assert found[0] == [*HEADER, *NEW]
    assert [row[4] for row in found[1:]] == TIERS
    assert [row[5] for row in found[1:]] == [DAY] * 3
    assert all(row[5] for row in found[1:])
    assert [row[:4] for row in found[1:]] == [
        [name, spent, datetime.combine(last, time()), years] for name, spent, last, years in CLEAN
    ]


def test_the_ledger_says_the_same_as_the_classification_workbook(update: Any, clean: Path) -> None:
    update(clean)
    sheets = openpyxl.load_workbook("out.xlsx")
    told = {
        row[0].value: [cell.value for cell in row]
        for sheet in sheets
        for row in sheet.iter_rows()
        if row[0].value in ("甲公司", "乙公司", "丙公司")
    }
    for row in rows(clean)[1:]:
        assert row[4] in told[row[0]]


def test_twice_is_the_same_bytes_and_no_second_backup(update: Any, clean: Path) -> None:
    first_run = update(clean)
    once = clean.read_bytes()
    again = update(clean)
    assert clean.read_bytes() == once
    assert len(copies(clean.parent)) == 1
    assert (first_run.code, again.code) == (0, 0)
    assert "already" in again.out


@pytest.mark.parametrize("rules", EXAMPLES)
def test_each_example_updated_twice_is_as_updated_once(update: Any, tmp_path: Path, rules: str) -> None:
    name, as_of = EXAMPLES[rules]
    ledger = tmp_path / name
    shutil.copy(ROOT / "examples" / name, ledger)
    options = ("--rules", rules, "--as-of", as_of, "--json")
    first = update(ledger, *options)
    once = ledger.read_bytes()
    second = update(ledger, *options)
    assert ledger.read_bytes() == once
    one, two = first.document, second.document
    assert one["findings"] == two["findings"]
    assert _without_previous(one["customers"]) == _without_previous(two["customers"])
    assert one["ledger"]["cells"] != [] and two["ledger"]["cells"] == []
    assert (one["ledger"]["is_current"], two["ledger"]["is_current"]) == (False, True)
    assert one["ledger"]["backup"] is not None and two["ledger"]["backup"] is None


def _without_previous(customers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return customers without the tier that they had before, which only the second run can know."""
    return [{key: value for key, value in each.items() if key != "previous"} for each in customers]


def test_a_messy_ledger_twice_is_as_once_and_undecided_customers_disturb_nothing(
    update: Any, tmp_path: Path
) -> None:
    ledger = tmp_path / "messy.xlsx"
    shutil.copy(ROOT / "examples" / "messy.xlsx", ledger)
    first = update(ledger, "--json").document
    once = ledger.read_bytes()
    second = update(ledger, "--json").document
    assert ledger.read_bytes() == once
    assert first["findings"] == second["findings"]
    assert _without_previous(first["customers"]) == _without_previous(second["customers"])
    assert "待补资料" in [cell for row in rows(ledger, "客户台账") for cell in row]


def test_a_tier_is_judged_anew_when_the_customer_has_changed(update: Any, clean: Path) -> None:
    update(clean)
    before = [row[4] for row in rows(clean)[1:]]
    ledger = openpyxl.load_workbook(clean)
    ledger["客户"]["B2"] = "0.5万元"
    ledger.save(clean)
    update(clean)
    after = [row[4] for row in rows(clean)[1:]]
    assert (after[0], after[1:]) == ("低价值/沉默客户", before[1:])


def test_the_backup_has_the_old_bytes(update: Any, clean: Path) -> None:
    old = clean.read_bytes()
    ran = update(clean)
    [copy] = copies(clean.parent)
    assert copy.read_bytes() == old
    assert copy.name in ran.out.replace("\n", "")


def test_no_backup_where_none_is_wanted(update: Any, clean: Path) -> None:
    update(clean, "--no-backup")
    assert copies(clean.parent) == [] and rows(clean)[0][4:] == NEW


def test_the_configuration_says_how_many_backups_are_kept(update: Any, clean: Path) -> None:
    Path("crmtool.yaml").write_text("backups: 2\n", encoding="utf-8")
    for day in range(1, 4):
        clean.with_name(f"a-备份-2020010{day}-000000.xlsx").write_bytes(b"old")
    clean.with_name("a-备份-我的.xlsx").write_bytes(b"mine")
    update(clean)
    kept = [path.name for path in copies(clean.parent)]
    assert kept[0] == "a-备份-20200103-000000.xlsx" and len(kept) == 3 and kept[2] == "a-备份-我的.xlsx"


def test_a_configuration_of_no_backups_keeps_those_that_are_there(update: Any, clean: Path) -> None:
    Path("crmtool.yaml").write_text("backups: 0\n", encoding="utf-8")
    clean.with_name("a-备份-20200101-000000.xlsx").write_bytes(b"old")
    update(clean)
    assert [path.name for path in copies(clean.parent)] == ["a-备份-20200101-000000.xlsx"]


def test_a_rehearsal_lists_cells_and_writes_nothing(update: Any, clean: Path) -> None:
    old, before = clean.read_bytes(), files(clean.parent)
    ran = update(clean, "--dry-run")
    assert (clean.read_bytes(), files(clean.parent)) == (old, before)
    text = ran.out.replace("\n", "")
    assert "客户!E2 客户类型: ∅ → " in text and "客户!F4 分级日期: ∅ → 2023-10-31" in text
    document = update(clean, "--dry-run", "--json").document
    cells = document["ledger"]["cells"]
    assert [cell["cell"] for cell in cells] == [f"{c}{r}" for c in "EFG" for r in (2, 3, 4)]
    assert cells[5] == {
        "sheet": "客户",
        "cell": "F4",
        "header": "分级日期",
        "before": None,
        "after": "2023-10-31",
    }
    assert document["ledger"]["added_columns"] == {"客户": NEW}
    assert clean.read_bytes() == old


def test_a_rehearsal_lists_the_first_cells_and_all_with_v(update: Any, tmp_path: Path) -> None:
    ledger = book(
        tmp_path / "a.xlsx",
        客户=[HEADER, *((f"客户{number}", *CLEAN[0][1:]) for number in range(30))],
    )
    short, long = update(ledger, "--dry-run"), update(ledger, "--dry-run", "-v")
    assert "客户!G31" not in short.out and "客户!G31" in long.out


def test_a_column_that_holds_something_else_is_not_overwritten(update: Any, tmp_path: Path) -> None:
    kinds = ["企业", "个人", "企业"]
    table = [(*HEADER, "客户类型"), *((*row, kind) for row, kind in zip(CLEAN, kinds, strict=True))]
    ledger = book(tmp_path / "a.xlsx", 客户=table)
    for _ in range(2):
        assert update(ledger).code == 0
        found = rows(ledger)
        assert found[0] == [*HEADER, "客户类型", "分级结果", "分级日期", "分级依据"]
        assert [row[4] for row in found[1:]] == kinds
        assert {row[5] for row in found[1:]} <= {*TIERS, "低价值/沉默客户"}
    # The second run knows the column that the first one made: no other sheet, no other backup.
    assert len(copies(ledger.parent)) == 1
    told = update(ledger, "--json").document
    assert told["ledger"]["is_current"] is True
    assert "tier-written-elsewhere" in {finding["code"] for finding in told["findings"]}
    assert all(
        "分级结果" not in finding["message"]
        for finding in told["findings"]
        if finding["code"] != "tier-written-elsewhere"
    )


def test_what_is_written_over_is_counted_column_by_column(update: Any, tmp_path: Path) -> None:
    table = [(*HEADER, "客户类型", "分级依据"), *((*row, "稳定客户", "领导指定") for row in CLEAN)]
    ran = update(book(tmp_path / "a.xlsx", 客户=table), "--lang", "zh")
    assert "其中改写了原有内容：客户类型 2、分级依据 3" in ran.out.replace("\n", "")


def test_a_backup_that_made_room_is_named(update: Any, clean: Path) -> None:
    Path("crmtool.yaml").write_text("backups: 1\n", encoding="utf-8")
    update(clean)
    [first] = copies(clean.parent)
    ran = update(clean, "--as-of", "2023-11-01", "--lang", "zh")
    assert not first.exists()
    assert f"为此删去了较早的备份 {first.name}" in ran.out.replace("\n", "")


def test_what_helps_with_a_ledger_that_is_open_is_not_another_output(update: Any, clean: Path) -> None:
    clean.with_name(f"~${clean.name}").touch()
    ran = update(clean)
    assert (ran.code, " -o" in ran.err, "ledger-open-elsewhere" in ran.err) == (75, False, True)


def test_no_backup_goes_with_an_update_only(crmtool: Any, clean: Path) -> None:
    ran = crmtool("classify", clean, *AS_OF, "--no-backup")
    assert ran.code == 2 and "option-alone" in ran.err


def test_rows_of_totals_and_blank_rows_look_on_as_the_ledger_does(update: Any, clean: Path) -> None:
    ledger = openpyxl.load_workbook(clean)
    sheet = ledger["客户"]
    yellow = openpyxl.styles.PatternFill("solid", fgColor="FFFFFF00")
    for column, value in enumerate(("合计", "20万元", None, None), start=1):
        sheet.cell(5, column, value).fill = yellow
    sheet.cell(8, 4).fill = yellow
    ledger.save(clean)
    assert update(clean).code == 0
    once = clean.read_bytes()
    written = openpyxl.load_workbook(clean)["客户"]
    assert [written.cell(5, column).fill.fgColor.rgb for column in (5, 6, 7)] == ["FFFFFF00"] * 3
    assert written.cell(8, 5).fill.fill_type is None
    assert update(clean).code == 0 and clean.read_bytes() == once


def test_a_tier_column_that_is_there_is_filled_whatever_marks_its_header_has(
    update: Any, tmp_path: Path
) -> None:
    ledger = book(tmp_path / "a.xlsx", 客户=[("客户类型（必填）", *HEADER), *((None, *row) for row in CLEAN)])
    assert update(ledger).code == 0
    found = rows(ledger)
    assert found[0] == ["客户类型（必填）", *HEADER, "分级日期", "分级依据"]
    assert all(row[0] for row in found[1:])


def test_several_sheets_are_written_each_for_itself(update: Any, tmp_path: Path) -> None:
    north = [("华北区客户",), HEADER, ("丁公司", "8万元", date(2023, 10, 1), "1年")]
    ledger = book(tmp_path / "a.xlsx", 华东=[HEADER, *CLEAN], 华北=north)
    assert update(ledger, "--sheet", "*").code == 0
    assert rows(ledger, "华东")[0] == [*HEADER, *NEW]
    assert rows(ledger, "华北")[0][1:] == [None] * 6
    assert rows(ledger, "华北")[1] == [*HEADER, *NEW]
    assert rows(ledger, "华北")[2][4] == "潜力客户"
    once = ledger.read_bytes()
    update(ledger, "--sheet", "*")
    assert ledger.read_bytes() == once


def test_findings_stand_on_a_sheet_with_links_inside_the_workbook(update: Any, flawed: Path) -> None:
    update(flawed)
    found = openpyxl.load_workbook(flawed)["问题清单"]
    cells = [[cell.value for cell in row] for row in found.iter_rows(min_row=3)]
    assert cells[0][:7] == ["级别", "位置", "列", "内容", "说明", "怎么处理", "代码"]
    assert ["客户!B5", "年消费额", "约8万"] in [row[1:4] for row in cells]
    links = {
        cell.value: cell.hyperlink for row in found.iter_rows(min_row=4) for cell in row if cell.hyperlink
    }
    assert links["客户!B5"].location == "客户!B5" and links["客户!B5"].target is None


def test_sheet_names_that_need_quotes_are_quoted_in_links(update: Any, tmp_path: Path) -> None:
    sheet = "Q1 '24"
    ledger = book(
        tmp_path / "b.xlsx", **{sheet: [HEADER, *CLEAN, ("丁公司", "约8万", date(2023, 10, 1), "1年")]}
    )
    update(ledger)
    found = openpyxl.load_workbook(ledger)["问题清单"]
    locations = [cell.hyperlink.location for row in found.iter_rows() for cell in row if cell.hyperlink]
    assert "'Q1 ''24'!B5" in locations


def test_no_sheet_of_findings_where_there_is_nothing_to_tell(update: Any, clean: Path) -> None:
    update(clean)
    assert openpyxl.load_workbook(clean).sheetnames == ["客户"]


def test_somebody_elses_sheet_of_that_name_is_left_alone(update: Any, tmp_path: Path) -> None:
    mine = [("日期", "我的问题"), ("周一", "打印机坏了")]
    flawed = [HEADER, *CLEAN, ("丁公司", "约8万", date(2023, 10, 1), "1年")]
    ledger = book(tmp_path / "b.xlsx", 客户=flawed, 问题清单=mine)
    for _ in range(2):
        update(ledger)
        assert openpyxl.load_workbook(ledger).sheetnames == ["客户", "问题清单", "问题清单 (2)"]
        assert rows(ledger, "问题清单") == [list(row) for row in mine]


def test_findings_are_emptied_when_all_is_mended(update: Any, flawed: Path) -> None:
    update(flawed)
    ledger = openpyxl.load_workbook(flawed)
    ledger["客户"]["B5"] = "8万元"
    ledger.save(flawed)
    assert update(flawed).code == 0
    assert len(copies(flawed.parent)) == 2
    assert "约8万" not in [cell for row in rows(flawed, "问题清单") for cell in row]


def test_the_ledger_of_the_configuration_is_written_into(crmtool: Crmtool, clean: Path) -> None:
    Path("crmtool.yaml").write_text("ledger: a.xlsx\n", encoding="utf-8")
    assert crmtool("classify", *AS_OF, "--update-ledger", "-o", "out.xlsx").code == 0
    assert rows(clean)[0][4:] == NEW


def test_the_ledger_as_the_output_is_still_refused(crmtool: Crmtool, clean: Path) -> None:
    old = clean.read_bytes()
    ran = crmtool("classify", clean, *AS_OF, "--update-ledger", "-o", clean)
    assert (ran.code, clean.read_bytes()) == (2, old)
    assert "output-is-input" in ran.err


@pytest.mark.parametrize("owner", ["~$a.xlsx", ".~lock.a.xlsx#"])
def test_a_ledger_that_is_open_is_left_alone(update: Any, clean: Path, owner: str) -> None:
    old = clean.read_bytes()
    clean.with_name(owner).write_bytes(b"x")
    ran = update(clean)
    assert (ran.code, clean.read_bytes()) == (75, old)
    assert "open-elsewhere" in ran.err
    assert files(clean.parent) == sorted(["a.xlsx", owner])
    assert update(clean, "--dry-run").code == 0


def test_a_ledger_that_another_run_holds_is_left_alone(update: Any, clean: Path) -> None:
    from crmtool.files.locks import locked

    old = clean.read_bytes()
    with locked(clean):
        ran = update(clean)
    assert (ran.code, clean.read_bytes()) == (75, old)
    assert "busy-other-run" in ran.err


def test_a_write_protected_ledger_is_left_alone(update: Any, clean: Path) -> None:
    old = clean.read_bytes()
    clean.chmod(0o444)
    ran = update(clean)
    assert (ran.code, clean.read_bytes()) == (4, old)
    assert "write-refused" in ran.err and not Path("out.xlsx").exists()


@pytest.mark.parametrize(
    ("name", "code"), [("a.csv", "update-refused-kind"), ("s.xlsx", "update-refused-signed")]
)
def test_ledgers_that_cannot_be_written_into_are_refused_before_anything(
    update: Any, clean: Path, tmp_path: Path, name: str, code: str
) -> None:
    ledger = tmp_path / name
    if name.endswith("csv"):
        ledger.write_text(
            "客户名称,年消费额,最近交易时间,合作时长\n甲,15万元,2023-10-15,2年\n", encoding="utf-8"
        )
    else:
        shutil.copy(clean, ledger)
        with zipfile.ZipFile(ledger, "a") as archive:
            archive.writestr("_xmlsignatures/sig1.xml", "<a/>")
    old = ledger.read_bytes()
    ran = update(ledger)
    assert (ran.code, ledger.read_bytes(), Path("out.xlsx").exists()) == (4, old, False)
    assert code in ran.err


@pytest.mark.skipif(os.name != "posix", reason="links and mode bits are those of POSIX")
def test_a_link_stays_a_link_and_mode_bits_stay(update: Any, clean: Path, tmp_path: Path) -> None:
    clean.chmod(0o640)
    desk = tmp_path / "desk"
    desk.mkdir()
    (desk / "台账.xlsx").symlink_to(clean)
    assert update(desk / "台账.xlsx").code == 0
    assert (desk / "台账.xlsx").is_symlink() and clean.stat().st_mode & 0o777 == 0o640
    assert rows(clean)[0][4:] == NEW
    assert [path.stat().st_mode & 0o777 for path in copies(clean.parent)] == [0o640]


def test_a_name_of_255_bytes_is_no_hindrance(update: Any, clean: Path) -> None:
    ledger = clean.rename(clean.with_name("客" * 83 + "x.xlsx"))
    assert len(ledger.name.encode()) == 255
    assert update(ledger).code == 0
    assert rows(ledger)[0][4:] == NEW and len(copies(ledger.parent)) == 1


def test_nothing_is_left_beside_the_ledger(update: Any, clean: Path) -> None:
    update(clean, "--no-backup")
    assert files(clean.parent) == ["a.xlsx", "out.xlsx"]


def test_formulas_of_others_stay_and_are_calculated_anew(update: Any, tmp_path: Path) -> None:
    ledger = book(tmp_path / "a.xlsx", 客户=[HEADER, *CLEAN], 汇总=[("合计", '=COUNTIF(客户!E:E,"*客户")')])
    update(ledger)
    assert rows(ledger, "汇总") == [["合计", '=COUNTIF(客户!E:E,"*客户")']]
    with zipfile.ZipFile(io.BytesIO(ledger.read_bytes())) as archive:
        assert 'fullCalcOnLoad="1"' in archive.read("xl/workbook.xml").decode()


def test_libreoffice_opens_the_ledger_with_the_values(update: Any, flawed: Path, convert: Any) -> None:
    update(flawed)
    [saved] = convert([flawed], "xlsx")
    assert [row[4:] for row in rows(saved)] == [row[4:] for row in rows(flawed)]
    assert rows(saved, "问题清单")[2] == rows(flawed, "问题清单")[2]


def written_with_everything(path: Path) -> None:
    """Write a ledger with a table, a print area, formats over all of it and over one column, and a drop-down."""
    workbook = xlsxwriter.Workbook(path, {"default_date_format": "yyyy/m/d"})
    sheet = workbook.add_worksheet("客户")
    for row, customer in enumerate(CLEAN, start=1):
        sheet.write_row(row, 0, customer)
    sheet.add_table(0, 0, 3, 3, {"name": "台账", "columns": [{"header": header} for header in HEADER]})
    sheet.print_area(0, 0, 3, 3)
    sheet.conditional_format(
        1, 0, 3, 3, {"type": "formula", "criteria": "=$B2=1", "format": workbook.add_format()}
    )
    sheet.conditional_format(1, 3, 3, 3, {"type": "no_blanks", "format": workbook.add_format()})
    sheet.data_validation(1, 3, 3, 3, {"validate": "list", "source": ["1年", "2年"]})
    sheet.freeze_panes(1, 1)
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.write_comment("A2", "老客户")
    workbook.close()


@pytest.mark.filterwarnings("ignore:Data Validation extension")
def test_a_table_with_all_that_hangs_on_it_grows_once(update: Any, tmp_path: Path) -> None:
    ledger = tmp_path / "a.xlsx"
    written_with_everything(ledger)
    assert update(ledger).code == 0
    once = ledger.read_bytes()
    assert update(ledger).code == 0
    assert ledger.read_bytes() == once
    sheet = openpyxl.load_workbook(ledger)["客户"]
    assert sheet.tables["台账"].ref == "A1:G4"
    assert [column.name for column in sheet.tables["台账"].tableColumns] == [*HEADER, *NEW]
    assert sheet.print_area == "'客户'!$A$1:$D$4"
    assert sorted(str(each.sqref) for each in sheet.conditional_formatting) == ["A2:G4", "D2:D4"]
    assert [str(each.sqref) for each in sheet.data_validations.dataValidation] == ["D2:D4"]
    assert sheet.freeze_panes == "B2" and sheet.row_dimensions[3].hidden
    assert sheet["A2"].comment is not None
    assert [row[4].value for row in sheet.iter_rows(min_row=2)] == TIERS


def test_days_are_right_in_a_workbook_that_counts_from_1904(update: Any, tmp_path: Path) -> None:
    ledger = tmp_path / "a.xlsx"
    source = openpyxl.Workbook()
    source.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = source.active
    sheet.title = "客户"
    for row in (HEADER, *CLEAN):
        sheet.append(list(row))
    source.save(ledger)
    assert update(ledger).code == 0
    once = ledger.read_bytes()
    assert [row[4] for row in rows(ledger)[1:]] == TIERS
    assert [row[5] for row in rows(ledger)[1:]] == [DAY] * 3
    with zipfile.ZipFile(ledger) as archive:
        # 2023-10-31 is day 45230 of the 1900 system, which begins 1,462 days earlier.
        assert archive.read("xl/worksheets/sheet1.xml").count(b"<v>43768</v>") == 3
    update(ledger)
    assert ledger.read_bytes() == once


def test_a_workbook_with_macros_keeps_them(update: Any, clean: Path) -> None:
    ledger = clean.with_name("a.xlsm")
    with zipfile.ZipFile(clean) as old, zipfile.ZipFile(ledger, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "[Content_Types].xml":
                plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
                data = data.replace(plain, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")
            new.writestr(name, data)
        new.writestr("xl/vbaProject.bin", bytes(range(256)))
    assert update(ledger).code == 0
    with zipfile.ZipFile(ledger) as archive:
        assert archive.read("xl/vbaProject.bin") == bytes(range(256))
        assert "高价值客户" in archive.read("xl/worksheets/sheet1.xml").decode()
    assert [path.suffix for path in copies(ledger.parent)] == [".xlsm"]


def test_notes_right_of_the_ledger_are_left_where_they_are(update: Any, tmp_path: Path) -> None:
    noted = [(*HEADER, None, "说明"), (*CLEAN[0], None, "重点"), *CLEAN[1:]]
    ledger = book(tmp_path / "a.xlsx", 客户=noted)
    assert update(ledger).code == 0
    once = ledger.read_bytes()
    found = rows(ledger)
    assert found[0][5] == "说明" and found[1][5] == "重点"
    assert [value for value in found[0] if value in NEW] == NEW
    update(ledger)
    assert ledger.read_bytes() == once
