"""Recording by any job: where the history is, what undoes a run, and frames that come back as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from crmtool.errors import UsageError
from crmtool.jobs.delivery import Delivery, Written
from crmtool.jobs.history import Recording, history_of, recorded_plan, recorded_reports, recording
from crmtool.jobs.manifest import manifest_path
from crmtool.jobs.reading import Read, read
from crmtool.jobs.request import Request
from crmtool.visits.model import PLAN_COLUMNS, REPORT_COLUMNS, frame_of

HEADER = ("客户名称", "年消费额", "最近交易时间", "合作时长")
PLAN = frame_of(
    PLAN_COLUMNS,
    {
        "visit_id": ["甲公司-phone-202311", "甲公司-onsite-202312"],
        "customer": [0, 0],
        "customer_key": ["甲公司", "甲公司"],
        "planned_on": [date(2023, 11, 30), None],
        "status": ["open", "open"],
        "is_unpublished": [False, None],
    },
)
REPORT = frame_of(
    REPORT_COLUMNS,
    {
        "visit_id": ["甲公司-phone-202311"],
        "customer": [0],
        "customer_key": ["甲公司"],
        "outcome": ["done"],
        "satisfaction": [4.0],
    },
)


@pytest.fixture
def request_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Request:
    monkeypatch.chdir(tmp_path)
    book = openpyxl.Workbook()
    for row in (HEADER, ("甲公司", "15万元", date(2023, 10, 15), "2年")):
        book.active.append(row)  # type: ignore[union-attr]
    book.save("台账.xlsx")
    return Request(Path("台账.xlsx"), as_of=date(2023, 10, 31), history=Path("h.db"))


def wrote(name: str) -> Written:
    """Write a file as a job would, and return what it would tell."""
    import hashlib

    Path(name).write_bytes(name.encode())
    return Written(Path(name), hashlib.sha256(name.encode()).hexdigest())


def done(request: Request, command: str, name: str, **more: object) -> None:
    with recording(request, command, Delivery()) as kept:
        run = kept.run(read(request), Path(name), {})
        kept.finish(run, Path(name), [wrote(name)], **more)  # type: ignore[arg-type]


def is_done(request: Request, command: str, name: str, unless_after: tuple[str, ...] = ()) -> bool:
    with recording(request, command, Delivery()) as kept:
        run = kept.run(read(request), Path(name), {})
        return kept.finished(run, Path(name), unless_after=unless_after) is not None


def test_the_history_is_the_given_one_else_the_configs_else_none(tmp_path: Path, request_: Request) -> None:
    assert history_of(request_) == Path("h.db")
    assert history_of(replace(request_, history=None)) is None
    folder = tmp_path / "crm"
    folder.mkdir()
    (folder / "crmtool.yaml").write_text("history: 历史/h.db\n", encoding="utf-8")
    configured = replace(request_, history=None, config=folder / "crmtool.yaml")
    assert history_of(configured) == folder / "历史" / "h.db"
    assert history_of(replace(configured, history=Path("x.db"))) == Path("x.db")


def test_frames_of_visits_and_reports_come_back_without_the_place_in_the_ledger(request_: Request) -> None:
    done(request_, "plan", "plan.xlsx", visits=PLAN, is_whole_plan=True, reports=REPORT)
    with recording(request_, "status", Delivery(dry_run=True)) as kept:
        visits, reports = recorded_plan(kept.history), recorded_reports(kept.history)
    assert visits is not None
    expected = PLAN.sort_values("visit_id", ignore_index=True)
    assert visits.drop(columns="customer").equals(expected.drop(columns="customer"))
    assert reports.drop(columns="customer").equals(REPORT.drop(columns="customer"))
    assert dict(visits.dtypes) == dict(PLAN.dtypes)
    assert visits["customer"].isna().all()


def test_a_run_is_undone_by_later_ones_of_the_commands_that_are_named(request_: Request) -> None:
    undoing = ("plan", "collect")
    done(request_, "plan", "plan.xlsx", visits=PLAN)
    assert is_done(request_, "plan", "plan.xlsx", undoing)
    done(request_, "classify", "out.xlsx")
    assert is_done(request_, "plan", "plan.xlsx", undoing)
    done(request_, "plan", "other.xlsx", visits=PLAN)
    assert not is_done(request_, "plan", "plan.xlsx", undoing)
    assert is_done(request_, "plan", "plan.xlsx")
    done(request_, "plan", "plan.xlsx", visits=PLAN)
    assert is_done(request_, "plan", "plan.xlsx", undoing)


def test_reports_that_came_in_make_every_run_another_one(request_: Request) -> None:
    done(request_, "classify", "out.xlsx")
    done(request_, "collect", "collected.json", reports=REPORT)
    assert not is_done(request_, "classify", "out.xlsx")


def test_several_outputs_must_all_be_there(request_: Request) -> None:
    target = Path("plan.xlsx")
    with recording(request_, "plan", Delivery()) as kept:
        run = kept.run(read(request_), target, {"ics": True})
        kept.finish(run, target, [wrote("plan.xlsx"), wrote("张三.ics")])
    with recording(request_, "plan", Delivery()) as kept:
        run = kept.run(read(request_), target, {"ics": True})
        earlier = kept.finished(run, target)
        assert earlier is not None
        assert [(each.path.name, each.is_current) for each in earlier.written] == [
            ("plan.xlsx", True),
            ("张三.ics", True),
        ]
        assert kept.finished(kept.run(read(request_), target, {"ics": False}), target) is None
        Path("张三.ics").write_bytes(b"other")
        assert kept.finished(run, target) is None


def test_without_a_history_nothing_is_asked_and_nothing_kept(request_: Request) -> None:
    with recording(replace(request_, history=None), "plan", Delivery()) as kept:
        assert not kept.is_kept
        run = kept.run(read(request_), Path("plan.xlsx"), {})
        assert kept.finished(run, Path("plan.xlsx")) is None
        kept.finish(run, Path("plan.xlsx"), [wrote("plan.xlsx")])
    assert {path.name for path in Path().iterdir()} == {"台账.xlsx", "plan.xlsx"}


def _key(kept: Recording, what: Read, target: str, **options: object) -> str:
    return kept.run(what, Path(target), options).key


def test_a_key_is_the_same_for_the_same_run_and_for_no_other(request_: Request) -> None:
    what = read(request_)
    with recording(request_, "plan", Delivery(), {"template": "a"}) as kept:
        first = _key(kept, what, "plan.xlsx", overload="level")
        assert first == _key(kept, what, "plan.xlsx", overload="level")
        others = {
            _key(kept, what, "plan.xlsx", overload="stretch"),
            _key(kept, what, "other.xlsx", overload="level"),
            _key(replace(kept, command="followup"), what, "plan.xlsx", overload="level"),
            _key(
                replace(kept, digests={**kept.digests, "template": "b"}), what, "plan.xlsx", overload="level"
            ),
            _key(kept, replace(what, as_of=date(2023, 11, 1)), "plan.xlsx", overload="level"),
        }
    assert len(others | {first}) == 6


def test_a_history_that_is_the_output_is_refused(request_: Request) -> None:
    with recording(request_, "plan", Delivery()) as kept, pytest.raises(UsageError) as raised:
        kept.run(read(request_), Path("h.db"), {})
    assert [finding.code for finding in raised.value.findings] == ["history-in-the-way"]


def test_a_manifest_stands_beside_its_output_and_only_says_where_others_are(request_: Request) -> None:
    Path("out").mkdir()
    with recording(request_, "plan", Delivery()) as kept:
        run = kept.run(read(request_), Path("out/plan.xlsx"), {})
        kept.finish(run, Path("out/plan.xlsx"), [wrote("out/plan.xlsx"), wrote("张三.ics")])
    text = manifest_path(Path("out/plan.xlsx")).read_text(encoding="utf-8")
    assert '"file": "plan.xlsx"' in text
    assert '"file": "../张三.ics"' in text
    assert str(Path.cwd()) not in text
