"""Schedules work as printed: the crontab line is really run, with cron's environment, and the others are read back.

What each scheduler makes of its line is done here by other means: cron's handling of `%`, systemd's and Windows' quoting.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import CLEAN, HEADER, Crmtool, book
from hypothesis import example, given
from hypothesis import strategies as st

from crmtool.cli import main
from crmtool.jobs.cron import formats_on
from crmtool.jobs.unattended.crontab import crontab_lines
from crmtool.jobs.unattended.schedule import Run, Schedule
from crmtool.jobs.unattended.systemd import service_unit, timer_unit
from crmtool.jobs.unattended.windows import schtasks_line, task_command

NASTY = "客户 管理 100% '甲' $HOME `x` \"乙\" & ; #"
QUARTERLY = Schedule((1, 4, 7, 10), 1, 8, 30, "Asia/Shanghai")
MONTHLY = Schedule(tuple(range(1, 13)), 28, 23, 5, "UTC")
needs_sh = pytest.mark.skipif(os.name != "posix", reason="cron and /bin/sh are there on POSIX alone")
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")


def working_folder(path: Path, *, config: str = "ledger: 台账.xlsx\nrules: annual_value\n") -> Path:
    path.mkdir()
    (path / "crmtool.yaml").write_text(config, encoding="utf-8")
    book(path / "台账.xlsx", 客户=[HEADER, *CLEAN])
    return path


def as_cron_reads(line: str) -> tuple[str, str]:
    """Return the five fields and the command of a crontab's line, as cron cuts it: at the first bare `%`."""
    fields = line.split(" ", 5)
    command, _, standard_input = re.sub(r"(?<!\\)%", "\n", fields[5]).partition("\n")
    assert standard_input == "", "what stands behind a bare % is not run"
    return " ".join(fields[:5]), command.replace(r"\%", "%")


