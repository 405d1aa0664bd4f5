"""Build the pages of `docs/` that come from the code: cli, findings, fields, KPIs, markers.

`python scripts/build_docs.py` writes them; `--check` writes nothing and fails where one is out of date.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from crmtool.cli.main import build
from crmtool.content import Content
from crmtool.files.resources import read_template
from crmtool.files.xlsx import Marker, markers
from crmtool.jobs.samples.contents import sample_contents
from crmtool.jobs.samples.ledger import SAMPLE_RULES
from crmtool.ledger.standard.dictionary import FIELDS, ROLES
from crmtool.messages import CATALOG
from crmtool.review.kpis.definitions import KPIS, MISSING
from crmtool.tables.tuning import MOST_GROUPS

DOCS = Path(__file__).parents[1] / "docs"
NOTE = "<!-- Made by scripts/build_docs.py; edit the code, not this page. -->"


def _commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from _commands(child, f"{path} {name}")


def _help(path: str, lang: str) -> str:
    words = path.split()
    shown = io.StringIO()
    with redirect_stdout(shown):
        build(lang).main([*words[1:], "--help"], standalone_mode=False, obj=lang, prog_name=words[0])  # type: ignore[arg-type]
    return "\n".join(line.rstrip() for line in shown.getvalue().splitlines()).strip()


def cli_page() -> str:
    """Return the help of every command in both languages."""
    parts = [NOTE, "# Commands", "The help of each command, in English and in Chinese."]
    for path, _ in _commands(build("en"), "crmtool"):
        parts += [f"## {path}", f"```text\n{_help(path, 'en')}\n```", f"```text\n{_help(path, 'zh')}\n```"]
    return "\n\n".join(parts) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def findings_page() -> str:
    """Return every finding code with its words."""
    parts = [
        NOTE,
        "# Findings",
        "Every problem has a stable code. Words in braces are filled in.",
        "| code | severity | 中文 | English | 建议 | what to do |\n|---|---|---|---|---|---|",
    ]
    rows = [
        f"| `{code}` | {m.severity} | "
        + " | ".join(_cell(t) for t in (m.zh, m.en, m.help_zh, m.help_en))
        + " |"
        for code, m in sorted(CATALOG.items())
    ]
    return "\n\n".join(parts) + "\n" + "\n".join(rows) + "\n"


def fields_page() -> str:
    """Return the data dictionary: every field that is everyone's, with the headers that mean it."""
    parts = [
        NOTE,
        "# Fields",
        "Headers that crmtool knows in every ledger. A rule set adds its own (see the file, or `crmtool rules show`).",
    ]
    for role in ROLES:
        rows = [
            f"| `{f.id}` | {f.label} | {f.label_en} | {f.kind} | {_cell('、'.join(f.synonyms))} |"
            for f in FIELDS[role]
        ]
        head = "| field | 表头 | English | kind | also called |\n|---|---|---|---|---|"
        parts += [f"## {role}", head + "\n" + "\n".join(rows)]
    return "\n\n".join(parts) + "\n"


def kpis_page() -> str:
    """Return every KPI with its formula, and what is said where one is unknown."""
    rows = [
        f"| `{k.id}` | {k.label} | {k.label_en} | {k.unit} | {_cell(k.formula)} | {_cell(k.formula_en)} | "
        f"{_cell('、'.join(k.names))} |"
        for k in KPIS.values()
    ]
    lacking = [f"| `{key}` | {_cell(zh)} | {_cell(en)} |" for key, (zh, en) in MISSING.items()]
    parts = [
        NOTE,
        "# KPIs",
        "What `review` counts; the windows and words are in [review.md](review.md). A cell or a rule may call a KPI by its "
        "name, its id, or one of the words in the last column.",
        "| id | 名称 | English | unit | 公式 | formula | also called |\n|---|---|---|---|---|---|---|\n"
        + "\n".join(rows),
        "`response_<until>_<n>` are the rule set's own: one for each line of its `sla:`.",
        "## Where a KPI is unknown",
        "| key | 说明 | what is lacking |\n|---|---|---|\n" + "\n".join(lacking),
    ]
    return "\n\n".join(parts) + "\n"


