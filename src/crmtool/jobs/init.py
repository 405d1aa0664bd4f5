"""Making a working folder: config, an empty ledger in the document's columns, and nothing overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crmtool.files.replace import make_folder
from crmtool.files.resources import read_template
from crmtool.jobs.delivery import Written
from crmtool.jobs.rules import load_named
from crmtool.jobs.settings import CONFIG_NAME
from crmtool.jobs.writing import write_new

_CONFIG = """\
# crmtool 的设置；每一项都可以不写。各键的含义见文档 docs/config.md。
ledger: {ledger}
rules: {rules}            # 分级规则：自带的名字（crmtool rules list）或 YAML 文件
timezone: Asia/Shanghai   # 统计截止日按这个时区的今天
history: crmtool-history.db   # 历史库：每次运行的结果、回访计划和回访结果都记在里面；不需要就删掉这一行
# columns:                # 台账里不认识的表头 = 字段
#   去年消费: annual_amount
# units:                  # 表头没写单位、格内又是纯数字的列
#   年消费额: 万元
# caps:                   # 每人最多访多少次：一天、一周，以及一天之内某种方式
#   day: 8
#   week: 30
#   onsite: 2
# holidays: 放假安排.xlsx  # 公司自己的放假与上班日：列 日期 · 至 · 类型（休或班）· 说明
# festivals: [春节, 端午, 中秋, 国庆, 司庆 09-18]   # 在哪些节日问候客户
# managers:               # 逾期太久时报给谁：负责人 = 上级
#   张三: 王经理
# baselines:              # 复盘目标里 [X+10] 的 X；不写就取去年同期
#   repeat_rate: 70%
"""


@dataclass(frozen=True, slots=True)
class Folder:
    """A working folder: its ledger, what was written, and what was there already and was kept."""

    ledger: Path
    written: tuple[Written, ...]
    kept: tuple[Path, ...]


def init(directory: Path, rules: str) -> Folder:
    """Write `crmtool.yaml` and an empty ledger for a rule set into a folder, made where it is missing.

    Files that exist are kept. Raises `UsageError` for an unknown rule set and
    `OutputError` where the folder cannot be made.
    """
    rule_set = load_named(rules)
    ledger = directory / "客户台账.xlsx"
    make_folder(directory)
    wanted = {
        directory / CONFIG_NAME: _CONFIG.format(ledger=ledger.name, rules=rules).encode(),
        ledger: read_template(f"ledger-{rule_set.id}"),
    }
    kept = tuple(path for path in wanted if path.exists())
    written = tuple(write_new(path, data) for path, data in wanted.items() if path not in kept)
    return Folder(ledger, written, kept)