def run_as_cron(command: str) -> subprocess.CompletedProcess[str]:
    """Run a command with next to no environment, no terminal and nothing to read, as cron does."""
    # The tests may run on a checkout that is not installed: cron would find an installed one by itself.
    bare = [
        "env",
        "-i",
        "HOME=/nonexistent",
        "PATH=/usr/bin:/bin",
        "LANG=C",
        f"PYTHONPATH={os.pathsep.join(sys.path)}",
    ]
    return subprocess.run(
        [*bare, "/bin/sh", "-c", command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        start_new_session=True,
        cwd="/",
    )


@needs_sh
@pytest.mark.parametrize("command", ["classify", pytest.param("followup", marks=pytest.mark.slow)])
def test_the_crontab_line_runs_as_printed_in_a_folder_of_any_name(
    crmtool: Crmtool, tmp_path: Path, command: str
) -> None:
    folder = working_folder(tmp_path / NASTY)
    printed = crmtool(
        "cron",
        "print",
        "--config",
        folder / "crmtool.yaml",
        "--command",
        command,
        "--format",
        "crontab",
        "--lang",
        "zh",
    )
    assert printed.code == 0
    *comments, zone, line = printed.out.splitlines()
    assert all(each.startswith("#") for each in comments)
    assert zone == "CRON_TZ=Asia/Shanghai"
    when, shell = as_cron_reads(line)
    assert when == "30 8 1 * *"
    ran = run_as_cron(shell)
    log = (folder / "crmtool-cron.log").read_text(encoding="utf-8")
    assert (ran.returncode, ran.stdout, ran.stderr, log) == (0, "", "", "")
    outputs = [path.name for path in folder.glob("台账-*.xlsx")]
    assert len(outputs) == 1, outputs


@needs_sh
@pytest.mark.slow
@pytest.mark.skipif(not hasattr(main, "review"), reason="there is no review to be run")
def test_the_line_of_the_review_runs_and_keeps_a_log_of_its_runs(crmtool: Crmtool, tmp_path: Path) -> None:
    folder = working_folder(tmp_path / NASTY)
    printed = crmtool(
        "cron", "print", "--config", folder / "crmtool.yaml", "--format", "crontab", "--lang", "zh"
    )
    _, shell = as_cron_reads(printed.out.splitlines()[-1])
    ran = run_as_cron(shell)
    log = (folder / "crmtool-cron.log").read_text(encoding="utf-8")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", ""), log
    assert len(list(folder.glob("台账-复盘-*.xlsx"))) == 1
    assert '"exit_code": 0' in (folder / "crmtool-runs.jsonl").read_text(encoding="utf-8")


@needs_sh
def test_what_goes_wrong_unattended_is_in_the_log_in_the_language_asked_for(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    folder = working_folder(tmp_path / "客户 100%")
    asked = (
        "cron",
        "print",
        "--config",
        folder / "crmtool.yaml",
        "--command",
        "classify",
        "--format",
        "crontab",
    )
    _, shell = as_cron_reads(crmtool(*asked, "--lang", "zh").out.splitlines()[-1])
    (folder / "台账.xlsx").unlink()
    ran = run_as_cron(shell)
    assert (ran.returncode, ran.stdout, ran.stderr) == (3, "", "")
    log = (folder / "crmtool-cron.log").read_text(encoding="utf-8")
    assert "台账.xlsx" in log
    assert "建议：" in log


def test_the_review_is_run_each_quarter_for_the_last_one(crmtool: Crmtool, tmp_path: Path) -> None:
    folder = working_folder(tmp_path / "crm")
    printed = crmtool("cron", "print", "--config", folder / "crmtool.yaml", "--json")
    document = printed.document
    assert document["schema"] == "crmtool.cron/v1"
    assert (document["command"], document["folder"]) == ("review", str(folder))
    when, shell = as_cron_reads(document["crontab"]["line"])
    assert when == "30 8 1 1,4,7,10 *"
    log = folder / "crmtool-cron.log"
    assert shell == (
        f"cd {folder} && LANG=C.UTF-8 PYTHONIOENCODING=utf-8 {sys.executable} -P -m crmtool review --period last-quarter"
        f" --wait 600 --quiet --lang en --log-file {folder / 'crmtool-runs.jsonl'} >>{log} 2>&1"
    )
    assert [unit["name"] for unit in document["systemd"]] == [
        "crmtool-review.service",
        "crmtool-review.timer",
    ]
    assert "/M JAN,APR,JUL,OCT /D 1 /ST 08:30" in document["windows"]["line"]


def test_a_config_of_another_name_is_named_and_its_language_holds(crmtool: Crmtool, tmp_path: Path) -> None:
    folder = working_folder(tmp_path / "crm")
    config = (folder / "crmtool.yaml").rename(folder / "华东.yaml")
    config.write_text("ledger: 台账.xlsx\nlang: zh\ntimezone: Asia/Tokyo\n", encoding="utf-8")
    printed = crmtool("cron", "print", "--config", config, "--command", "status", "--format", "crontab")
    assert "CRON_TZ=Asia/Tokyo" in printed.out
    assert f"status --config '{config}' --month last --workbook --wait 600 --quiet >>" in printed.out


@pytest.mark.parametrize("kind", ["crontab", "systemd", "windows"])
def test_one_format_alone_is_printed_alone(crmtool: Crmtool, tmp_path: Path, kind: str) -> None:
    folder = working_folder(tmp_path / "crm")
    out = crmtool("cron", "print", "--config", folder / "crmtool.yaml", "--format", kind).out
    marks = {"crontab": "CRON_TZ", "systemd": "OnCalendar", "windows": "schtasks"}
    assert [name for name, mark in marks.items() if mark in out] == [kind]


def test_where_none_is_named_those_are_printed_that_the_system_can_have() -> None:
    assert formats_on("linux") == formats_on("darwin") == ("crontab", "systemd", "windows")
    assert formats_on("win32") == ("windows",)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--at", "25:00"], "cron-bad-time"),
        (["--at", "8"], "cron-bad-time"),
        (["--day", "31"], "bad-parameter"),
        (["--command", "check"], "bad-parameter"),
    ],
)
def test_what_cannot_be_scheduled_is_refused(
    crmtool: Crmtool, tmp_path: Path, arguments: list[str], code: str
) -> None:
    folder = working_folder(tmp_path / "crm")
    ran = crmtool("cron", "print", "--config", folder / "crmtool.yaml", *arguments)
    assert ran.code == 2
    assert f"[{code}]" in ran.err