#: What each single value of the workbooks is; a value without words stops the script.
SINGLE_VALUES = {
    "as_of": ("统计截止日", "the day that was judged on, a date"),
    "rule_set": ("规则名称", "the rule set's name"),
    "rule_set_id": ("规则标识", "its id"),
    "rule_set_version": ("规则版本", "its version"),
    "rule_set_source": ("规则来源", "the document it comes from"),
    "ledger_file": ("台账文件名", "the ledger's file name"),
    "ledger_sheets": ("读取的工作表", "the sheets that were read"),
    "ledger_rows": ("读取的行数", "how many rows were read"),
    "left_out": ("未计入的行", "which rows were left out, and how many"),
    "customers": ("客户数", "how many customers"),
    "undecided": ("未定级的客户数", "how many of them are undecided"),
    "total_share": ("占比合计", "100%, or nothing where there are no customers"),
    "total_amount": ("金额合计（元）", "the sum of the known amounts, in yuan"),
    "total_amount_share": ("金额占比合计", "100%, or nothing where there are no amounts"),
    "amount_field": ("金额字段", "the field that the amounts come from"),
    "amount_note": ("金额说明", "which field that is, and what was not summed"),
    "assumptions_note": ("没有假设时的说明", "a sentence where nothing was assumed, else nothing"),
    "tool_version": ("生成工具", "crmtool and its version"),
    "caption": ("副标题", "the line below a title: day, rules, customers"),
    "rules_caption": ("规则副标题", "the line below the titles of sheets on the rules"),
    "undecided_note": ("待补资料副标题", "how many lack data, how many no rule fits"),
    "findings_total": ("问题总数", "how many findings, and where they are listed"),
    "findings_note": ("问题清单副标题", "how many findings, and that places are links"),
    "rfm_cuts": ("RFM 切点", "where the scores begin"),
    "rfm_notes": ("RFM 注意事项", "what to mind about the scores, a line each"),
    "rfm_matrix_note": ("RFM 矩阵说明", "how to read the matrix"),
    "first": ("计划首日", "the first day of the plan"),
    "last": ("计划末日", "the last day of the plan"),
    "span": ("计划区间", "both days in words"),
    "visits": ("回访次数", "how many visits have a day"),
    "unplaced": ("未排入的次数", "how many due visits have none"),
    "overdue": ("逾期补访的次数", "how many of the visits catch up what was missed"),
    "never_visited": ("从未回访的客户数", "how many customers have no contact on record"),
    "earlier_plan": ("沿用的计划", "the history and the workbook that the earlier plan came from, in words"),
    "caps": ("每人上限", "how much one person can do, in words"),
    "stretch_note": ("间隔放大的说明", "by what factor intervals were stretched, or nothing"),
    "holidays_note": ("节假日说明", "years whose holidays are not published yet"),
    "period": ("回访率期间", "the days that visit rates are of"),
    "overdue_note": ("逾期预警副标题", "how many visits are overdue, by level of warning"),
    "never_note": ("从未回访副标题", "how many customers were never visited"),
    "rate_note": ("回访率说明", "what visit rates count, or why they are not known"),
    "review_period": ("复盘的期", "the period that is reviewed, in words"),
    "review_days": ("复盘期间", "its first and last day, and how far it has come"),
    "compared_with": (
        "对比的等级",
        "of which day the tiers are that moves are told from, and where they come from",
    ),
    "upgraded": ("升级的客户数", "how many went up, or a dash at a first review"),
    "downgraded": ("降级的客户数", "how many went down, or a dash"),
    "came": ("新增的客户数", "how many were not there before, or a dash"),
    "went": ("不在台账的客户数", "how many are not there any more, or a dash"),
    "became_undecided": ("转为待定的客户数", "how many became undecided, or a dash"),
    "adjusted": ("待调整策略的客户数", "how many rows the adjustment table has"),
    "kpi_score": ("KPI 达标", "how many of the targets were met, and of how many that is not known"),
    "kpi_note": ("KPI 说明", "where the KPIs of tiers and customers are listed"),
    "kpi_chart_title": ("KPI 图的标题", "what the chart of KPIs shows"),
    "kpi_chart_note": ("没有图时的说明", "why there is no chart of KPIs, or nothing"),
    "up_ways": ("升级的去向", "which pairs of tiers are a way up, for the colours of the matrix"),
    "down_ways": ("降级的去向", "which are a way down"),
    "rules_note": ("规则的作用", "whose doing moves are: the rules', the customers'"),
    "upgrades_note": ("升级副标题", "how many went up, how many of them wait to be confirmed"),
    "downgrades_note": ("降级副标题", "how many went down, how many of them wait to be confirmed"),
    "came_and_went_note": ("新增与流失副标题", "how many of each kind are listed"),
    "near_note": ("临近线副标题", "how many stand near a line on either side"),
    "left_out_note": ("没有的表", "which sheets are left out that one would look for, and why"),
    "review_rate_note": ("回访率说明", "what visit rates count"),
    "adjustments_seal": (
        "调整表存档码",
        "tells whether anybody has written into the table since; keep it out of sight",
    ),
    "adjustments_note": ("调整表副标题", "how many rows for which cause, and who decides"),
    "kpi_details_note": (
        "KPI明细副标题",
        "how many rows are listed, how many are not because nothing is known",
    ),
    "unplaced_note": ("未排入副标题", "how many visits and customers are listed"),
    "changes_note": ("变动副标题", "how many visits moved, came and went"),
    "handover_note": ("交接清单副标题", "who hands over to whom, and how many customers"),
    "month": ("月份", "the month of the sheet"),
    "month_note": ("月历副标题", "how many visits, and how to read the cells; only there"),
    "owner": ("负责人", "whose sheet it is; only on sheets copied for each owner"),
    "visits_note": ("回访次数", "how many visits the owner has, and how many are overdue; only there"),
    "how_to": ("填写说明", "which cells are to be filled in, and how the sheet comes back"),
    "outline": ("回访提纲", "what to ask about on a visit, a line each"),
    "diff_title": ("比较的规则", "the rule set that changes, or both where they are two"),
    "old_rules": ("原版本", "the old version: its id, version and file"),
    "new_rules": ("新版本", "the new version, likewise"),
    "ledger_note": ("台账说明", "the ledger that both versions judged, or that there was none"),
    "changes_count": ("写法变更数", "how many things are written differently"),
    "judging_count": ("影响判定的变更数", "how many of them concern how customers are judged"),
    "moves_count": ("等级变动的种数", "how many moves from tier to tier are possible"),
    "moved_customers": ("变动的客户数", "how many customers of the ledger move, or a dash"),
    "moved_up": ("升级的客户数", "how many of them go up, or a dash"),
    "moved_down": ("降级的客户数", "how many go down, or a dash"),
    "moved_amount": ("变动客户的金额（元）", "the sum of their known amounts in yuan, or a dash"),
    "moved_note": ("客户变动副标题", "how many customers move, and whose amount is not known"),
    "sign_note": ("签字页的说明", "how many customers move up and down, in words"),
    "regions_note": ("变动区域副标题", "how many moves are possible, and how to read the rows"),
    "format": ("格式", "tells an exported history, so that it is read back as one"),
    "runs_rows": ("运行次数", "how many runs the history holds"),
    "classifications_rows": ("分级行数", "how many rows of classifications"),
    "reports_rows": ("报告行数", "how many reports, those that were corrected among them"),
    "visits_rows": ("计划行数", "how many visits of the plan"),
    "kpis_rows": ("KPI 行数", "how many rows of KPIs"),
    "adjustments_rows": ("策略调整行数", "how many rows of adjustment tables"),
    "long_texts_rows": ("长文本段数", "how many pieces of texts that no cell can hold"),
    "runs_digest": (
        "运行校验",
        "a digest of the runs, by which an edited export is told; the other sheets have theirs",
    ),
    "classifications_digest": ("分级校验", "of the classifications"),
    "visits_digest": ("计划校验", "of the plan"),
    "reports_digest": ("报告校验", "of the reports"),
    "kpis_digest": ("KPI 校验", "of the KPIs"),
    "adjustments_digest": ("策略调整校验", "of the adjustment tables"),
    "proposals_note": ("占比说明", "how proposals are to be read, or that none was asked for"),
    "tune_note": ("试调说明", "what is not looked at where cuts are tuned"),
    "cut_title": ("分界点", "the field and the figure of a sheet's cut; only on sheets copied for each cut"),
    "cut_caption": ("分界点副标题", "what names the cut, and between which others it moves; only there"),
    **{
        f"group{place}": (f"第 {place} 组", "a tier's label, or that of the undecided; only there")
        for place in range(1, MOST_GROUPS + 1)
    },
    "effective": ("有效期", "from when to when the rules are in force, and the day of printing"),
    "hit_note": ("命中方式", "whether the first rule decides, or at most one applies"),
    "unknown_note": ("资料不足", "what is done with customers who cannot be decided"),
    "origin_note": ("补缺条数", "how many of the standards are ours"),
    "digest": ("规则文件校验", "the SHA-256 of the rules file"),
    "wWdD": ("日期格", "the day in week W (1–6) on weekday D (1: Monday – 7), with what it is; only there"),
    "wWdD_visits": ("回访格", "the visits of that day; only there"),
}


