"""Findings about the command line, crmtool.yaml and what a command was asked to do."""

from __future__ import annotations

from crmtool.messages.model import Message

COMMANDS: dict[str, Message] = {
    "unknown-language": Message(
        "error",
        "--lang 不认识 {value}",
        "--lang does not know {value}",
        "写 --lang zh 或 --lang en",
        "write --lang zh or --lang en",
    ),
    "not-offered-yet": Message(
        "error",
        "{option} 尚未提供",
        "{option} is not offered yet",
        "去掉它即可运行：结果写到新的工作簿，台账不会被改动",
        "leave it out: results go to a new workbook, the ledger is not touched",
    ),
    "bad-as-of": Message(
        "error",
        "--as-of 的 {value} 不是日期",
        "--as-of: {value} is not a date",
        "写成 --as-of 2026-03-31",
        "write it as --as-of 2026-03-31",
    ),
    "bad-map": Message(
        "error",
        "--map 的 {value} 不是“表头=字段”",
        "--map: {value} is not HEADER=FIELD",
        "写成 --map 去年消费=annual_amount；字段名见 docs/fields.md 或 crmtool check",
        "write e.g. --map 去年消费=annual_amount; field ids are in docs/fields.md and `crmtool check`",
    ),
    "output-is-input": Message(
        "error",
        "输出与输入是同一个文件：{file}",
        "the output is the input: {file}",
        "用 -o 换一个文件名；台账只在 --update-ledger 时才会被改动",
        "choose another file with -o; the ledger is only ever changed by --update-ledger",
    ),
    "config-unreadable": Message(
        "error",
        "读不了这份设置（{reason}）",
        "this config cannot be read ({reason})",
        "检查路径与权限，存为 UTF-8 编码的文本",
        "check path and permissions, and save it as UTF-8 text",
    ),
    "config-value": Message(
        "error",
        "{key} 的值不合要求：{reason}",
        "{key} has a value that does not fit: {reason}",
        "各键的写法见 docs/config.md",
        "docs/config.md says what each key takes",
    ),
    "no-such-customer": Message(
        "error",
        "台账里没有客户 {value}",
        "there is no customer {value} in the ledger",
        "写客户的全名、编号，或行号（#12）；相近的有：{known}",
        "give the whole name, an id or a row (#12); similar ones: {known}",
    ),
    "several-customers": Message(
        "warning",
        "有 {customers} 位客户叫 {value}，都列出来了",
        "{customers} customers are called {value}; all of them are shown",
        "用客户编号或行号（#12）指定一位",
        "name one by id or by row (#12)",
    ),
    "nothing-to-score": Message(
        "error",
        "没有可算 RFM 的数据：既没有订单明细，台账也没有齐 最近交易时间、订单次数、金额 三列",
        "nothing to score: no orders, and the ledger lacks last order, order count or amount",
        "加一张订单工作表（客户、订单日期、金额），或用 --orders 指明",
        "add a sheet of orders (customer, date, amount), or point to one with --orders",
    ),
    "unknown-method": Message(
        "error",
        "--method 不认识 {value}",
        "--method does not know {value}",
        "写 own 或 r",
        "write own or r",
    ),
    "unknown-segment-map": Message(
        "error",
        "没有分群图 {value}",
        "there is no segment map {value}",
        "可用的有：{known}",
        "there are: {known}",
    ),
    "file-exists": Message(
        "error",
        "已有文件 {file}，没有覆盖",
        "{file} exists and was not overwritten",
        "用 -o 换一个文件名，或先移走它",
        "choose another name with -o, or move it away first",
    ),
    "template-without-markers": Message(
        "warning",
        "这个文件里没有标记，填了也是原样",
        "this file has no markers, so filling it changes nothing",
        "从 crmtool template export classification 导出的文件改起",
        "start from `crmtool template export classification`",
    ),
    "no-such-template": Message(
        "error",
        "没有模板 {value}",
        "there is no template {value}",
        "自带的有：{known}",
        "shipped ones are: {known}",
    ),
    "bad-rules-name": Message(
        "error",
        "{value} 不能作规则的标识",
        "{value} cannot be the id of a rule set",
        "用小写字母开头的字母、数字、下划线，如 my_rules",
        "use letters, digits and _, beginning with a letter, e.g. my_rules",
    ),
    "fits-instead": Message(
        "info",
        "这本台账的列适合的规则：{known}",
        "rule sets that the columns of this ledger would fit: {known}",
        "加上 --rules {first} 试试",
        "try --rules {first}",
    ),
    "fits-none": Message(
        "info",
        "自带的规则都不适合这本台账的列",
        "no shipped rule set fits the columns of this ledger",
        "至少需要 客户名称、年消费额、最近交易时间 几列；用 --map 表头=字段 指明不认识的表头",
        "it needs at least a name, a yearly amount and a last order; --map HEADER=FIELD names unknown headers",
    ),
}
