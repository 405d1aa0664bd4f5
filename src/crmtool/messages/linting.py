"""Findings about rule sets that can be loaded but say too much, too little, or something odd; words of regions."""

from __future__ import annotations

from crmtool.messages.model import Message


def _error(zh: str, en: str, help_zh: str, help_en: str) -> Message:
    return Message("error", zh, en, help_zh, help_en)


def _warning(zh: str, en: str, help_zh: str, help_en: str) -> Message:
    return Message("warning", zh, en, help_zh, help_en)


_NEVER: dict[str, Message] = {
    "lint-contradiction": _error(
        "{id} 的条件互相矛盾，没有客户能满足：{when}",
        "the condition of {id} contradicts itself, no customer meets it: {when}",
        "改掉矛盾的一项，或删去这一条",
        "change the tests that exclude each other, or delete the entry",
    ),
    "lint-dead-alternative": _error(
        "{id} 的 any 里这一项没有客户能满足：{when}",
        "in {id} no customer meets this alternative of `any`: {when}",
        "改掉矛盾的一项，或删去这个分支",
        "change the tests that exclude each other, or delete the alternative",
    ),
    "lint-unreachable-rule": _error(
        "规则 {id}（{tier}）永远轮不到：符合它的客户都先被 {rules} 归走",
        "rule {id} ({tier}) never decides: everyone it applies to is taken first by {rules}",
        "把它移到 {rules} 之前，或收窄那些规则，或删去它",
        "move it before {rules}, narrow those rules, or delete it",
    ),
    "lint-unreachable-level": _error(
        "{dimension} 的级别 {id} 永远轮不到：符合它的客户都先归了前面的级别",
        "level {id} of {dimension} is never reached: everyone it applies to has an earlier level",
        "把它移到前面，或收窄前面的级别，或删去它",
        "move it up, narrow the levels before it, or delete it",
    ),
    "lint-unreachable-tier": _error(
        "没有规则会给出等级 {tier}（{id}）",
        "no rule gives the tier {tier} ({id})",
        "补一条归入它的规则，或删去这个等级",
        "add a rule that gives it, or delete the tier",
    ),
}

_SHARED: dict[str, Message] = {
    "lint-overlap": _error(
        "hit: unique，但 {other}（{other_tier}）与 {id}（{tier}）会同时适用",
        "`hit: unique`, but {other} ({other_tier}) and {id} ({tier}) apply to the same customers",
        "收窄其中一条，或改为 hit: first 并按优先顺序排列",
        "narrow one of them, or write `hit: first` and put them in order of priority",
    ),
    "lint-hidden-overlap": _warning(
        "符合 {id}（{tier}）的客户里，有一部分先被排在前面的别的等级归走：{others}",
        "some customers of {id} ({tier}) are taken by rules of other tiers before it: {others}",
        "若确是这个优先顺序，在行尾注明“# lint: ok W03 理由”；否则收窄其中一条",
        "if that is the priority you mean, say so with `# lint: ok W03 reason`; else narrow one of them",
    ),
    "lint-hidden-level": _warning(
        "符合 {dimension} 的级别 {level} 的客户里，有一部分先归了排在前面的级别：{others}",
        "some customers of the level {level} of {dimension} get a level before it: {others}",
        "若确是这个优先顺序，在行尾注明“# lint: ok W03 理由”；否则收窄其中一个",
        "if that is the priority you mean, say so with `# lint: ok W03 reason`; else narrow one of them",
    ),
    "lint-gap": _error(
        "有客户不属于任何等级（{boxes} 类）",
        "some customers get no tier (kinds of them: {boxes})",
        "给列出的每一类补一条规则，或放宽现有规则",
        "add a rule for each of the kinds listed, or widen the rules that are there",
    ),
    "lint-level-gap": _error(
        "有客户没有 {dimension} 的级别",
        "some customers get no level of {dimension}",
        "补一个级别，或放宽现有级别",
        "add a level, or widen the levels that are there",
    ),
}

