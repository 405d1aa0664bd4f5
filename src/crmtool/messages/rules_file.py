"""Findings about what a rules file says: keys, names, figures, tests, and what does not fit together."""

from __future__ import annotations

from crmtool.messages.model import Message


def _error(zh: str, en: str, help_zh: str, help_en: str) -> Message:
    return Message("error", zh, en, help_zh, help_en)


def _unknown(zh: str, en: str) -> Message:
    """Return the message for a name that is none of those known; the nearest of them is in the help."""
    return _error(
        zh, en, "是否想写 {nearest}？可用：{known}", "did you mean `{nearest}`? known here: {known}"
    )


_SHAPE: dict[str, Message] = {
    "unknown-key": _unknown("这里没有“{value}”这个键", "`{value}` is not a key here"),
    "missing-key": _error(
        "缺少 {key}",
        "`{key}` is missing",
        "补上 {key}: …；各键的含义见 docs/rules.md",
        "add `{key}: ...`; docs/rules.md says what each key means",
    ),
    "expected-text": _error(
        "{key} 应为文字，这里是 {value}",
        "`{key}` is to be a text, but this is {value}",
        '加上引号，如 "2024.1"',
        'quote it, like "2024.1"',
    ),
    "expected-number": _error(
        "{key} 应为整数，这里是“{value}”",
        "`{key}` is to be a whole number, but this is `{value}`",
        "写成不带引号、不带单位的整数，如 1",
        "write a whole number without quotes or unit, like 1",
    ),
    "expected-boolean": _error(
        "{key} 应为 true 或 false，这里是“{value}”",
        "`{key}` is to be true or false, but this is `{value}`",
        "写 true（是）或 false（否），不加引号",
        "write true or false, without quotes",
    ),
    "expected-list": _error(
        "{key} 应为列表",
        "`{key}` is to be a list",
        "写成 [甲, 乙]，或每行一个“- ”开头的条目",
        "write [a, b], or one entry a line, each after `- `",
    ),
    "expected-mapping": _error(
        "{key} 应为若干“键: 值”",
        "`{key}` is to be a mapping of keys to values",
        "写成 {{键: 值}}，或换行缩进后逐行写“键: 值”",
        "write {{key: value}}, or `key: value` on indented lines",
    ),
    "figure-out-of-bounds": _error(
        "{key} 是 {value}，超出允许的范围（界限 {bound}）",
        "`{key}` is {value}, beyond its bound {bound}",
        "改成界限以内的数",
        "write a number within the bound",
    ),
    "too-few-entries": _error(
        "{key} 的条目不足 {bound} 项",
        "`{key}` has fewer entries than {bound}",
        "补足条目",
        "add what is missing",
    ),
    "too-many-entries": _error(
        "{key} 最多只能有 {bound} 项",
        "`{key}` has more than {bound} entries",
        "删去多余的条目",
        "leave out what is too much",
    ),
    "unknown-word": _unknown("{key} 不能是“{value}”", "`{key}` cannot be `{value}`"),
    "bad-rule-id": _error(
        "标识“{value}”只能用小写英文字母、数字和下划线，且以字母开头",
        "the id `{value}` may only have lower-case letters, digits and underscores, and starts with a letter",
        "中文名写在 label 里，标识如 high_value",
        "put the name people read under `label`, and use an id like high_value",
    ),
    "duplicate-name": _error(
        "“{value}”已在 {first} 中用过",
        "`{value}` is already used in `{first}`",
        "换一个标识",
        "use another id",
    ),
}

