"""The KPIs of docs/review.md once more, in loops over dicts and in fractions, by somebody who has not read the code.

Takes the sheets' rows by header and the tiers of the customers; each KPI is a list of parts (customer, numerator,
denominator), added up for whoever is asked for.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from fractions import Fraction
from statistics import median
from typing import Any

Row = dict[str, Any]
Parts = dict[str | None, tuple[Fraction, Fraction]]


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, or the last one of that month."""
    year, month = day.year, day.month - months
    while month < 1:
        year, month = year - 1, month + 12
    return date(year, month, min(day.day, monthrange(year, month)[1]))


class Hand:
    """Counts the KPIs of the days `first` to `last` against those from `before_first` on, as known on `as_of`."""

    def __init__(self, world: Any, first: date, last: date, before_first: date, known_on: date) -> None:
        self.world, self.first, self.last, self.before_first = world, first, last, before_first
        self.ids = [row["客户编号"] for row in world.customers]
        self.lines = lines_that_count(world.orders, known_on)
        self.begins = min(row["订单日期"] for row in self.lines)
        self.orders: dict[str, list[date]] = defaultdict(list)
        for (id, _), rows in by_order(self.lines).items():
            if any(row["fen"] >= 0 for row in rows):
                self.orders[id].append(min(row["订单日期"] for row in rows))
        self.year_first = months_before(last, 12) + timedelta(days=1)

    def ordered(self, id: str, first: date | None, last: date) -> int:
        """Return how many orders a customer placed from one day to another."""
        return sum((first is None or day >= first) and day <= last for day in self.orders[id])

    def visits(self, *, is_of_period: bool = True) -> list[Row]:
        """Return the visits that were made."""
        return [
            row
            for row in self.world.visits
            if row["完成情况"] in ("已完成", None)
            and row["回访日期"] <= self.last
            and (not is_of_period or row["回访日期"] >= self.first)
        ]

    # The KPIs: None where unknown --------------------------------------------------------------------------

    def _of_customers(
        self, of: Callable[[str], bool], among: Callable[[str], bool], begins: date
    ) -> Parts | None:
        if self.begins > begins:
            return None
        return {id: (Fraction(of(id)), Fraction(1)) for id in self.ids if among(id)}

    def repeat_rate(self) -> Parts | None:
        def orders(id: str) -> int:
            return self.ordered(id, self.year_first, self.last)

        return self._of_customers(lambda id: orders(id) >= 2, lambda id: orders(id) >= 1, self.year_first)

    def _had(self, id: str) -> bool:
        return self.ordered(id, self.before_first, self.first - timedelta(days=1)) > 0

    def _has(self, id: str) -> bool:
        return self.ordered(id, self.first, self.last) > 0

    def retention(self) -> Parts | None:
        return self._of_customers(self._has, self._had, self.before_first)

    def churn_rate(self) -> Parts | None:
        return self._of_customers(lambda id: not self._has(id), self._had, self.before_first)

    def new_orders(self) -> Parts | None:
        if self.begins > self.first:
            return None
        return {id: (Fraction(self.ordered(id, self.first, self.last)), Fraction(1)) for id in self.ids}

    def aov(self) -> Parts | None:
        return self._order_value(self.first, self.last)

    def aov_before(self) -> Parts | None:
        return self._order_value(self.before_first, self.first - timedelta(days=1))

    def _order_value(self, first: date, last: date) -> Parts | None:
        if self.begins > first:
            return None
        fen: dict[str, int] = defaultdict(int)
        for row in self.lines:
            if first <= row["订单日期"] <= last:
                fen[row["客户编号"]] += row["fen"]
        found = {id: (Fraction(fen[id], 100), Fraction(self.ordered(id, first, last))) for id in self.ids}
        return {id: parts for id, parts in found.items() if any(parts)}

    def reactivation_rate(self) -> Parts | None:
        since, eve = months_before(self.first, 6), self.first - timedelta(days=1)

        def is_silent(id: str) -> bool:
            return self.ordered(id, None, eve) > 0 and self.ordered(id, since, eve) == 0

        return self._of_customers(self._has, is_silent, since)

    def cross_sell_rate(self) -> Parts | None:
        types: dict[str, set[str]] = defaultdict(set)
        for row in self.lines:
            if self.year_first <= row["订单日期"] <= self.last and row["fen"] >= 0:
                types[row["客户编号"]].add(row["产品类型"])
        return self._of_customers(
            lambda id: len(types[id]) >= 2,
            lambda id: self.ordered(id, self.year_first, self.last) > 0,
            self.year_first,
        )

    def _answers(self, header: str, worth: Callable[[float], int]) -> Parts | None:
        found: Parts = {}
        for row in self.visits():
            if row[header] is not None:
                above, below = found.get(row["客户编号"], (Fraction(0), Fraction(0)))
                found[row["客户编号"]] = (above + worth(row[header]), below + 1)
        return found or None

    def satisfaction_rate(self) -> Parts | None:
        return self._answers("满意度", lambda score: score >= 4)

    def nps(self) -> Parts | None:
        return self._answers("推荐意愿", lambda score: 100 * ((score >= 9) - (score <= 6)))

    def vas_rate(self) -> Parts | None:
        asked: Parts = {}
        for row in self.visits():
            if row["参与增值服务"] is not None:
                yes = asked.get(row["客户编号"], (Fraction(0),))[0] or Fraction(row["参与增值服务"] == "是")
                asked[row["客户编号"]] = (Fraction(yes), Fraction(1))
        return asked or None

    def visit_rate(self) -> Parts | None:
        found: Parts = {}
        for id, day, is_made in self.world.due:
            if self.first <= day <= self.last:
                who = id if id in self.ids else None
                above, below = found.get(who, (Fraction(0), Fraction(0)))
                found[who] = (above + is_made, below + 1)
        return found or None

    def conversion(self) -> Parts | None:
        visited = {row["客户编号"] for row in self.visits()}
        won = {row["客户编号"] for row in self.visits() if row["是否转化"] == "是"}
        won |= {row["客户编号"] for row in self.world.customers if row["客户状态"] == "成交客户"}
        found: Parts = {}
        eve = self.first - timedelta(days=1)
        for id in self.ids:
            had = self.ordered(id, None, eve) > 0
            before = self.world.status_before[id]
            is_prospect = not had if before is None else before == "意向客户"
            if is_prospect and id in visited:
                found[id] = (Fraction(id in won or (not had and self._has(id))), Fraction(1))
        return found

    def cycle(self) -> Parts | None:
        found: Parts = {}
        for id in self.ids:
            first = min(self.orders[id], default=None)
            contacts = [row["需求日期"] for row in self.world.demands if row["客户编号"] == id]
            contacts += [row["提出时间"] for row in self.world.tickets if row["客户编号"] == id]
            contacts += [row["回访日期"] for row in self.visits(is_of_period=False) if row["客户编号"] == id]
            if first is not None and self.first <= first <= self.last:
                before = [day for day in contacts if day < first]
                if before:
                    found[id] = (Fraction((first - min(before)).days), Fraction(1))
        return found

    def complaint_rate(self) -> Parts | None:
        complained = {
            row["客户编号"]
            for row in self.world.tickets
            if "投诉" in row["事件类型"] and self.first <= row["提出时间"] <= self.last
        }
        complained |= {row["客户编号"] for row in self.visits() if row["投诉"] not in (None, "无")}
        return self._of_customers(
            lambda id: id in complained,
            lambda id: self.ordered(id, self.year_first, self.last) > 0,
            self.year_first,
        )


