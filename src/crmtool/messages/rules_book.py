"""Findings about what is made from rule sets: stubs of examples, schemas, tuning."""

from __future__ import annotations

from crmtool.messages.model import Message


def _error(zh: str, en: str, help_zh: str, help_en: str) -> Message:
    return Message("error", zh, en, help_zh, help_en)


RULES_BOOK: dict[str, Message] = {
    "shipped-rules-stay": _error(
        "{value} 是自带规则，不能往里写",
        "{value} is a shipped rule set and is never written into",
        "先抄一份来改：crmtool rules new my_rules --from {value}",
        "copy it first: crmtool rules new my_rules --from {value}",
    ),
    "update-without-file": _error(
        "--update 要写明是哪些文件",
        "--update needs to know which files",
        "如 crmtool rules test my_rules.yaml --update",
        "e.g. crmtool rules test my_rules.yaml --update",
    ),
    "examples-in-one-line": _error(
        "examples 写在方括号里，没有地方添加待填的案例",
        "the examples stand in brackets, where stubs with remarks have no room",
        "把 examples 改成每行一个（以“- ”开头），再运行一次",
        "write one example a line, each beginning with `- `, and run it again",
    ),
}
RULES_BOOK |= {
    "nothing-to-tune": _error(
        "{file} 里没有可以试调的分界点：移动哪一个都不改变任何客户的等级",
        "nothing in {file} can be tuned: moving any cut of the rules changes nobody's tier",
        "看看台账有没有规则用到的数值列（crmtool rules show），或换一份规则",
        "see whether the ledger has the columns that the rules test (crmtool rules show), or take other rules",
    ),
    "tune-unknown-field": _error(
        "规则里没有可以试调的字段 {value}",
        "the rules test no figure or date called {value}",
        "最接近的是 {nearest}；共有：{known}",
        "did you mean {nearest}? there are: {known}",
    ),
    "tune-field-decides-nothing": _error(
        "{value} 不决定等级：没有规则或级别用它的数值分界（标签不算）",
        "{value} decides no tier: no rule or level cuts at a figure of it (tags do not count)",
        "换一个规则用到的字段（crmtool rules show 列出规则），或去掉 --field 试调全部",
        "take a field that the rules test (crmtool rules show lists them), or leave --field out to tune all",
    ),
    "tune-unknown-tier": _error(
        "没有等级 {value}",
        "there is no tier {value}",
        "最接近的是 {nearest}；共有：{known}",
        "did you mean {nearest}? there are: {known}",
    ),
    "tune-bad-share": _error(
        "看不懂 --share {value}",
        "--share {value} is not understood",
        "写成 等级=百分比，如 --share high_value=20%",
        "write TIER=PERCENT, e.g. --share high_value=20%",
    ),
}