_NAMES: dict[str, Message] = {
    "unknown-subject": _unknown(
        "没有叫“{value}”的字段、维度或分数", "there is no field, dimension or score `{value}`"
    ),
    "unknown-param": _unknown("params 里没有“{value}”", "there is no `{value}` in `params:`"),
    "unknown-tier": _unknown("tiers 里没有等级“{value}”", "there is no tier `{value}` in `tiers:`"),
    "unknown-dimension": _unknown("dimensions 里没有“{value}”", "there is no `{value}` in `dimensions:`"),
    "unknown-level": _unknown("这个维度没有级别“{value}”", "the dimension has no level `{value}`"),
    "unlisted-value": _unknown(
        "“{value}”不在“{label}”的取值里", "`{value}` is none of the values of {label}"
    ),
    "unknown-age": _unknown("“{value}”不是 age 类型的字段", "`{value}` is no field of type age"),
    "unknown-channel": _unknown(
        "common.yaml 的 channels 里没有“{value}”", "common.yaml has no channel `{value}`"
    ),
    "unknown-kpi": _unknown("kpis 里没有“{value}”", "there is no `{value}` in `kpis:`"),
    "unknown-map": _unknown("segment_maps 里没有“{value}”", "there is no `{value}` in `segment_maps:`"),
    "unknown-measure": _unknown("{table} 不能算“{value}”", "`{value}` cannot be counted from {table}"),
    "unknown-source-column": _unknown("{table} 没有“{value}”这一列", "{table} has no column `{value}`"),
    "unknown-policy": _unknown("空格子的含义不能是“{value}”", "an empty cell cannot mean `{value}`"),
    "unknown-expectation": _unknown(
        "例子期望的 {key} 没有“{value}”", "an example's `{key}` cannot be `{value}`"
    ),
}

_TESTS: dict[str, Message] = {
    "expected-condition": _error(
        "这里应为条件",
        "a condition is expected here",
        '写成 {{字段: 判断}}，如 {{annual_amount: ">= 10万元"}}；几个条件用 all: […] 或 any: […]',
        'write {{field: test}}, like {{annual_amount: ">= 10万元"}}; join several by all: [...] or any: [...]',
    ),
    "not-a-test": _error(
        "“{value}”不是“{label}”（{kind}）能用的判断",
        "`{value}` is no test for {label} ({kind})",
        '数值写 ">= 10万元"、"[5万元, 10万元)"；日期写 "within 3个月"；选项写 [成熟]；只看有没有填写写 present',
        'write ">= 10万元" or "[5万元, 10万元)" for figures, "within 3个月" for dates, [成熟] for values, '
        "present for a filled cell",
    ),
    "not-a-list-of-values": _error(
        "“{label}”的判断应为一串取值",
        "the test on {label} is to be a list of values",
        "写成 [未挖掘, 部分挖掘]，用英文逗号隔开",
        "write [未挖掘, 部分挖掘], with plain commas",
    ),
    "ambiguous-range": _error(
        "“{value}”没有说清两端含不含本数",
        "`{value}` does not say whether its ends are included",
        "两端都含写 {first}；不含上端写 {second}",
        "write {first} with both ends, {second} without the upper one",
    ),
    "unquoted-interval": _error(
        "{value} 没有加引号，成了两个值的列表",
        "{value} is not quoted, so it is a list of two values",
        "两端都含写 {first}；不含上端写 {second}",
        "write {first} with both ends, {second} without the upper one",
    ),
    "bare-value": _error(
        "“{value}”没有说怎么比",
        "`{value}` does not say how to compare",
        "达到即可写 {first}；正好等于写 {second}",
        "write {first} for at least, {second} for exactly",
    ),
    "word-test": _error(
        "规则里不用“{word}”这样的词",
        "words like {word} are not used in rules",
        "改为 {suggestion}",
        "write {suggestion}",
    ),
    "within-not-age": _error(
        "within 只能用于日期和时长，“{label}”是 {kind}",
        "`within` is for dates and ages, but {label} is {kind}",
        '改用比较或区间，如 ">= 2"',
        'use a comparison or an interval, like ">= 2"',
    ),
    "unit-mismatch": _error(
        "“{value}”的单位（{unit}）和“{label}”（{kind}）对不上",
        "the unit of `{value}` ({unit}) does not fit {label} ({kind})",
        "金额用 元/万元/亿元，次数不带单位或用 次/单/人，百分比带 %，时长用 天/周/个月/季度/年",
        "money is in 元 万元 亿元, counts in 次 单 人 or bare, percentages have %, spans are in 天 周 个月 季度 年",
    ),
    "not-a-figure": _error(
        "“{value}”不是一个数",
        "`{value}` is no figure",
        "写成 10万元、100000、4次、5%、3个月 这样的数",
        "write it like 10万元, 100000, 4次, 5% or 3个月",
    ),
    "not-a-span": _error(
        "“{value}”不是一段时间",
        "`{value}` is no span of time",
        "写成 3天、2周、3个月、1季度、半年、1年，不超过 100 年",
        "write it like 3天, 2周, 3个月, 1季度, 半年 or 1年, at most 100 years",
    ),
    "finer-than-fen": _error(
        "“{value}”比 1 分还细",
        "`{value}` is finer than one fen",
        "金额最多两位小数（元）",
        "give at most two decimals in yuan",
    ),
    "empty-interval": _error(
        "区间 {value} 里没有任何值",
        "no value is in the interval {value}",
        "小的数写在前面",
        "put the smaller figure first",
    ),
}

