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
    "case-unproved": (
        "在限定的步数内没能证明它改不改变等级",
        "it was not proved within the steps allowed whether this cut changes a tier",
    ),
    "case-undecided": ("不能确定：{tiers}", "undecided: {tiers}"),
    "case-none": ("无", "none"),
    "stubs-written": (
        "已在 {path} 的 examples 后添加 {count} 个待填案例；请填好 expect，crmtool 不代填",
        "Added {count} stubs of examples to {path}; fill in what they expect, crmtool never does",
    ),
    "stubs-waiting": (
        "{path}：文件里已有 {count} 个待填案例，请填好 expect；没有改动",
        "{path}: stubs of examples are there already ({count}), waiting for what they expect; nothing was changed",
    ),
    "difference": ("{what}：应为 {wanted}，得出 {got}", "{what}: expected {wanted}, got {got}"),
    "difference-nothing": ("无", "nothing"),
    "difference-no-rule": ("无（没有规则适用）", "none (no rule applies)"),
    "difference-undecided": ("不能确定（{possible}）", "undecided ({possible})"),
    "difference-or-no-rule": ("或没有规则适用", "or no rule applies"),
    "stubs-none": (
        "{path}：每条规则、每个级别都有案例，没有改动",
        "{path}: every rule and level has an example; nothing was changed",
    ),
    "schema-next": (
        "把这一行放在规则文件的最前面，VS Code（YAML 扩展）就会补全和检查：\n# yaml-language-server: $schema={path}",
        "With this line at the top of a rules file, VS Code (YAML extension) completes and checks it:\n"
        "# yaml-language-server: $schema={path}",
    ),
    "tune-head": ("{label} 的分界点 {cut}（{used}）", "{label}, cut {cut} ({used})"),
    "tune-cut": ("分界点", "Cut"),
    "tune-amount": ("金额", "Amount"),
    "tune-counts": ("位数", "Customers"),
    "tune-amounts": ("金额占比", "Share of amount"),
    "tune-now": ("{figure}（现在）", "{figure} (now)"),
    "tune-between": (
        "只在 {low} 和 {high} 之间移动：两头是相邻的分界点",
        "moves between {low} and {high}, its neighbours",
    ),
    "tune-above": ("只移动到大于 {low}：那是相邻的分界点", "moves above {low}, its neighbour"),
    "tune-below": ("只移动到小于 {high}：那是相邻的分界点", "moves below {high}, its neighbour"),
    "tune-left": (
        "{count} 位客户的这一项只知道范围，按现在的等级计",
        "of {count} customers only a range is known; they are counted as they are now",
    ),
    "tune-still": (
        "移动后谁的等级也不变的分界点：{cuts}",
        "Cuts that change nobody's tier: {cuts}",
    ),
    "tune-wanted": (
        "要让 {tier} 占 {share}，每次只动一个分界点：",
        "For {tier} to be {share}, moving one cut alone:",
    ),
    "tune-proposed": (
        "{label} {cut} → {figure}：{customers} 位，{share}",
        "{label} {cut} → {figure}: {customers} customers, {share}",
    ),
    "tune-stays": (
        "{label} {cut} 不动最接近：{customers} 位，{share}",
        "{label} {cut} is nearest where it is: {customers} customers, {share}",
    ),
    "tune-ties": (
        "有 {count} 位的值正好相同，分不开",
        "{count} customers have just this value and cannot be told apart",
    ),
    "tune-other": ("再移一步是 {share}", "the next step would be {share}"),
    "tune-none": ("移动哪个分界点都不改变 {tier} 的占比", "no cut changes the share of {tier}"),
    "tune-out-of-reach": (
        "{share} 够不到：只动一个分界点，{tier} 的占比在 {low} 到 {high} 之间",
        "{share} is out of reach: moving one cut alone, {tier} is {low} to {high}",
    ),
    "tune-rules-alone": (
        "只按规则计算：锁定的等级和台账里写明的等级不计。",
        "By the rules alone: locked tiers, and tiers that the ledger gives, are not looked at.",
    ),
    "tune-next": (
        "试试改后的规则会移动谁：crmtool rules new my_rules --from {rules}，改好后 crmtool classify LEDGER --rules my_rules.yaml",
        "To see whom a change moves: crmtool rules new my_rules --from {rules}, edit it, then crmtool classify LEDGER --rules my_rules.yaml",
    ),
}