_SAID_TWICE: dict[str, Message] = {
    "lint-redundant-test": _warning(
        "{id} 里这一项可以不写，其余条件已经包含它：{when}",
        "in {id} this test can go, the rest of the condition implies it: {when}",
        "删去这一项；若想写的是别的数，改正它",
        "delete it; or correct it if another figure was meant",
    ),
    "lint-redundant-rule": _warning(
        "规则 {id} 可以不写：没有它，客户由后面的规则归入同样的等级",
        "rule {id} can go: without it later rules give its customers the same tier",
        "删去这一条；若想写的是别的数，改正它",
        "delete it; or correct it if another figure was meant",
    ),
    "lint-weak-alternative": _warning(
        "{id} 的 any 里这一项不增加任何客户，其余分支已经包含它：{when}",
        "in {id} this alternative of `any` adds nobody, the others hold it already: {when}",
        "删去这个分支；若想写的是别的数，改正它",
        "delete it; or correct it if another figure was meant",
    ),
}

_ODD: dict[str, Message] = {
    "lint-bare-amount": _warning(
        "{label} 的 {amount} 没有单位，按 {amount} 元算",
        "{label}: {amount} has no unit and is taken as {amount} yuan",
        "写明单位，如 {amount}万元 或 {amount}元",
        "write the unit, like {amount}万元 or {amount}元",
    ),
    "lint-far-cuts": _warning(
        "{label} 的两个分界 {low} 与 {high} 相差千倍以上",
        "the cuts {low} and {high} of {label} are a thousand times apart or more",
        "核对单位（元、万元）",
        "check the units (元, 万元)",
    ),
    "lint-worse-for-better": _warning(
        "{label} 从 {first} 变为更好的 {second}，等级反而从 {tier} 降到 {worse}",
        "{label} goes from {first} to the better {second}, and the tier from {tier} down to {worse}",
        "核对这些规则；若确是这个意思，把 better 改为 none，或在行尾注明“# lint: ok W04 理由”",
        "check the rules; if that is meant, write `better: none`, or say so with `# lint: ok W04 reason`",
    ),
    "lint-boundary-twice": _warning(
        "{label} 恰为 {value} 时归属不一：这里是 {here}，第 {line} 行是 {there}",
        "{label} of exactly {value} belongs to two sides: {here} here, {there} in line {line}",
        "统一两处是否含本数",
        "include the number in the same side in both",
    ),
    "lint-boundary-sides": _warning(
        "分界本数的归属不一：归好的一边的有 {better}；归差的一边的有 {worse}",
        "the numbers at the cuts belong to different sides: to the better one {better}; to the worse one {worse}",
        "统一为同一边；若原文如此，在行尾注明“# lint: ok W05 理由”",
        "give them to the same side; if the source says so, say that with `# lint: ok W05 reason`",
    ),
    "lint-unused-field": _warning(
        "字段 {label}（{id}）没有用到",
        "nothing uses the field {label} ({id})",
        "删去它，或在规则、标签、表头里用上",
        "delete it, or use it in a rule, a tag or the table",
    ),
    "lint-unused-param": _warning(
        "参数 {label}（{id}）没有用到",
        "nothing uses the parameter {label} ({id})",
        "写成 ${id} 来引用，或删去它",
        "refer to it as ${id}, or delete it",
    ),
    "lint-unused-dimension": _warning(
        "维度 {label}（{id}）没有用到",
        "nothing uses the dimension {label} ({id})",
        "在规则、矩阵或分数里用上，或删去它",
        "use it in a rule, the matrix or a score, or delete it",
    ),
    "lint-unused-level": _warning(
        "级别 {label}（{id}）没有用到",
        "nothing uses the level {label} ({id})",
        "在规则里用上，或并入相邻的级别",
        "use it in a rule, or merge it with the level beside it",
    ),
    "lint-unused-score": _warning(
        "分数 {label}（{id}）没有用到",
        "nothing uses the score {label} ({id})",
        "在规则里用上，或删去它",
        "use it in a rule, or delete it",
    ),
}

