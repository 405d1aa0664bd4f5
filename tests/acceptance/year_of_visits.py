"""A small team that lives on crmtool from month to month: it plans, hands out sheets, fills them in at random, collects.

What must hold at every step is for `test_year_loop` to say. The team's own book (`reports`) is kept in plain Python, by
what its members typed into the cells of their sheets.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa

from crmtool.files.history import History
from crmtool.jobs.collect import Asked, CollectOutcome, collect
from crmtool.jobs.delivery import Delivery, InPlace
from crmtool.jobs.followup import FollowupOutcome, Wanted, followup
from crmtool.jobs.plan import PlanOutcome, plan
from crmtool.jobs.plans.request import planning_from_options
from crmtool.jobs.request import Request
from crmtool.jobs.status import StatusAsked, StatusOutcome, status

Row = dict[str, Any]

#: The tiers' labels of each rule set.
TIERS = {
    "annual_value": ("高价值客户", "潜力客户", "稳定客户", "低价值/沉默客户"),
    "annual_plan": ("重要客户", "一般客户", "新客户", "小额老客户"),
    "value_risk": ("高价值稳定型", "高价值潜力型", "高价值风险型", "低价值稳定型", "低价值风险型"),
    "four_dimensions": ("VIP客户", "普通客户", "潜在客户"),
    "value_potential": ("A类", "B类", "C类", "D类"),
}
#: Tiers that are visited once a calendar month, and the channel.
MONTHLY = {
    ("annual_value", "高价值客户"): "any",
    ("annual_value", "潜力客户"): "phone",
    ("annual_plan", "重要客户"): "phone",
    ("value_risk", "高价值稳定型"): "any",
    ("value_risk", "低价值风险型"): "phone",
    ("four_dimensions", "VIP客户"): "any",
    ("value_potential", "A类"): "executive",
}
OUTCOMES = {"已完成": "done", "改期": "postponed", "未联系上": "unreached", "取消": "cancelled"}
OWNERS = ("张三", "李四", None)
_FIELDS = ("最近联系时间", "下次跟进时间", "生日", "首次购买", "最近交易时间", "上次维护内容")


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """Return a frame's rows as plain Python values."""
    return pa.Table.from_pandas(frame, preserve_index=False).to_pylist()


def plain(visits: list[Row]) -> list[Row]:
    """Return visits by id, without their place in the ledger and the day that they were moved from by this very plan."""
    bare = [{k: v for k, v in row.items() if k not in ("customer", "moved_from")} for row in visits]
    return sorted(bare, key=lambda row: row["visit_id"])


@dataclass(frozen=True)
class Setting:
    """How a team works: by which rules, with a history or from workbooks alone, with which caps, from which day on."""

    seed: int
    rules: str
    has_history: bool
    caps: dict[str, int]
    updates_ledger: bool
    is_rolling: bool = False
    start: date = date(2026, 1, 5)

    @classmethod
    def of(cls, seed: int, rules: str) -> Setting:
        """Return the setting that a seed makes."""
        dice = random.Random(f"{seed} {rules}")
        caps = dice.choice([{}, {"day": 1}, {"day": 2, "week": 4}, {"day": 3, "onsite": 1, "executive": 1}])
        has_history = dice.random() < 0.6
        return cls(
            seed,
            rules,
            has_history,
            caps,
            updates_ledger=not has_history or dice.random() < 0.5,
            is_rolling=has_history and dice.random() < 0.4,
            start=date(2026, 1, 1) + timedelta(days=dice.randrange(59)),
        )