_FIELDS: dict[str, Message] = {
    "enum-without-values": _error(
        "“{value}”是 enum，却没有列出取值",
        "`{value}` is an enum without values",
        "补上 values: [甲, 乙]；取值不固定时写 open: true",
        "add `values: [a, b]`, or `open: true` where they are not fixed",
    ),
    "no-bounds": _error(
        "“{label}”（{kind}）不能有 min 或 max",
        "{label} ({kind}) cannot have min or max",
        "删掉它",
        "delete it",
    ),
    "duplicate-header": _error(
        "表头“{header}”已经是字段 {first} 的",
        "the header {header} already means the field `{first}`",
        "从两个字段之一的 label 或 synonyms 中去掉它",
        "take it out of one field's label or synonyms",
    ),
    "duplicate-label": _error(
        "“{value}”已经是 {first} 的名称，台账里写它就分不清了",
        "`{value}` already names `{first}`, so a ledger that says it would be ambiguous",
        "换一个 label 或 aliases",
        "use another label or alias",
    ),
    "expected-policy": _error(
        "没有说清空格子是什么意思",
        "this does not say what an empty cell means",
        "写 {words} 之一，或 {{as: 值}}，或 [{{when: 条件, as: 值}}, {{otherwise: unknown}}]",
        "write one of {words}, or {{as: VALUE}}, or [{{when: ..., as: VALUE}}, {{otherwise: unknown}}]",
    ),
    "policy-mismatch": _error(
        "“{label}”（{kind}）的空格子不能是 {value}",
        "an empty cell of {label} ({kind}) cannot mean {value}",
        "zero 用于金额、次数、百分比；never 用于日期和时长",
        "zero is for money, counts and percentages; never is for dates and ages",
    ),
    "expected-branch": _error(
        "这一项应为 {{when: 条件, as: 值}}，最后一项为 {{otherwise: …}}",
        "this entry is to be {{when: ..., as: VALUE}}, the last one {{otherwise: ...}}",
        "按先后逐项写，最后写 {{otherwise: unknown}}",
        "list the cases in order and end with {{otherwise: unknown}}",
    ),
    "branch-without-otherwise": _error(
        "各种情形之后没有 otherwise",
        "the cases do not end with `otherwise`",
        "最后补上 {{otherwise: unknown}}",
        "add {{otherwise: unknown}} at the end",
    ),
    "expected-derivation": _error(
        "from 没有说从哪张表计算",
        "`from` does not say from which table to count",
        "写 {tables} 之一，如 {{orders: sum, of: amount, window: 12个月}}",
        "write one of {tables}, like {{orders: sum, of: amount, window: 12个月}}",
    ),
    "derivation-mismatch": _error(
        "{value} 得到的是 {kinds}，而“{label}”是 {kind}",
        "{value} gives {kinds}, but {label} is {kind}",
        "改字段的 type，或换一种算法",
        "change the field's type, or count something else",
    ),
    "threshold-of-years": _error(
        "at_least / more_than 和 consecutive_years 要一起用，且只用其中一个",
        "consecutive_years needs one of at_least and more_than, and nothing else does",
        "写成 {{orders: consecutive_years, of: amount, more_than: 1万元}}",
        "write {{orders: consecutive_years, of: amount, more_than: 1万元}}",
    ),
}

