"""Whatever operation of a run fails, the old file or the new one is there, whole, and the run says how it ended."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import CLEAN, HEADER, book
from failing_disk import Fault
from harness import WRITING_CODES, Files, Ran, Scene, call, command

from crmtool.files.locks import locked
from crmtool.files.replace import replacing
from crmtool.jobs.assess import Assessment, assess
from crmtool.jobs.request import Request

ERRORS = [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EINTR]
FAULTS = [
    *(Fault("error", number) for number in ERRORS),
    Fault("error", errno.ENOSPC, lasts=True),
    Fault("error", errno.EIO, lasts=True),
    *(Fault(kind) for kind in ("stop", "short", "lost", "hole")),  # type: ignore[arg-type]
]


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("CRMTOOL_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C")


def _written(target: Path) -> Callable[[], None]:
    def write() -> None:
        with locked(target), replacing(target) as out:
            for number in range(4):
                out.write(bytes([65 + number]) * 10_000)

    return write


def _codes(ends: list[Ran]) -> set[int | None]:
    return {ran.code for ran in ends}


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_replacing_alone(tmp_path: Path, fault: Fault) -> None:
    target = tmp_path / "a.csv"
    target.write_bytes(b"old")
    scene = Scene.of(tmp_path, call(_written(target)))
    assert {step.split()[0] for step in scene.steps} >= {
        *("open", "flock", "write", "fsync", "chmod", "replace", "unlink", "close")
    }
    ends = scene.sweep(fault)
    expected = {"error": {0, 4}, "stop": {None}, "short": {0}, "lost": {0, 4}, "hole": {0, 4}}
    assert _codes(ends) - {75} == expected[fault.kind]
    if fault.kind in ("lost", "hole"):
        # The note that names the lock's owner is all that may be lost.
        kept = [step for step, ran in zip(scene.writes, ends, strict=True) if ran.code == 0]
        assert all(step.endswith(".owner") for step in kept), kept


def _plainly(target: Path) -> Callable[[], None]:
    return lambda: target.write_bytes(b"new" * 5_000) and None


def _renamed_unchecked(target: Path) -> Callable[[], None]:
    def write() -> None:
        aside = target.with_name("a.tmp")
        try:
            with aside.open("wb") as out:
                out.write(b"new" * 5_000)
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)

    return write


@pytest.mark.parametrize(
    ("careless", "fault"),
    [
        (_plainly, Fault("stop")),
        (_plainly, Fault("error", errno.ENOSPC)),
        (_renamed_unchecked, Fault("lost")),
        (_renamed_unchecked, Fault("stop")),
        (_renamed_unchecked, Fault("error", errno.ENOSPC)),
    ],
)
def test_the_harness_finds_a_careless_writer(
    tmp_path: Path, careless: Callable[[Path], Callable[[], None]], fault: Fault
) -> None:
    target = tmp_path / "a.csv"
    target.write_bytes(b"old" * 5_000)
    scene = Scene.of(tmp_path, call(careless(target)))
    with pytest.raises((AssertionError, OSError)):
        scene.sweep(fault)


def _classifying(folder: Path) -> Scene:
    """Return a real classify of a small ledger into an older output of its own."""
    book(folder / "a.xlsx", 客户=[HEADER, *CLEAN])
    assert command("classify", "a.xlsx", "--as-of", "2023-09-30", "-o", "out.xlsx")().code == 0
    return Scene.of(folder, command("classify", "a.xlsx", "--as-of", "2023-10-31", "-o", "out.xlsx"))


@pytest.fixture
def judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let classify judge each as-of date once: nothing is written meanwhile, and there are hundreds of runs."""
    judged: dict[str | None, Assessment] = {}

    def remembered(request: Request) -> Assessment:
        if request.as_of not in judged:
            judged[request.as_of] = assess(request)
        return judged[request.as_of]

    monkeypatch.setattr("crmtool.jobs.classify.assess", remembered)


@pytest.mark.usefixtures("judged_once")
@pytest.mark.parametrize("fault", [Fault("error", errno.ENOSPC), Fault("stop")], ids=str)
def test_classify_into_an_older_output(tmp_path: Path, fault: Fault) -> None:
    ends = _classifying(tmp_path).sweep(fault)
    assert len(ends) > 40
    assert _codes(ends) == ({None} if fault.kind == "stop" else {0, 4})


