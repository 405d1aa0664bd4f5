"""Which test holds which row of the table of faults and abuse, and that each of them is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
#: The table itself lies beside the checkout, where it was agreed.
TABLE = TESTS.parents[1] / "shared" / "design" / "faults.md"

#: What happens → the tests that hold what must happen, as `file::test`.
HELD = {
    "disk full, I/O error, kill -9 at any write, fsync or rename": [
        "faults/test_failing_disk.py::test_replacing_alone",
        "faults/test_failing_disk.py::test_classify_into_an_older_output",
        "faults/test_failing_disk.py::test_classify_into_an_older_output_here_and_there",
        "faults/test_failing_disk.py::test_classify_into_an_older_output_judged_anew_at_every_operation",
        "faults/test_failing_disk.py::test_a_ledger_updated_where_it_stands",
        "faults/test_failing_disk.py::test_a_ledger_updated_where_it_stands_failing_at_every_operation",
        "faults/test_failing_disk.py::test_a_ledger_that_cannot_be_read_again_is_not_updated",
        "faults/test_failing_disk.py::test_commands_that_write_new_files",
        "faults/test_failing_disk.py::test_the_harness_finds_a_careless_writer",
        "faults/test_killed_process.py::test_every_system_call_that_touches_the_folder",
        "faults/test_killed_process.py::test_kills_at_any_moment",
        "faults/test_one_place_of_writing.py::test_no_other_module_writes_renames_or_removes_a_file",
        "faults/test_one_place_of_writing.py::test_while_every_command_runs_nothing_else_writes",
        "files/test_replace.py::test_bytes_that_were_swallowed_on_the_way_keep_the_old_file",
        "files/test_replace.py::test_what_a_killed_run_leaves_is_swept_by_the_next",
        "files/test_xlsx_package.py::test_every_single_flipped_byte_of_the_packed_parts_fails_the_check",
    ],
    "two runs at once": [
        "faults/test_abuse.py::test_a_second_run_ends_at_once_or_queues_with_wait",
        "files/test_locks.py::test_the_second_run_ends_at_once_and_names_the_first",
        "files/test_locks.py::test_a_lock_does_not_survive_its_killed_owner",
    ],
    "target open in Excel or WPS (PermissionError, `~$name.xlsx`, `.~lock.name#`)": [
        "cli/test_exit_codes.py::test_75_while_the_output_is_open_in_a_spreadsheet_program",
        "files/test_replace.py::test_a_target_open_in_a_spreadsheet_program_is_busy",
    ],
    "`~$*.xlsx` among inputs": ["faults/test_abuse.py::test_an_owner_file_of_excel_is_no_ledger"],
    "output = input without `--update-ledger`": [
        "cli/test_exit_codes.py::test_2_for_a_mistake_on_the_command_line",
        "cli/test_outputs.py::test_the_ledger_is_recognised_behind_another_name",
    ],
    "input changes while it is read": [
        "files/test_book.py::test_the_digest_is_that_of_the_bytes_that_were_read"
    ],
    "empty file, truncated zip, HTML or CSV named .xlsx, .xls named .xlsx": [
        "cli/test_exit_codes.py::test_3_where_the_input_cannot_be_used",
        "files/test_limits.py::test_a_truncated_package_is_refused",
        "files/test_sniff.py::test_another_type_is_named_whatever_the_file_is_called",
        "files/test_sniff.py::test_a_csv_named_xlsx_is_read",
        "files/test_sniff.py::test_an_xlsx_named_csv_or_xls_is_read",
    ],
    "encrypted workbook": [
        "faults/test_abuse.py::test_a_password_opens_an_encrypted_ledger_and_a_wrong_one_does_not",
        "files/test_sniff.py::test_an_encrypted_workbook_names_the_option",
    ],
    "zip bomb (1 GB in 1 MB), 5,000 entries, `../` names, lying sizes, DTD/entities": [
        "files/test_limits.py::test_a_bomb_is_refused_without_being_inflated",
        "files/test_limits.py::test_five_thousand_entries_are_refused",
        "files/test_limits.py::test_a_part_that_leaves_its_folder_is_refused",
        "files/test_limits.py::test_a_lying_size_is_refused",
        "files/test_limits.py::test_a_document_type_is_refused",
        "files/test_limits.py::test_a_part_over_512_mb_is_refused_by_its_declared_size",
        "files/test_sniff.py::test_a_bomb_that_poses_as_the_type_is_not_inflated",
    ],
    "stray cell at XFD1048576 in a 5 KB file": [
        "files/test_guard.py::test_a_stray_cell_is_cut_off_and_said",
        "files/test_guard.py::test_a_stray_cell_in_disguise_ends_no_process",
    ],
    "a file that crashes the reader": [
        "faults/test_fuzz.py::test_damaged_workbooks_end_well",
        "files/test_guard.py::test_a_child_that_dies_or_hangs_is_an_error",
        "files/test_guard.py::test_a_panic_is_an_error_and_an_interrupt_is_not",
        "acceptance/test_real_workbooks.py::test_every_workbook_ends_with_a_message",
    ],
    "WPS files that declare dimension A1": ["files/test_book.py::test_a_stale_dimension_hides_no_cell"],
    "`=…`, `+…`, `-…`, `@…` in a name": [
        "faults/test_abuse.py::test_a_name_that_looks_like_a_formula_is_text"
    ],
    "control characters, lone surrogates, > 32,767 characters": [
        "faults/test_abuse.py::test_control_characters_surrogates_and_long_text_are_cleaned_with_a_finding",
        "files/test_xlsx_fill.py::test_a_lone_surrogate_is_taken_out",
        "files/test_xlsx_fill.py::test_a_text_longer_than_a_cell_is_cut_between_characters",
    ],
    "NaN, inf, #N/A, #DIV/0!, formula without a cached value": [
        "files/test_book.py::test_error_cells_and_formulas_without_a_value_are_errors_not_blanks",
        "files/test_book.py::test_a_number_that_is_none_is_an_error",
    ],
    "template or customer names with `../`, `C:`, NUL, trailing dots, 255 bytes": [
        "faults/test_abuse.py::test_a_hostile_ledger_name_keeps_the_output_in_its_folder",
        "files/test_names.py::test_a_cleaned_name_stays_in_its_folder",
        "files/test_replace.py::test_a_name_of_255_bytes_can_be_written",
    ],
    "macros, external links, DDE in the input": [
        "faults/test_abuse.py::test_macros_links_to_other_files_and_dde_are_not_copied"
    ],
    "GBK/GB18030, BOM, UTF-16, CR-only CSV; semicolons; decimal commas": [
        "faults/test_abuse.py::test_a_csv_of_any_encoding_and_line_end_gives_the_same_tiers",
        "files/test_text.py::test_every_usual_encoding_reads_the_same",
        "files/test_text.py::test_separators_and_line_ends_are_found",
        "files/test_text.py::test_commas_under_semicolons_are_decimal_where_they_must_be",
    ],
    "18-digit IDs and phones stored as numbers": [
        "files/test_book.py::test_an_identity_number_stored_as_a_number_keeps_the_digits_that_are_there"
    ],
    "YAML bomb, deep nesting, duplicate keys, `!!python`, tabs, full-width `：`": [
        "rules/test_source.py::test_an_alias_bomb_is_refused_before_it_grows",
        "rules/test_source.py::test_nesting_of_30_is_taken_and_of_31_refused",
    ],
    "duplicate or merged headers, title rows, totals, blank rows, header only, one customer, all the same tier": [
        "ledger/test_headers.py::test_the_header_is_found_below_title_rows",
        "ledger/test_headers.py::test_headers_that_occur_twice_are_kept_apart",
        "ledger/test_build.py::test_a_total_is_no_customer",
        "ledger/test_build.py::test_a_ledger_without_customers_cannot_be_used",
    ],
    "refunds, negative amounts, `(1,200)`, `-`": [
        "ledger/test_build.py::test_a_return_counts_against_the_customer_whatever_its_sign",
        "ledger/test_values_money.py::test_a_negative_amount_is_refused_where_the_field_has_none",
    ],
    "future dates, 1900-01-00, 9999-12-31, 1904 workbooks, two-digit years": [
        "acceptance/test_invariance.py::test_one_odd_order_changes_nobody_elses_result",
        "files/test_book.py::test_both_epochs_give_the_day_that_excel_shows",
        "ledger/test_values_dates.py::test_days_that_cannot_have_been_are_unknown",
    ],
    "29 Feb, month ends": [
        "acceptance/test_cadence_dates.py::test_autumn_2025_with_its_long_holiday_is_as_worked_out_by_hand",
        "visits/test_calendar_festivals.py::test_a_festival_on_29_february_is_a_day_earlier_in_other_years",
        "faults/test_days_at_the_edge.py::test_visits_on_the_31st_and_on_29_february_stay_anchored_through_a_leap_year",
    ],
    "holidays not published yet for the planned year": [
        "cli/test_plan_runs.py::test_beyond_the_published_years_the_plan_says_so",
        "faults/test_days_at_the_edge.py::test_unpublished_years_are_weekends_only_marked_and_told",
        "tables/test_plan_other_sheets.py::test_years_without_published_holidays_are_named",
        "visits/test_calendar_workdays.py::test_what_is_published_is_told_day_by_day",
    ],
    "month end near midnight on a UTC host": [
        "jobs/test_request.py::test_today_is_that_of_the_configured_zone"
    ],
    "customers new, gone, renamed since last quarter; two customers of one name": [
        "review/test_moves_by_hand.py::test_new_gone_renamed_and_numbered_customers",
        "review/test_moves_by_hand.py::test_namesakes_without_numbers_are_not_guessed_and_it_is_said",
        "review/test_moves_by_hand.py::test_a_namesake_who_is_told_apart_by_a_number_leaves_the_other_one_sure",
        "review/test_moves_by_hand.py::test_a_number_given_later_is_no_proof_where_a_namesake_came",
        "review/test_moves_agree.py::test_margins_are_the_tier_counts_and_everybody_is_in_one_cell",
    ],
    "a column in 万元 last quarter and 元 now": [
        "review/test_moves_by_hand.py::test_a_column_in_ten_thousands_that_is_in_yuan_now_is_found",
    ],
}
#: Rows of what crmtool does not do yet; none of them is about opening or writing a file.
TO_COME: frozenset[str] = frozenset()


@cache
def _tests_in(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("row", HELD)
def test_every_test_that_a_row_names_is_there(row: str) -> None:
    named = [each.split("::") for each in HELD[row]]
    assert named
    assert [f"{file}::{test}" for file, test in named if test not in _tests_in(file)] == []


def test_every_row_of_the_table_is_held_or_still_to_come() -> None:
    if not TABLE.is_file():
        pytest.skip("the table does not lie beside this checkout")
    rows = re.findall(r"^\| ((?:[^|\\]|\\.)+?) \| ", TABLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(rows) - {"case"} == HELD.keys() | TO_COME
