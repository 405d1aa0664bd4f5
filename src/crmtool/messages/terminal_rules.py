"""Texts of the terminal about what is made from rule sets, as (Chinese, English)."""

from __future__ import annotations

BOOK_TEXTS: dict[str, tuple[str, str]] = {
    "example-open": ("待填", "open"),
    "examples-open": (
        "另有 {count} 个案例还没写期望（expect 为空），不算通过。",
        "{count} more examples expect nothing yet (expect is empty); they do not count as passed.",
    ),
    "covered": ("{rules}：案例覆盖 {parts}", "{rules}: examples try {parts}"),
    "covered-rule": ("规则 {tried}/{all}", "rules {tried}/{all}"),
    "covered-tier": ("等级 {tried}/{all}", "tiers {tried}/{all}"),
    "covered-level": ("级别 {tried}/{all}", "levels {tried}/{all}"),
    "covered-region": ("情形 {tried}/{all}", "regions {tried}/{all}"),
    "untried-rule": ("没有案例的规则：{id}", "no example of rule {id}"),
    "untried-tier": ("没有案例的等级：{id}", "no example of tier {id}"),
    "untried-level": ("没有案例的级别：{id}", "no example of level {id}"),
    "untried-region": ("规则 {id} 没有案例的情形：{words}", "no example of rule {id} where {words}"),
    "untried-stubbed": (
        "文件里有它的待填案例，请填好 expect",
        "the file has a stub of it; fill in what it expects",
    ),
    "untried-copy": ("可抄进 examples：", "to copy into examples:"),
    "untried-update": (
        "让 crmtool 把这些待填案例写进文件：crmtool rules test {rules} --update",
        "Have these written into the file as stubs to fill in: crmtool rules test {rules} --update",
    ),
    "cases-head": ("{rules}：每个分界点前后的判定", "{rules}: what the rules say around each cut"),
    "case-cut": ("{label} {cut}（{rest}）", "{label} {cut} ({rest})"),
    "case-cut-alone": ("{label} {cut}", "{label} {cut}"),
    "case-missing": ("（空白）", "(blank)"),
    "case-nothing": ("这个分界点不改变任何客户的等级和标签", "this cut changes nobody's tier or tags"),
    "case-undecided": ("不能确定：{tiers}", "undecided: {tiers}"),
    "case-none": ("无", "none"),
    "stubs-written": (
        "已在 {path} 的 examples 后添加 {count} 个待填案例；请填好 expect，crmtool 不代填",
        "Added {count} stubs of examples to {path}; fill in what they expect, crmtool never does",
    ),
    "stubs-none": (
        "{path}：每条规则、每个级别都有案例，没有改动",
        "{path}: every rule and level has an example; nothing was changed",
    ),
    "schema-next": (
        "把这一行放在规则文件的最前面，VS Code（YAML 扩展）就会补全和检查：\n# yaml-language-server: $schema={path}",
        "With this line at the top of a rules file, VS Code (YAML extension) completes and checks it:\n"
        "# yaml-language-server: $schema={path}",
    ),
}