_UNTOLD: dict[str, Message] = {
    "lint-example-fails": _error(
        "案例“{name}”不符：{told_zh}",
        "the example '{name}' does not come out: {told_en}",
        "改正规则，或改正案例的 expect",
        "correct the rules, or what the example expects",
    ),
    "lint-tier-without-example": _warning(
        "没有案例归入等级 {tier}（{id}）",
        "no example ends in the tier {tier} ({id})",
        "在 examples 里补一个归入它的客户",
        "add a customer who ends in it to `examples:`",
    ),
    "lint-tier-without-cadence": _warning(
        "等级 {tier}（{id}）没有回访频率",
        "the tier {tier} ({id}) has no cadence",
        "在 cadence 里补上",
        "add it to `cadence:`",
    ),
    "lint-no-reason": _warning(
        "这条 lint 注释没有写代码或理由",
        "this lint comment names no code, or no reason",
        "写成“# lint: ok W03 理由”",
        "write `# lint: ok W03 reason`",
    ),
    "lint-without-effect": _warning(
        "这条 lint 注释里的 {codes} 不起作用：第 {about} 行没有可以略过的这种发现",
        "{codes} in this lint comment does nothing: line {about} has no such finding to keep back",
        "删去；或核对代码，并写在发现所在的那一行行末、或单独写在它上一行（E 类不能略过）",
        "remove it; or check the code, and write it at the end of the finding's line or alone on the line above (E findings stay)",
    ),
    "lint-not-proved": _warning(
        "{lint} 未能证明：在限定步数内既没有找到这样的客户，也没有证明不存在",
        "{lint} was not proved: within the budget neither such a customer was found nor that there is none",
        "减少同一份规则里相互牵连的字段，或把规则集拆开",
        "let fewer fields hang together, or split the rule set",
    ),
}

_ON_LEDGER: dict[str, Message] = {
    "lint-never-fires": _warning(
        "{id} 在这本台账里没有归入任何客户（共 {customers} 个）",
        "{id} decides none of the {customers} customers of this ledger",
        "核对它的条件和数字；确实用不上的可以删去",
        "check its tests and figures; delete it if it is of no use",
    ),
    "lint-mostly-empty": _warning(
        "判定要用的 {label} 在这本台账里大多空着：{empty} 格（{share}）",
        "{label}, which the rules test, is mostly empty in this ledger: {empty} cells ({share})",
        "补填，或在 missing 里写明空着是什么意思，或改用填得全的字段",
        "fill it in, say under `missing:` what an empty cell means, or test a field that is filled",
    ),
    "lint-dense-cut": _warning(
        "{label} 的分界 {value} 附近客户密集：挪动 1%，就有 {near} 个客户换等级",
        "many customers stand at the cut {value} of {label}: moving it by 1 % changes the tier of {near}",
        "核对这条线；换到客户稀疏处，等级才不会因小数目变动",
        "check the line; where few customers stand, small changes do not move tiers",
    ),
}

LINTING: dict[str, Message] = _ON_LEDGER | _NEVER | _SHARED | _SAID_TWICE | _ODD | _UNTOLD

#: Words of regions and of made-up customers.
REGIONS: dict[str, tuple[str, str]] = {
    "figure": ("{label} {test}", "{label} {test}"),
    "age": ("{label}距今 {test}", "{label} {test} ago"),
    "word": ("{label} 为 {values}", "{label} is {values}"),
    "not-word": ("{label} 不是 {values}", "{label} is not {values}"),
    "has": ("{label} 含“{part}”", "{label} contains '{part}'"),
    "has-not": ("{label} 不含“{part}”", "{label} does not contain '{part}'"),
    "filled": ("{label} 已填", "{label} is filled in"),
    "blank": ("{label} 空白", "{label} is blank"),
    "happened": ("{label} 有日期", "{label} has a date"),
    "never": ("{label} 从未发生", "{label} never happened"),
    "given": ("台账已列 {label} {values}", "the ledger gives {label} {values}"),
    "not-given": ("台账未列 {label}", "the ledger does not give {label}"),
    "inner": ("（{part}）", "({part})"),
    "or": (" 或 ", " or "),
    "and": (" 且 ", " and "),
    "anyone": ("任何客户", "any customer"),
    "values": ("/", "/"),
    "cell": ("{label} {value}", "{label} {value}"),
    "cell-blank": ("{label} 空白", "{label} blank"),
    "cell-never": ("{label} 从未发生", "{label} never"),
    "cells": ("、", ", "),
    "as-of": ("（截至 {day}）", " (as of {day})"),
}