_TOGETHER: dict[str, Message] = {
    "circular-dimension": _error(
        "维度“{value}”的级别绕了一圈又用到它自己",
        "the levels of `{value}` lead back to itself",
        "改用字段来定义其中一个级别",
        "define one of the levels by fields",
    ),
    "score-in-dimension": _error(
        "维度“{value}”的级别用到了分数 {score}，而分数由维度算出",
        "the levels of `{value}` test the score `{score}`, which is counted from dimensions",
        "级别里只用字段和其他维度",
        "test only fields and other dimensions in levels",
    ),
    "score-kind": _error(
        "分数“{value}”要有 mean 或 sum 其中之一",
        "the score `{value}` needs one of mean and sum",
        "写成 mean: [维度, 维度] 或 sum: [维度, 维度]",
        "write mean: [dimension, ...] or sum: [dimension, ...]",
    ),
    "level-without-points": _error(
        "维度 {dimension} 用于计分，级别 {level} 却没有 points",
        "{dimension} counts in a score, but its level {level} has no points",
        "给每个级别写上 points，如 points: 3",
        "give each level points, like points: 3",
    ),
    "rules-or-matrix": _error(
        "要有 rules 或 matrix，且只能有一个",
        "there is to be either `rules:` or `matrix:`",
        "逐条判断写 rules，两个维度交叉写 matrix",
        "write rules to judge one after the other, a matrix to cross two dimensions",
    ),
    "missing-matrix-cell": _error(
        "矩阵缺少 {row} × {col} 这一格",
        "the matrix has no cell {row} × {col}",
        "在 cells 的 {row} 下补上 {col}: 等级",
        "add `{col}: TIER` under `{row}` of cells",
    ),
    "cadence-kind": _error(
        "这一行节奏的键配不成一种",
        "the keys of this line do not make one kind of rhythm",
        "写 every，或 after + by，或 after + from + every，或 at，或 by_date",
        "write every, or after with by, or after with from and every, or at, or by_date",
    ),
    "not-a-deadline": _error(
        "“{value}”不是一年中的一天",
        "`{value}` is no day of the year",
        '写成 03-15 或 3月15日；只有一年的写 "2026-03-15"，加引号',
        'write 03-15 or 3月15日; with its year where it is that year alone, "2026-03-15", quoted',
    ),
    "not-a-response-time": _error(
        "“{value}”不是响应时限",
        "`{value}` is no time to respond in",
        "写成 24小时、30分钟 或 3天（按 24 小时一天）；不能写工作日",
        "write 24小时, 30分钟 or 3天 (24 hours a day); working days have no exact length",
    ),
    "not-a-target": _error(
        "“{value}”不是目标值",
        "`{value}` is no target",
        '写成 ">= 90%"、"<= 30天"、">= baseline + 10pp" 或 "[-5%, 5%]"',
        'write ">= 90%", "<= 30天", ">= baseline + 10pp" or "[-5%, 5%]"',
    ),
    "empty-target": _error(
        "“{value}”没有数能满足：下限比上限大",
        "no figure can meet `{value}`: its lower end lies above its upper one",
        '两头换过来，如 "[80%, 90%]"',
        'write the lower end first, such as "[80%, 90%]"',
    ),
    "not-a-grade": _error(
        "“{value}”不是达成率的条件",
        "`{value}` is no test of how far a target was reached",
        '写成 ">= 90%" 或 "< 75%"',
        'write ">= 90%" or "< 75%"',
    ),
    "grades-leave-a-gap": _error(
        "达成率 {gap} 没有对应的评级",
        "an attainment of {gap} has no grade",
        '各级要连起来，从 0% 到最高都有着落，如 优 ">= 100%"、良 ">= 90%"、差 "< 90%"',
        'let the grades meet, from 0% upwards, such as 优 ">= 100%", 良 ">= 90%", 差 "< 90%"',
    ),
    "not-a-number-of-reviews": _error(
        "“{value}”不是复盘期数",
        "`{value}` is no number of reviews",
        "写成 1期、2期：变动要连续几期复盘都出现才生效",
        "write 1期 or 2期: in how many reviews in a row a change is to be seen before it holds",
    ),
    "not-a-share": _error(
        "“{value}”不是 0% 到 100% 之间的比例",
        "`{value}` is no share between 0% and 100%",
        "写成 10%：离界线多近算接近",
        "write 10%: how near a line is near",
    ),
    "not-a-day": _error(
        "“{value}”不是日期",
        "`{value}` is no date",
        '写成 "2024-06-30"，加引号',
        'write "2024-06-30", quoted',
    ),
    "table-without-tier": _error(
        "table.columns 里没有（或不止一次有）等级列“{tier}”",
        "the columns do not have the tier column {tier} exactly once",
        "在 columns 里写一次 {tier}",
        "list {tier} once among the columns",
    ),
    "duplicate-table-column": _error(
        "列名“{value}”是空的或重复了",
        "the column `{value}` is empty or listed twice",
        "删掉它",
        "delete it",
    ),
    "effective-backwards": _error(
        "有效期的止日 {value} 早于起日 {start}",
        "the last day {value} is before the first day {start}",
        "对调或改正两个日期",
        "swap or correct the dates",
    ),
    "effective-overlap": _error(
        "规则集 {value} 的有效期和 {other} 重叠",
        "the rule set {value} is in force on the same days as {other}",
        "改 effective，让同一天只有一个文件有效",
        "change `effective:` so that only one file is in force on a day",
    ),
    "not-effective": _error(
        "{value} 这一天没有有效的规则文件",
        "no rules file is in force on {value}",
        "换一个 --as-of，或改 effective",
        "use another --as-of, or change `effective:`",
    ),
}