def test_without_a_config_or_a_ledger_in_it_nothing_can_be_scheduled(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    assert crmtool("cron", "print").code == 2
    folder = working_folder(tmp_path / "crm", config="rules: annual_value\n")
    ran = crmtool("cron", "print", "--config", folder / "crmtool.yaml")
    assert (ran.code, "[no-ledger-named]" in ran.err) == (2, True)


@needs_sh
@pytest.mark.parametrize("name", ["a\\b", "a\nb"])
def test_a_folder_that_no_crontab_can_name_is_refused(crmtool: Crmtool, tmp_path: Path, name: str) -> None:
    folder = working_folder(tmp_path / name)
    ran = crmtool("cron", "print", "--config", folder / "crmtool.yaml")
    assert (ran.code, "[cron-path]" in ran.err) == (2, True)


def test_a_command_that_is_too_long_for_schtasks_is_told(crmtool: Crmtool, tmp_path: Path) -> None:
    folder = working_folder(tmp_path / ("很长的文件夹" * 12))
    ran = crmtool("cron", "print", "--config", folder / "crmtool.yaml", "--format", "windows")
    assert (ran.code, "[cron-windows-length]" in ran.err) == (0, True)
    strict = crmtool("cron", "print", "--config", folder / "crmtool.yaml", "--format", "windows", "--strict")
    assert strict.code == 1


# The units of systemd

#: Anything that a path can hold but a line break.
WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\n\r", exclude_categories=("Cs", "Cc")), min_size=1
)


def as_systemd_reads(line: str) -> list[str]:
    """Return the words of an `ExecStart`: quotes, C escapes, then specifiers and variables."""
    words, word, quote, at = [], "", "", 0
    while at < len(line):
        character = line[at]
        if character == "\\" and quote:
            at += 1
            word += line[at]
        elif character == quote:
            quote = ""
        elif character == '"' and not quote:
            quote, word = '"', word
        elif character == " " and not quote:
            words.append(word)
            word = ""
        else:
            word += character
        at += 1
    assert not quote
    return [re.sub(r"\$\$", "$", re.sub(r"%%", "%", each)) for each in (*words, word)]


@given(WORDS)
@example(NASTY)
@example("C:\\\\x\\")
@example('"')
def test_a_service_runs_the_words_that_were_meant(word: str) -> None:
    run = Run(
        "/usr/bin/python3", f"/srv/{word}", f"/srv/{word}/c.yaml", "review", ("--config", word), "/srv/log"
    )
    lines = dict(line.partition("=")[::2] for line in service_unit(run).split("\n"))
    assert as_systemd_reads(lines["ExecStart"]) == list(run.words)
    assert lines["WorkingDirectory"].replace("%%", "%") == run.folder
    alone = re.sub(r"%%|\$\$", "", lines["ExecStart"])
    assert "%" not in alone, "a specifier"
    assert "$" not in alone, "a variable"


def test_a_dollar_sign_in_the_programs_own_path_is_an_argument_of_env() -> None:
    run = Run("/opt/a$b/python", "/srv", "/srv/crmtool.yaml", "plan", (), "/srv/log")
    assert "ExecStart=/usr/bin/env /opt/a$$b/python" in service_unit(run).replace('"', "")