@dataclass
class Team:
    """A team at work in a folder; `today` goes on with each `collected`."""

    folder: Path
    setting: Setting
    dice: random.Random = field(init=False)
    today: date = field(init=False)
    reports: list[Row] = field(default_factory=list)
    plans: int = 0
    sheets: list[Path] = field(default_factory=list)
    channels: dict[str, str] = field(default_factory=dict)
    tiers: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.setting.seed)
        self.today = self.setting.start
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = [f"rules: {self.setting.rules}"]
        if self.setting.caps:
            lines.append("caps: {" + ", ".join(f"{k}: {v}" for k, v in self.setting.caps.items()) + "}")
        if self.setting.has_history:
            lines.append("history: h.db")
        (self.folder / "crmtool.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self._write_ledger()

    # The ledger -----------------------------------------------------------------------------------------

    @property
    def ledger(self) -> Path:
        return self.folder / "台账.xlsx"

    def _write_ledger(self) -> None:
        labels = TIERS[self.setting.rules]
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "客户"
        sheet.append(["客户编号", "客户名称", "等级锁定", "负责人", *_FIELDS])
        for number in range(self.dice.randint(3, 12)):
            # One in ten is of no tier: nobody knows what is due.
            tier = self.dice.choice(labels) if number == 0 or self.dice.random() < 0.9 else None
            self.tiers[f"C{number:02}"] = tier
            cells = self._cells()
            sheet.append([f"C{number:02}", f"客户{number}", tier, self.dice.choice(OWNERS), *cells])
        book.save(self.ledger)

    def _cells(self) -> list[Any]:
        """Return what the ledger says of a customer, as `_FIELDS`; some of it is often missing."""
        dice, today = self.dice, self.today

        def ago(least: int, most: int, share: float) -> date | None:
            return today - timedelta(days=dice.randint(least, most)) if dice.random() < share else None

        return [
            ago(0, 200, 0.7),
            ago(-50, 10, 0.15),
            ago(9000, 18000, 0.5),
            ago(0, 120, 0.8),
            ago(0, 300, 0.6),
            dice.choice([None, "送样", "报价"]),
        ]

    def shuffled_into(self, folder: Path) -> Team:
        """Return a team of another folder with the same files, the ledger's customers in another order."""
        shutil.copytree(self.folder, folder)
        book = openpyxl.load_workbook(folder / self.ledger.name)
        sheet = book["客户"]
        rows = [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]
        for at, row in enumerate(self.dice.sample(rows, len(rows)), start=2):
            for column, value in enumerate(row, start=1):
                sheet.cell(at, column).value = value
        book.save(folder / self.ledger.name)
        other = object.__new__(Team)
        other.__dict__.update(self.__dict__, folder=folder)
        return other

    def customers(self) -> dict[str, Row]:
        """Return what the ledger says of its customers now, by number."""
        head, *rows = openpyxl.load_workbook(self.ledger)["客户"].iter_rows(values_only=True)
        made = (dict(zip(map(str, head), row, strict=True)) for row in rows)
        return {
            row["客户编号"]: {k: v.date() if isinstance(v, datetime) else v for k, v in row.items()}
            for row in made
        }

    def bytes_of_all(self) -> dict[str, bytes]:
        """Return the files but for manifests and backups."""
        return {
            path.name: path.read_bytes()
            for path in sorted(self.folder.iterdir())
            if path.is_file() and "manifest" not in path.name and "备份" not in path.name
        }

    # The commands ---------------------------------------------------------------------------------------

    def request(self, as_of: date) -> Request:
        return Request(self.ledger, as_of=as_of)

    @property
    def span(self) -> tuple[str, str]:
        """Return the months to plan: to the end of the year, or three months from now."""
        last = date(2026, 12, 1)
        if self.setting.is_rolling:
            last = min(last, (self.today.replace(day=1) + timedelta(days=70)).replace(day=1))
        return f"{self.today:%Y-%m}", f"{last:%Y-%m}"

    @property
    def workbook(self) -> Path:
        """Return the latest plan's workbook."""
        return self.folder / f"计划{self.plans}.xlsx"

    @property
    def earlier_workbook(self) -> Path | None:
        """Return the workbook of the plan before, where that is what planning anew goes by."""
        before = self.folder / f"计划{self.plans - 1}.xlsx"
        return None if self.setting.has_history or not before.exists() else before

    @property
    def known_workbook(self) -> Path | None:
        return None if self.setting.has_history else self.workbook

    def plan(self) -> PlanOutcome:
        self.plans += 1
        return self.plan_again()

    def plan_again(self) -> PlanOutcome:
        """Give the command of the latest plan once more."""
        first, last = self.span
        asked = planning_from_options(first=first, last=last, workbook=self.earlier_workbook)
        made = plan(self.request(self.today), asked, Delivery(output=self.workbook))
        self.channels |= {row["visit_id"]: row["channel"] for row in rows_of(made.plan.visits)}
        return made

    def hand_out(self) -> FollowupOutcome:
        """Hand out the sheets of this month."""
        target = self.folder / f"跟进{self.plans}.xlsx"
        wanted = Wanted(f"{self.today:%Y-%m}", self.known_workbook)
        made = followup(self.request(self.today), wanted, Delivery(output=target))
        self.sheets.append(target)
        return made

    def handed_rows(self) -> list[Row]:
        """Return the rows of the latest sheets, by header."""
        return [row for _, row in self._rows(openpyxl.load_workbook(self.sheets[-1]))]

    def _rows(self, book: Any) -> Iterator[tuple[Any, Row]]:
        for sheet in book:
            head = [cell.value for cell in sheet[4]]
            for cells in sheet.iter_rows(min_row=5):
                values = [c.value.date() if isinstance(c.value, datetime) else c.value for c in cells]
                if values[0] is not None:
                    yield cells, dict(zip(head, values, strict=True))

    def fill_in(self, until: date) -> None:
        """Fill in the latest sheets at random, with days from today up to `until`."""
        book = openpyxl.load_workbook(self.sheets[-1])
        for cells, row in list(self._rows(book)):
            self._fill(cells, row, until)
        names = list(self.customers())
        for sheet in book:
            head = [cell.value for cell in sheet[4]]
            empty = [c for c in sheet.iter_rows(min_row=5) if c[0].value is None]
            for cells in empty[: self.dice.choice([0, 0, 1, 2])]:
                given = {
                    "客户编号": self.dice.choice(names),
                    "回访方式": self.dice.choice(["电话", "上门", None]),
                    "实际回访日期": self._day(until),
                    "完成情况": "已完成",
                }
                self._write(cells, head, given)
        book.save(self.sheets[-1])

    def _day(self, until: date) -> date:
        return self.today + timedelta(days=self.dice.randint(1, (until - self.today).days))

    def _fill(self, cells: Any, row: Row, until: date) -> None:
        dice = self.dice
        outcome = dice.choices(["已完成", "改期", "未联系上", "取消", None], [10, 3, 2, 1, 6])[0]
        if outcome is None:
            # A mark alone does not say what became of the visit: it waits, and so does a row with nothing in it.
            given = {"满意度(1-5)": 4} if dice.random() < 0.2 else {}
            self._write(cells, list(row), given)
            return
        given = {"完成情况": outcome}
        # Two attempts that say no day, or the same, would be one attempt told twice.
        if outcome != "取消" or dice.random() < 0.7:
            given["实际回访日期"] = self._day(until)
        if outcome == "已完成":
            given["满意度(1-5)"] = dice.choice([None, 1, 3, 4.5, 5])
            given["客户反馈"] = dice.choice([None, "满意", "再联系"])
        if dice.random() < {"改期": 0.8, "已完成": 0.16}.get(outcome, 0):
            given["下次跟进时间"] = until + timedelta(days=dice.randint(-10, 60))
        self._write(cells, list(row), given)
        self.reports.append(
            {
                "visit_id": row["回访编号"],
                "customer": row["客户编号"],
                "channel": self.channels.get(row["回访编号"]),
                "outcome": OUTCOMES[outcome],
                "day": given.get("实际回访日期"),
                "next": given.get("下次跟进时间"),
                "sheets": len(self.sheets),
            }
        )

    def _write(self, cells: Any, head: list[str], given: Row) -> None:
        for name, value in given.items():
            cells[head.index(name)].value = value

    def collect(self, as_of: date) -> CollectOutcome:
        """Take all sheets back that were ever handed out."""
        in_place = InPlace(has_backup=False) if self.setting.updates_ledger else None
        asked = Asked(tuple(self.sheets), self.known_workbook)
        return collect(self.request(as_of), asked, Delivery(), in_place)

    def learn(self, made: CollectOutcome) -> None:
        """Put visits nobody planned into the team's book, as collecting found whose they are."""
        told = {(row["visit_id"], row["outcome"], row["day"]) for row in self.reports}
        for row in rows_of(made.collected.reports):
            if (row["visit_id"], row["outcome"], row["done_on"]) not in told:
                self.reports.append(
                    {
                        "visit_id": row["visit_id"],
                        "customer": row["customer_key"],
                        "channel": row["channel"],
                        "outcome": row["outcome"],
                        "day": row["done_on"],
                        "next": row["next_contact"],
                        "sheets": len(self.sheets),
                    }
                )

    def status(self, as_of: date) -> StatusOutcome:
        return status(self.request(as_of), StatusAsked(plan=self.known_workbook), Delivery())

    def recorded(self) -> tuple[list[Row], list[Row]]:
        """Return the visits and the reports of the history."""
        with History.open(self.folder / "h.db", is_read_only=True) as history:
            return history.visits().to_pylist(), history.reports().to_pylist()
