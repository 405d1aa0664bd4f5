"""Findings about judging and deciding."""

from __future__ import annotations

from crmtool.messages.model import Message

JUDGING: dict[str, Message] = {
    "rules-too-tangled": Message(
        "error",
        "规则之间的组合太多（超过 {limit} 个判断节点），无法逐一判定",
        "the rules combine in too many ways to judge (more than {limit} nodes)",
        "把规则集拆成几份，或减少同一条规则里相互独立的字段",
        "split the rule set, or use fewer independent fields in one rule",
    ),
    "cannot-judge": Message(
        "error",
        "规则集 {rule_set} 一个客户也判定不了：台账里没有 {columns} 列",
        "rule set {rule_set} can judge no customer: the ledger has no column {columns}",
        "在台账里补上这些列；列名不同的，用 --map 列名=字段 指明；或换一个规则集（--rules）",
        "add these columns to the ledger, name them with --map HEADER=FIELD, or choose another rule set (--rules)",
    ),
    "empty-cell-refused": Message(
        "warning",
        "{column} 为空，而规则集 {rule_set} 要求必填（共 {count} 个客户）",
        "{column} is empty, which rule set {rule_set} does not allow ({count} customers)",
        "补上这一格；在此之前按未知处理",
        "fill the cell in; until then it counts as unknown",
    ),
    "unknown-tier-label": Message(
        "warning",
        "“{value}”不是规则集 {rule_set} 的等级（{known}），共 {count} 处",
        "'{value}' is no tier of rule set {rule_set} ({known}), {count} places",
        "改成规则集里的等级名；在此之前不当作原等级",
        "write one of the rule set's tiers; until then it is not taken as the previous tier",
    ),
    "unknown-lock-label": Message(
        "warning",
        "等级锁定写的“{value}”不是规则集 {rule_set} 的等级（{known}），未予锁定",
        "the lock '{value}' is no tier of rule set {rule_set} ({known}); it was not applied",
        "改成规则集里的等级名",
        "write one of the rule set's tiers",
    ),
    "lock-expired": Message(
        "warning",
        "锁定为“{value}”已于 {until} 到期，按规则判定（共 {count} 处）",
        "the lock '{value}' ended on {until}; the rules decide ({count} places)",
        "仍需锁定的，把锁定至改到统计截止日之后；否则清空这几格",
        "to keep it, set a date on or after the as-of date; otherwise clear the cells",
    ),
}