@pytest.mark.usefixtures("judged_once")
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_classify_into_an_older_output_here_and_there(tmp_path: Path, fault: Fault) -> None:
    _classifying(tmp_path).sweep(fault, every=8, start=FAULTS.index(fault) % 8)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_classify_into_an_older_output_judged_anew_at_every_operation(tmp_path: Path, fault: Fault) -> None:
    _classifying(tmp_path).sweep(fault)


def _updating(folder: Path, monkeypatch: pytest.MonkeyPatch, *, with_reading: bool = False) -> Scene:
    """Return an update of a small ledger where it stands, whose backup always has the same name."""
    ledger = book(folder / "a.xlsx", 客户=[HEADER, *CLEAN]).read_bytes()
    monkeypatch.setattr("crmtool.jobs.into_ledger.update.stamp", lambda zone: "20231031-120000")
    backup = "a-备份-20231031-120000.xlsx"

    def is_allowed(files: Files, code: int | None) -> bool:
        is_old = files["a.xlsx"] == ledger
        # A ledger is never the new one without its backup, and what failed has changed nothing in it.
        return (is_old or files.get(backup) == ledger) and (is_old or code in (None, 0))

    run = command("classify", "a.xlsx", "--as-of", "2023-10-31", "--update-ledger")
    codes = (2, 3, 4, 75) if with_reading else WRITING_CODES
    scene = Scene.of(
        folder, run, with_reading=with_reading, is_one_step=False, is_allowed=is_allowed, codes=codes
    )
    assert scene.after.keys() == {"a.xlsx", backup, "a-客户分级-2023-10-31.xlsx"}
    return scene


@pytest.mark.usefixtures("judged_once")
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_ledger_updated_where_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    every = 4 if fault in (Fault("error", errno.ENOSPC), Fault("stop")) else 11
    ends = _updating(tmp_path, monkeypatch).sweep(fault, every=every, start=FAULTS.index(fault) % every)
    assert _codes(ends) <= ({None} if fault.kind == "stop" else {0, 4, 75})


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_ledger_updated_where_it_stands_failing_at_every_operation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    _updating(tmp_path, monkeypatch).sweep(fault)


def test_a_ledger_that_cannot_be_read_again_is_not_updated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = _updating(tmp_path, monkeypatch, with_reading=True)
    read = [number for number, step in enumerate(scene.steps) if step.startswith("read ")]
    for number in read:
        scene.sweep(Fault("error", errno.EIO), start=number, every=len(scene.steps))


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize(
    "line",
    [
        ("init", "crm"),
        ("rules", "new", "mine"),
        ("template", "export", "ledger-annual_value", "-o", "t.xlsx"),
    ],
    ids=" ".join,
)
def test_commands_that_write_new_files(tmp_path: Path, line: tuple[str, ...], fault: Fault) -> None:
    (tmp_path / "mine.txt").write_bytes(b"somebody's")
    scene = Scene.of(tmp_path, command(*line), is_one_step=line[0] != "init")
    is_dear = fault.kind == "stop" or line[0] == "init"
    every = 4 if is_dear else 2
    ends = scene.sweep(fault, every=every, start=FAULTS.index(fault) % every)
    assert _codes(ends) <= ({None} if fault.kind == "stop" else {0, 4, 75})


@pytest.mark.parametrize("fault", [Fault("error", errno.EIO), Fault("error", errno.EACCES)], ids=str)
def test_a_disk_that_cannot_be_read(tmp_path: Path, fault: Fault) -> None:
    book(tmp_path / "a.xlsx", 客户=[HEADER, *CLEAN])
    (tmp_path / "crmtool.yaml").write_text("rules: annual_value\n")
    run = command("classify", "a.xlsx", "--as-of", "2023-10-31", "-o", "out.xlsx")
    scene = Scene.of(tmp_path, run, with_reading=True, codes=(2, 3, 4, 75))
    read = [number for number, step in enumerate(scene.steps) if step.startswith("read ")]
    assert len(read) > 3
    ends = [scene.sweep(fault, start=number, every=len(scene.steps))[0] for number in read]
    # The language of a folder is asked of crmtool.yaml first: those readings alone may fail without consequence.
    codes = [ran.code for ran in ends]
    assert set(codes[codes.count(0) :]) == {2, 3, 4}
    assert {scene.steps[number] for number in read[: codes.count(0)]} == {"read crmtool.yaml"}