@needs_systemd
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    folder = tmp_path / NASTY
    folder.mkdir()
    run = Run(
        sys.executable, str(folder), str(folder / "crmtool.yaml"), "review", ("--config", str(folder)), "x"
    )
    (tmp_path / "crmtool-review.service").write_text(service_unit(run), encoding="utf-8")
    (tmp_path / "crmtool-review.timer").write_text(timer_unit(run, QUARTERLY), encoding="utf-8")
    for unit in ("crmtool-review.service", "crmtool-review.timer"):
        done = subprocess.run(
            ["systemd-analyze", "verify", str(tmp_path / unit)], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")


@needs_systemd
@pytest.mark.parametrize(
    ("schedule", "first"),
    [(QUARTERLY, "2027-01-01 00:30:00 UTC"), (MONTHLY, "2026-11-28 23:05:00 UTC")],
)
def test_the_timer_goes_off_when_it_should(schedule: Schedule, first: str) -> None:
    run = Run("/usr/bin/python3", "/srv", "/srv/crmtool.yaml", "review", (), "/srv/log")
    unit = timer_unit(run, schedule)
    (moment,) = re.findall("OnCalendar=(.*)", unit)
    done = subprocess.run(
        ["systemd-analyze", "calendar", "--base-time=2026-11-26", moment],
        capture_output=True, text=True, check=True, env={**os.environ, "TZ": "UTC", "LC_ALL": "C"},
    )  # fmt: skip
    assert first in done.stdout
    assert "Persistent=true" in unit


# The line for the Windows task scheduler

#: Anything that a Windows path can hold.
PATHS = st.text(
    st.characters(codec="utf-8", exclude_characters='<>:"|?*/', exclude_categories=("Cs", "Cc", "Zl", "Zp")),
    min_size=1,
).map(lambda name: f"C:\\{name.strip()}x")


def as_the_prompt_reads(line: str) -> str:
    """Return what a program is given: `^` outside quotes takes the next character as it stands."""
    given, is_quoted, at = "", False, 0
    while at < len(line):
        if line[at] == "^" and not is_quoted:
            at += 1
        elif line[at] == '"':
            is_quoted = not is_quoted
        else:
            assert is_quoted or line[at] not in "&|<>()", "this would be the prompt's own sign"
        given += line[at]
        at += 1
    return given


def as_a_program_reads(line: str) -> list[str]:
    """Return the arguments of a command line by Microsoft's rules for backslashes and quotes."""
    words, word, is_quoted, at = [], None, False, 0
    while at < len(line):
        slashes = len(line) - at - len(line[at:].lstrip("\\"))
        after = line[at + slashes : at + slashes + 1]
        if slashes and after == '"':
            word = (word or "") + "\\" * (slashes // 2)
            at += slashes
            if slashes % 2:
                word += '"'
                at += 1
            continue
        if slashes:
            word = (word or "") + "\\" * slashes
            at += slashes
            continue
        if line[at] == '"':
            is_quoted = not is_quoted
            word = word or ""
        elif line[at] in " \t" and not is_quoted:
            if word is not None:
                words.append(word)
            word = None
        else:
            word = (word or "") + line[at]
        at += 1
    return [*words, word] if word is not None else words


@given(PATHS, PATHS)
@example("C:\\客户 & 管理 (100%)", "C:\\Program Files\\Python (x86)\\python.exe")
@example("C:\\a b\\", "C:\\a^b & c\\")
def test_the_task_runs_the_words_that_were_meant(folder: str, python: str) -> None:
    config = f"{folder}\\crmtool.yaml"
    run = Run(python, folder, config, "review", ("--period", "last-quarter"), f"{folder}\\log")
    words = as_a_program_reads(as_the_prompt_reads(schtasks_line(run, QUARTERLY)))
    assert words[:-1] == [
        *(
            "schtasks",
            "/Create",
            "/F",
            "/TN",
            "crmtool review",
            "/SC",
            "MONTHLY",
            "/M",
            "JAN,APR,JUL,OCT",
            "/D",
            "1",
        ),
        *("/ST", "08:30", "/TR"),
    ]
    assert as_a_program_reads(words[-1]) == [*run.words, "--config", config]


def test_a_monthly_task_is_run_in_every_month() -> None:
    run = Run(
        "C:\\py\\python.exe",
        "C:\\crm",
        "C:\\crm\\crmtool.yaml",
        "followup",
        ("--month", "this"),
        "C:\\crm\\log",
    )
    assert schtasks_line(run, MONTHLY).startswith(
        'schtasks /Create /F /TN "crmtool followup" /SC MONTHLY /M * /D 28 /ST 23:05 /TR "C:\\py\\python.exe -P -m crmtool'
    )
    assert task_command(run).endswith("followup --month this --config C:\\crm\\crmtool.yaml")


@given(st.lists(WORDS.map(lambda word: word.replace("\\", "")).filter(bool), min_size=1, max_size=4))
def test_a_crontab_line_runs_the_words_that_were_meant(words: list[str]) -> None:
    run = Run("/usr/bin/python3", f"/srv/{words[0]}", "/srv/c", "review", tuple(words), "/srv/log")
    _, command = as_cron_reads(crontab_lines(run, QUARTERLY)[1])
    read = shlex.split(command)
    assert read[:3] == ["cd", f"/srv/{words[0]}", "&&"]
    assert read[5:-2] == list(run.words)
