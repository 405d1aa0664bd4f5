"""What crmtool.yaml says of visits: caps, festivals and managers, and what is wrong in them at its place."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from crmtool.config import Config
from crmtool.errors import Finding, UsageError
from crmtool.files.resources import read_rules
from crmtool.jobs.settings import read_config
from crmtool.jobs.visit_settings import caps_of, festivals_for
from crmtool.messages import help_of, text_of
from crmtool.rules.language.load import load_common
from crmtool.visits.calendar.festivals import festivals_of


def config_of(folder: Path, text: str) -> Config:
    (folder / "crmtool.yaml").write_text(text, encoding="utf-8")
    return read_config(folder / "crmtool.yaml")


def mistakes_of(folder: Path, text: str) -> list[Finding]:
    with pytest.raises(UsageError) as raised:
        config_of(folder, text)
    return list(raised.value.findings)


def test_caps_by_day_week_and_channel(tmp_path: Path) -> None:
    caps = caps_of(config_of(tmp_path, "caps: {day: 8, week: 30, onsite: 2, executive: 1}\n"))
    assert (caps.day, caps.week, dict(caps.channels)) == (8, 30, {"onsite": 2, "executive": 1})
    assert caps.is_set
    assert not caps_of(config_of(tmp_path, "backups: 3\n")).is_set


@pytest.mark.parametrize(
    ("text", "cell", "code", "value"),
    [
        ("caps: {day: 8, weak: 30}\n", "1:16", "unknown-cap", "weak"),
        ("caps: {上门: 2}\n", "1:8", "unknown-cap", "上门"),
        ("caps: {day: 0}\n", "1:13", "figure-out-of-bounds", "0"),
        ("caps: {day: 8个}\n", "1:13", "expected-number", "8个"),
        ("caps: {day: 1.5}\n", "1:13", "expected-number", "1.5"),
        ("caps: 8\n", "1:7", "expected-mapping", "8"),
        ("festivals: [春节, 中秋佳节]\n", "1:17", "unknown-festival", "中秋佳节"),
        ("festivals: [司庆 02-30]\n", "1:13", "unknown-festival", "司庆 02-30"),
        ("festivals: 春节\n", "1:12", "expected-list", "春节"),
        ("managers: {张三: 张三}\n", "1:16", "own-manager", "张三"),
        ('managers: {张三: ""}\n', "1:16", "expected-text", ""),
        ("managers: [张三]\n", "1:11", "expected-mapping", ""),
    ],
)
def test_a_mistake_is_told_at_its_place(tmp_path: Path, text: str, cell: str, code: str, value: str) -> None:
    (found,) = mistakes_of(tmp_path, text)
    assert (found.code, found.cell, found.value) == (code, cell, value)
    for lang in ("zh", "en"):
        assert not re.search("{[a-z_]+}", text_of(found, lang) + help_of(found, lang))


def test_the_nearest_cap_and_festival_are_named(tmp_path: Path) -> None:
    found = mistakes_of(tmp_path, "caps:\n  weeks: 3\n  onsight: 2\n  电话: 5\nfestivals: [国庆日]\n")
    assert [(f.cell, f.params["nearest"]) for f in found] == [
        ("2:3", "week"),
        ("3:3", "onsite"),
        ("4:3", "phone"),
        ("5:13", "国庆"),
    ]


def test_all_channels_may_have_a_cap(tmp_path: Path) -> None:
    channels = load_common(*read_rules("common")).channels
    lines = "".join(f"  {channel}: 3\n" for channel in channels)
    assert set(caps_of(config_of(tmp_path, f"caps:\n{lines}")).channels) == set(channels)


def test_festivals_are_those_of_the_file_else_the_common_ones(tmp_path: Path) -> None:
    common = load_common(*read_rules("common"))
    own = festivals_for(config_of(tmp_path, "festivals: [重阳节, 司庆 09-18]\n"), common)
    assert [(festival.name, festival.on(2026)) for festival in festivals_of(own)] == [
        ("重阳", date(2026, 10, 18)),
        ("司庆", date(2026, 9, 18)),
    ]
    assert list(festivals_for(Config(), common)) == ["元旦", "春节", "端午", "中秋", "国庆"]
    assert list(festivals_for(config_of(tmp_path, "festivals: []\n"), common)) == []


def test_managers_are_names(tmp_path: Path) -> None:
    assert config_of(tmp_path, "managers:\n  张三: 王经理\n  李四: 王经理\n").managers == {
        "张三": "王经理",
        "李四": "王经理",
    }