_RFM: dict[str, Message] = {
    "expected-cuts": _error(
        "cuts 应为 quantile 或一串切点",
        "`cuts` is to be quantile or a list of cuts",
        "写 quantile（按分位），或 [1万元, 2万元, 5万元, 10万元]",
        "write quantile, or [1万元, 2万元, 5万元, 10万元]",
    ),
    "repeated-cut": _error(
        "切点有重复",
        "a cut is listed twice",
        "每个切点只写一次",
        "list each cut once",
    ),
    "bins-and-cuts": _error(
        "{cuts} 个切点分出 {bins} 档，和 bins: {value} 不符",
        "{cuts} cuts make {bins} scores, against bins: {value}",
        "删掉 bins，或增减切点",
        "delete bins, or change the cuts",
    ),
    "wrong-frozen-cuts": _error(
        "“{label}”的 frozen_cuts 应有 {cuts} 个切点",
        "the frozen cuts of {label} are to be {cuts}",
        "照抄上次结果里的切点，没有人得到的分写 none",
        "copy the cuts of the earlier result; write none for a score that nobody had",
    ),
    "wrong-split": _error(
        "split 的 high 与 low 不是互补的两半",
        "high and low of `split` are not each other's complement",
        '写成 {{high: ">= 4", low: "< 4"}} 或 {{high: "> mean", low: "<= mean"}}',
        'write {{high: ">= 4", low: "< 4"}} or {{high: "> mean", low: "<= mean"}}',
    ),
    "code-without-segment": _error(
        "分群图 {map} 里，三位码 {rfm} 不属于任何一群",
        "the code {rfm} is in no segment of the map {map}",
        "补一群，或放宽某一群的条件；每个码须正好属于一群",
        "add a segment or widen one; each code is in exactly one",
    ),
    "code-with-segments": _error(
        "分群图 {map} 里，三位码 {rfm} 同时属于 {segments}",
        "the code {rfm} is in several segments of the map {map}: {segments}",
        "收紧其中一群的条件；每个码须正好属于一群",
        "narrow one of them; each code is in exactly one",
    ),
}

RULES_FILE: dict[str, Message] = _SHAPE | _NAMES | _TESTS | _FIELDS | _TOGETHER | _RFM
