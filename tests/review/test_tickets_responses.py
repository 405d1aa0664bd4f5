"""Which tickets were answered in time: by hand for each kind of cell, and by trying every hour of what is not known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmtool.errors import Finding
from crmtool.ledger.ledger import LATER, STATE, TIME, Ledger, LedgerColumn, Source, Table
from crmtool.ledger.standard.dictionary import standard_field
from crmtool.messages import text_of
from crmtool.review.kpis.ground import KpiGround
from crmtool.review.kpis.responses import RESPONSE_COLUMNS, RESPONSE_MISSING, Responses, response_counts
from crmtool.review.period import Period, period_named
from crmtool.rules.hours import parse_hours
from crmtool.visits.model import REPORT_COLUMNS, frame_of

CONSULT = {"event": "普通咨询", "until": "replied", "within": "24小时"}
URGENT = {"event": "紧急问题", "until": "started", "within": "2小时"}
GRAVE = {"event": "重大投诉", "until": "resolved", "within": "24小时", "role": "主管"}
#: Begins the sheet before every period of these tests, of a kind that no line asks for.
FIRST = {"kind": "其他", "raised": date(2025, 1, 1)}
UNREAD = "看不清"
DATES = ("raised", "replied", "started", "resolved")


def table(rows: Sequence[dict[str, Any]], as_of: date, columns: Sequence[str] = DATES) -> Table:
    """Return tickets as a ledger has them: a date is a day alone, a datetime has its time, `UNREAD` is filled in."""
    cells: dict[str, pa.Array] = {
        "row": pa.array(range(2, 2 + len(rows)), pa.int64()),
        "sheet": pa.array(["咨询投诉记录"] * len(rows)),
        "customer": pa.array([row.get("customer") for row in rows], pa.int64()),
        "kind": pa.array([row.get("kind") for row in rows], pa.string()),
    }
    for name in columns:
        given_cells = [row.get(name) for row in rows]
        days = [
            c.date() if isinstance(c, datetime) else c if isinstance(c, date) else None for c in given_cells
        ]
        later = [day is not None and day > as_of for day in days]
        days = [None if is_later else day for day, is_later in zip(days, later, strict=True)]
        times = [
            c if isinstance(c, datetime) and not is_later else None
            for c, is_later in zip(given_cells, later, strict=True)
        ]
        states = [
            0 if c is None else 2 if c == UNREAD or is_later else 1
            for c, is_later in zip(given_cells, later, strict=True)
        ]
        cells[name] = pa.array(days, pa.date32())
        cells[name + STATE] = pa.array(states, pa.int8())
        cells[name + TIME] = pa.array(times, pa.timestamp("s"))
        cells[name + LATER] = pa.array(later)
    placed = {
        name: LedgerColumn(standard_field("tickets", name), standard_field("tickets", name).label, number)
        for number, name in enumerate(("kind", *columns), start=2)
    }
    frame = pa.table(cells).to_pandas(types_mapper=pd.ArrowDtype)
    return Table(frame, placed, Source("台账.xlsx", "", ("咨询投诉记录",), 1, len(rows)))


def ground(
    *rows: dict[str, Any],
    sla: Sequence[dict[str, Any]] = (CONSULT,),
    period: str = "2026Q1",
    as_of: date | None = None,
    tickets: Table | None = None,
) -> KpiGround:
    named = period_named(period)
    assert isinstance(named, Period)
    day = as_of or named.last
    customers = frame_of({"row": pa.int64(), "name": pa.string()}, {"row": [2, 3], "name": ["甲", "乙"]})
    people = Table(customers, {}, Source("台账.xlsx", "", ("客户",), 1, 2))
    return KpiGround(
        Ledger(day, people, tickets=tickets or table([FIRST, *rows], day)),
        pa.array(["a", "b"]),
        pa.array(["1", "2"]),
        frame_of(REPORT_COLUMNS, {}),
        None,
        named,
        day,
        sla=tuple(sla),
    )


def counted(*rows: dict[str, Any], **more: Any) -> list[tuple[float, float]]:
    counts = response_counts(ground(*rows, **more))
    return list(zip(counts.rows["numerator"], counts.rows["denominator"], strict=True))


def consult(raised: Any, replied: Any = None, customer: int | None = 0) -> dict[str, Any]:
    return {"kind": "普通咨询", "raised": raised, "replied": replied, "customer": customer}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def codes(counts: Responses) -> list[tuple[str, int]]:
    """Return what is told of single events."""
    told = [(finding.code, finding.count) for finding in counts.findings]
    return [each for each in told if each[0] != "response-kinds-unmatched"]


IN_TIME, LATE, NOT_COUNTED = [(1.0, 1.0)], [(0.0, 1.0)], []


@pytest.mark.parametrize(
    ("raised", "replied", "expected"),
    [
        (at("2026-03-01 09:30"), at("2026-03-02 09:30"), IN_TIME),  # 24 hours to the second
        (at("2026-03-01 09:30"), at("2026-03-02 09:30:01"), LATE),
        (at("2026-03-01 09:30"), at("2026-03-01 09:30"), IN_TIME),
        (date(2026, 3, 1), date(2026, 3, 1), IN_TIME),  # the same day is within 24 hours
        (date(2026, 3, 1), date(2026, 3, 3), LATE),
        (date(2026, 3, 1), at("2026-03-01 23:00"), IN_TIME),
        (at("2026-03-01 09:30"), date(2026, 3, 1), IN_TIME),
        (at("2026-03-01 09:30"), date(2026, 3, 3), LATE),
        (at("2026-03-29 09:30"), None, LATE),
        (date(2026, 3, 30), None, LATE),  # at the latest the hours ran out at the end of 31 March
        (at("2026-03-31 09:30"), None, NOT_COUNTED),  # they run on
        (date(2026, 3, 31), None, NOT_COUNTED),
        (at("2026-03-30 09:30"), at("2026-04-01 08:00"), LATE),  # what comes later does not count
        (at("2026-03-31 09:30"), at("2026-04-01 08:00"), NOT_COUNTED),
        (at("2025-12-31 23:59:59"), None, NOT_COUNTED),
        (at("2026-01-01 00:00:01"), None, LATE),
        (at("2026-04-01 09:00"), None, NOT_COUNTED),
    ],
)
def test_an_event_counts_as_its_cells_tell(raised: Any, replied: Any, expected: list[Any]) -> None:
    counts = response_counts(ground(consult(raised, replied)))
    assert list(zip(counts.rows["numerator"], counts.rows["denominator"], strict=True)) == expected
    assert codes(counts) == []


@pytest.mark.parametrize(
    ("raised", "replied"),
    [
        (date(2026, 3, 1), date(2026, 3, 2)),  # between a second and two days
        (at("2026-03-01 09:30"), date(2026, 3, 2)),
        (date(2026, 3, 1), at("2026-03-02 09:30")),
        (at("2026-03-01 09:30"), UNREAD),
        (UNREAD, at("2026-03-02 09:30")),
        (None, at("2026-03-02 09:30")),
    ],
)
def test_what_the_days_do_not_decide_is_left_out_and_told(raised: Any, replied: Any) -> None:
    counts = response_counts(
        ground(consult(raised, replied), consult(at("2026-02-01 09:00"), at("2026-02-01 10:00")))
    )
    assert counts.rows["denominator"].tolist() == [1.0]
    (finding,) = counts.findings
    assert (finding.code, finding.sheet, finding.cell, finding.count) == (
        "response-unclear",
        "咨询投诉记录",
        "C3",
        1,
    )
    assert (
        text_of(finding, "zh")
        == "“普通咨询 24小时内回复”：1 条记录的时间不足以判断是否及时，未计入响应达标率"
    )


def test_a_record_without_a_day_that_was_answered_before_the_period_is_none_of_its() -> None:
    assert codes(response_counts(ground(consult(None, at("2025-12-30 09:30"))))) == []


def test_two_hours_need_the_time_of_day() -> None:
    rows = [
        {
            "kind": "紧急问题",
            "raised": at("2026-03-01 23:00"),
            "started": at("2026-03-02 01:00"),
            "customer": 1,
        },
        {
            "kind": "紧急问题",
            "raised": at("2026-03-01 09:00"),
            "started": at("2026-03-01 11:00:01"),
            "customer": 1,
        },
        {"kind": "紧急问题", "raised": date(2026, 3, 1), "started": date(2026, 3, 1), "customer": 1},
        {"kind": "紧急问题", "raised": at("2026-03-01 22:30"), "started": date(2026, 3, 1), "customer": 1},
        {"kind": "紧急问题", "raised": at("2026-03-31 21:59"), "customer": 1},
        {"kind": "紧急问题", "raised": at("2026-03-31 22:00"), "customer": 1},
    ]
    counts = response_counts(ground(*rows, sla=[CONSULT, URGENT]))
    assert counts.rows.values.tolist() == [["response_started_2", 1, 2.0, 4.0]]
    assert codes(counts) == [("response-unclear", 1)]


def test_an_answer_before_the_question_is_told_and_not_counted() -> None:
    counts = response_counts(
        ground(
            consult(at("2026-03-02 09:30"), at("2026-03-02 09:00")),
            consult(date(2026, 3, 2), date(2026, 3, 1)),
        )
    )
    assert counts.rows.empty
    (finding,) = counts.findings
    assert (finding.code, finding.cell, finding.column, finding.count) == (
        "response-backwards",
        "D3",
        "回复时间",
        2,
    )


def test_events_without_a_kind_are_told() -> None:
    blank = {"raised": date(2026, 3, 1), "customer": 0}
    counts = response_counts(ground(blank, {**blank, "kind": " "}, {**blank, "raised": date(2025, 12, 1)}))
    (finding,) = (each for each in counts.findings if each.code == "response-without-kind")
    assert (finding.code, finding.cell, finding.count) == ("response-without-kind", "B3", 2)


def test_each_line_counts_its_own_events_by_customer_and_strangers_without_one() -> None:
    day = at("2026-02-01 09:00")
    rows = [
        consult(day, day, customer=1),
        consult(day, day, customer=None),
        consult(day, None, customer=0),
        consult(day, day, customer=1),
        {"kind": "重大投诉", "raised": day, "resolved": at("2026-02-03 09:00"), "customer": 0},
    ]
    counts = response_counts(ground(*rows, sla=[CONSULT, URGENT, GRAVE]))
    assert [[None if pd.isna(cell) else cell for cell in row] for row in counts.rows.values.tolist()] == [
        ["response_replied_1", 0, 0.0, 1.0],
        ["response_replied_1", 1, 2.0, 2.0],
        ["response_replied_1", None, 1.0, 1.0],
        ["response_resolved_3", 0, 0.0, 1.0],
    ]
    assert counts.labels == {
        "response_replied_1": "普通咨询 24小时内回复",
        "response_started_2": "紧急问题 2小时内启动处理",
        "response_resolved_3": "重大投诉 24小时内解决",
    }
    assert counts.missing == {}
    types = {name: dtype.pyarrow_dtype for name, dtype in counts.rows.dtypes.items()}
    assert types == dict(RESPONSE_COLUMNS)


def test_a_period_under_way_ends_with_the_as_of_day() -> None:
    rows = [consult(at("2026-02-10 09:00")), consult(at("2026-02-14 09:00")), consult(at("2026-02-20 09:00"))]
    assert counted(*rows, as_of=date(2026, 2, 14)) == LATE


def test_what_is_lacking_is_named() -> None:
    end = date(2026, 3, 31)
    without = {
        "no_tickets": replace(ground(), ledger=replace(ground().ledger, tickets=None)),
        "tickets_late": ground(tickets=table([consult(date(2026, 1, 2))], end)),
        "no_replied": ground(tickets=table([FIRST], end, ("raised", "resolved"))),
    }
    for key, case in without.items():
        counts = response_counts(case)
        assert (counts.missing, len(counts.rows)) == ({"response_replied_1": key}, 0)
    kindless = ground()
    assert kindless.ledger.tickets is not None
    frame = kindless.ledger.tickets.frame.drop(columns="kind")
    tickets = replace(kindless.ledger.tickets, frame=frame)
    counts = response_counts(replace(kindless, ledger=replace(kindless.ledger, tickets=tickets)))
    assert counts.missing == {"response_replied_1": "no_ticket_kinds"}
    assert {"no_tickets", "tickets_late", "no_ticket_kinds", "no_replied"} <= set(RESPONSE_MISSING)


def test_a_text_of_a_rule_set_may_have_its_origin_beside_it() -> None:
    line = {
        "event": {"text": "普通咨询", "origin": "source"},
        "until": "replied",
        "within": {"text": "1天内"},
    }
    counts = response_counts(ground(consult(date(2026, 3, 1), date(2026, 3, 1)), sla=[line]))
    assert (counts.labels, len(counts.rows)) == ({"response_replied_1": "普通咨询 1天内回复"}, 1)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("24小时", 86_400), ("2 小时内", 7_200), ("30分钟", 1_800), ("0.5h", 1_800), ("3天", 259_200), ("1周", 604_800),
     ("2个小时", 7_200), ("2个工作日", None), ("1个月", None), ("尽快", None), ("24", None), ("0小时", None), ("", None)],
)  # fmt: skip
def test_hours_are_exact_or_refused(text: str, seconds: int | None) -> None:
    assert parse_hours(text) == seconds


@dataclass(frozen=True)
class Case:
    """A ticket of the property: what is known of when it was raised and answered."""

    raised: date
    replied: date | None


FIRST_DAY, LAST_DAY = date(2026, 3, 1), date(2026, 3, 6)
MOMENTS = st.datetimes(at("2026-02-27 00:00:00"), at("2026-03-08 00:00:00")).map(
    lambda m: m.replace(minute=m.minute // 30 * 30, second=1, microsecond=0)
)
CELLS = st.one_of(MOMENTS, MOMENTS.map(datetime.date))


def instants(cell: date) -> Iterator[datetime]:
    """Yield the moment of a cell, or of a day each half hour with a second before and after it."""
    if isinstance(cell, datetime):
        yield cell
        return
    midnight = datetime.combine(cell, time())
    for half_hour in range(48):
        for second in (-1, 0, 1, 2):
            moment = midnight + timedelta(minutes=30 * half_hour, seconds=second)
            if moment.date() == cell:
                yield moment
    yield midnight + timedelta(seconds=86_399)


def verdicts(case: Case, hours: int) -> set[str]:
    """Return what each pair of moments that the cells allow would be."""
    end = at("2026-03-07 00:00:00")
    found = set()
    for raised in instants(case.raised):
        if not datetime.combine(FIRST_DAY, time()) <= raised < end:
            found.add("outside")
            continue
        answers = [None] if case.replied is None else list(instants(case.replied))
        for answer in answers:
            if answer is None or answer >= end:
                found.add("late" if raised + timedelta(hours=hours) < end else "running")
            elif answer >= raised:
                found.add("in time" if answer - raised <= timedelta(hours=hours) else "late")
    return found or {"backwards"}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.builds(Case, CELLS, st.one_of(st.none(), CELLS)), max_size=6), st.sampled_from([2, 24, 48])
)
def test_counts_are_those_of_every_moment_that_the_cells_allow(cases: list[Case], hours: int) -> None:
    line = {**CONSULT, "within": f"{hours}小时"}
    tickets = table([FIRST, *(consult(case.raised, case.replied) for case in cases)], LAST_DAY)
    within = replace(ground(sla=[line], tickets=tickets), period=Period(2026, 3, "month"), as_of=LAST_DAY)
    counts = response_counts(within)
    expected = [verdicts(case, hours) for case in cases]
    in_time, late = (sum(found == {word} for found in expected) for word in ("in time", "late"))
    assert counts.rows[["numerator", "denominator"]].values.tolist() == (
        [[in_time, in_time + late]] if in_time + late else []
    )
    unclear, backwards = (
        sum(len(found) > 1 for found in expected),
        sum(found == {"backwards"} for found in expected),
    )
    told = [(code, n) for code, n in (("response-unclear", unclear), ("response-backwards", backwards)) if n]
    assert codes(counts) == told


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.builds(Case, CELLS, st.one_of(st.none(), CELLS)), max_size=6),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_sheet_does_not_matter(cases: list[Case], chance: Any) -> None:
    rows = [consult(case.raised, case.replied, customer=index % 2) for index, case in enumerate(cases)]
    shuffled = list(rows)
    chance.shuffle(shuffled)
    first, second = (response_counts(ground(*each, period="2026-03")) for each in (rows, shuffled))
    assert first.rows.equals(second.rows)
    assert sorted(codes(first)) == sorted(codes(second))


def test_every_finding_has_its_words() -> None:
    for code in ("response-unclear", "response-backwards", "response-without-kind"):
        for lang in ("zh", "en"):
            said = text_of(
                Finding(code, column="回复时间", params={"label": "普通咨询 24小时内回复"}, count=3), lang
            )  # type: ignore[arg-type]
            assert "3" in said
            assert "{" not in said


def test_kinds_of_the_sheet_that_no_line_asks_for_are_told_where_a_line_has_none() -> None:
    day = date(2026, 2, 1)
    rows = [{"kind": kind, "raised": day, "replied": day} for kind in ("投诉", "咨询", " 投诉")]
    told = response_counts(ground(*rows, sla=(CONSULT, GRAVE))).findings
    (finding,) = [each for each in told if each.code == "response-kinds-unmatched"]
    assert finding.value == "普通咨询、重大投诉"
    assert (finding.params["kinds"], finding.params["asked"]) == ("投诉、其他、咨询", "普通咨询、重大投诉")
    assert (finding.sheet, finding.column) == ("咨询投诉记录", "事件类型")


def test_a_kind_of_which_there_was_no_event_yet_is_nothing_to_tell() -> None:
    day = {"raised": date(2025, 12, 1), "kind": "普通咨询"}
    only = table([day], date(2026, 3, 31))
    told = response_counts(ground(sla=(CONSULT, GRAVE), tickets=only)).findings
    assert [each.code for each in told] == []