def _sheets_by_name(names: Iterator[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, dict[str, None]] = {}
    for name, sheet in names:
        found.setdefault(name, {})[sheet] = None
    return {name: "、".join(sheets) for name, sheets in found.items()}


def markers_page() -> str:
    """Return what the markers of each template may name, and on which sheets they stand."""
    parts = [
        NOTE,
        "# Markers",
        "What the markers of a template may name. How they are written is told in [templates](templates.md). "
        "Columns are those of a made-up ledger.",
    ]
    for name, content in sample_contents().items():
        parts += [f"## {name}.xlsx", *_markers_of(content, markers(read_template(name)))]
    return "\n\n".join(parts) + "\n"


def _markers_of(content: Content, used: Sequence[Marker]) -> Iterator[str]:
    found = [(_cell_of_any_day(marker.column), marker.sheet) for marker in used if marker.table is None]
    single = _sheets_by_name(iter(found))
    tables = _sheets_by_name((marker.table, marker.sheet) for marker in used if marker.table is not None)
    whole = {marker.table for marker in used if marker.kind == "all"}
    copied = (name for copies in content.copies.values() for copy in copies for name in copy.scalars)
    names = dict.fromkeys(map(_cell_of_any_day, (*content.scalars, *copied)))
    yield "| marker | 内容 | what it stands for | on the shipped sheets |\n|---|---|---|---|\n" + "\n".join(
        f"| `{{{{{name}}}}}` | {' | '.join(SINGLE_VALUES[name])} | {single.get(name, '')} |" for name in names
    )
    own = {
        name: table
        for copies in content.copies.values()
        for copy in copies
        for name, table in copy.tables.items()
    }
    for name, table in {**content.tables, **own}.items():
        yield f"### {name}"
        yield f"On the shipped sheets: {tables.get(name, 'none')}."
        if name in whole:
            yield (
                f"The shipped template has `{{{{{name}.*}}}}`: which columns there are depends on the rule set, "
                f"the ledger and the plan. These are those of `{SAMPLE_RULES}`."
            )
        rows = [f"| `{{{{{name}.{c.id}}}}}` | {_cell(c.header)} | {c.look} |" for c in table.columns]
        yield "| marker | 表头 | look |\n|---|---|---|\n" + "\n".join(rows)


def _cell_of_any_day(name: str) -> str:
    """Return `wWdD` for any of the cells of a wall calendar."""
    return re.sub(r"^w\dd\d", "wWdD", name)


PAGES = {
    "cli.md": cli_page,
    "findings.md": findings_page,
    "fields.md": fields_page,
    "kpis.md": kpis_page,
    "markers.md": markers_page,
}


def main(arguments: list[str]) -> int:
    """Write the pages, or check them; return the exit code."""
    stale = []
    for name, page in PAGES.items():
        path, text = DOCS / name, page()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in arguments:
                path.write_text(text, encoding="utf-8")
    print(
        "fresh"
        if not stale
        else f"{'out of date' if '--check' in arguments else 'written'}: {', '.join(stale)}"
    )
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