def lines_that_count(orders: Iterable[Row], known_on: date) -> list[Row]:
    """Return the order lines that count, refunds negative: no cancelled orders, none that came back whole."""
    lines = []
    for row in orders:
        if row["订单状态"] != "已取消" and row["订单日期"] <= known_on:
            fen = round(row["实付金额"] * 100)
            lines.append({**row, "fen": -fen if row["订单类型"] == "退货" else fen})
    gone = set()
    for number in {row["订单编号"] for row in lines if row["订单编号"]}:
        fen = [row["fen"] for row in lines if row["订单编号"] == number]
        if min(fen) < 0 < max(fen) and sum(fen) <= 0:
            gone.add(number)
    return [row for row in lines if row["订单编号"] not in gone]


def by_order(lines: Iterable[Row]) -> dict[tuple[str, Any], list[Row]]:
    """Return the lines of each order: of a number, else of a day."""
    orders: dict[tuple[str, Any], list[Row]] = defaultdict(list)
    for row in lines:
        orders[row["客户编号"], row["订单编号"] or row["订单日期"]].append(row)
    return orders


def comes_to(kpi: str, hand: Hand, whom: Callable[[str | None], bool]) -> Fraction | None:
    """Return what a KPI comes to for some customers; None where unknown."""
    if kpi == "aov_change":
        now, before = (comes_to(part, hand, whom) for part in ("aov", "aov_before"))
        return None if now is None or before is None or before <= 0 else now / before - 1
    parts: Parts | None = getattr(hand, kpi)()
    if parts is None:
        return None
    counted = [part for id, part in parts.items() if whom(id)]
    if kpi == "cycle":
        return median(days for days, _ in counted) if counted else None
    below = sum(part[1] for part in counted)
    return sum(part[0] for part in counted) / below if below else None
