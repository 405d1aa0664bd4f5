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
