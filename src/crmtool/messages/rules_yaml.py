"""Findings about a rules file as text: what is no YAML, or YAML that reads otherwise than it looks."""

from __future__ import annotations

from crmtool.messages.model import Message


def _error(zh: str, en: str, help_zh: str, help_en: str) -> Message:
    return Message("error", zh, en, help_zh, help_en)


RULES_YAML: dict[str, Message] = {
    "yaml-too-large": _error(
        "规则文件超过 {limit}",
        "the rules file is over {limit}",
        "规则文件通常不到 20 KB；请确认没有选错文件",
        "a rules file is usually below 20 KB; check that this is the right file",
    ),
    "yaml-too-deep": _error(
        "嵌套超过 {limit} 层",
        "nested deeper than {limit} levels",
        "把条件拆成几条规则，或拆成维度的级别",
        "split the condition into several rules, or into levels of a dimension",
    ),
    "yaml-tab": _error(
        "行首用了制表符（Tab），这里只能用空格",
        "a tab stands at the start of the line, where only spaces may",
        "改成空格，每层两个",
        "replace it by spaces, two for each level",
    ),
    "yaml-wide-colon": _error(
        "“{value}”后面是中文冒号“：”，应为英文冒号加一个空格",
        "`{value}` is followed by a full-width colon, against a plain colon and a space",
        "改为 {value}: （英文冒号，后面空一格）",
        "write `{value}: ` with a plain colon",
    ),
    "yaml-character": _error(
        "有看不见的控制字符 {value}",
        "there is an unprintable character {value}",
        "删掉它，或把文件另存为 UTF-8",
        "delete it, or save the file as UTF-8",
    ),
    "yaml-documents": _error(
        "一个文件里有几份文档（---）",
        "there are several documents (`---`) in one file",
        "每个规则集单独存一个文件",
        "keep each rule set in a file of its own",
    ),
    "yaml-reference": _error(
        "“{value}”是 YAML 的锚或引用，这里不用",
        "`{value}` is a YAML anchor or alias, which are not used here",
        "直接写出内容；几处共用的数值放在 params 里，用 $名称 引用；若是文字，请加引号",
        "write the content out; put shared figures under `params:` and say `$name`; quote it if it is a text",
    ),
    "yaml-tag": _error(
        "“{value}”是 YAML 标签，这里不用",
        "`{value}` is a YAML tag, which are not used here",
        "删掉它；若是文字，请加引号",
        "delete it; quote it if it is a text",
    ),
    "yaml-key": _error(
        "这里的键不是一个词",
        "a key here is not a single word",
        "键写成“词: 值”；以 [ 或 {{ 开头的文字请加引号",
        "write `word: value`; quote a text that starts with [ or {{",
    ),
    "duplicate-key": _error(
        "“{value}”在第 {first} 行已经写过",
        "`{value}` stands already in line {first}",
        "留下一个，删掉另一个",
        "keep one and delete the other",
    ),
    "yaml-surprise": _error(
        "“{value}”没有加引号，有的程序会把它读成别的值（是/否、时间、八进制数、日期等）",
        "`{value}` is not quoted, and YAML readers take it for something else (a boolean, a time, a date ...)",
        '要写文字或日期，请加引号："{value}"；是/否请写 true 或 false',
        'quote it if it is a text or a date: "{value}"; write true or false for yes or no',
    ),
    "yaml-unquoted-test": _error(
        "以 > 开头的条件没有加引号",
        "a test that starts with > is not quoted",
        '加上引号，如 ">= 10万元"',
        'quote it, like ">= 10万元"',
    ),
    "yaml-unclosed-quote": _error(
        "这里的引号没有配对",
        "the quote that starts here is not closed",
        "在文字末尾补上同样的引号",
        "close it with the same quote",
    ),
    "yaml-unclosed-bracket": _error(
        "这里的括号没有配对，或其中少了逗号",
        "the bracket that starts here is not closed, or a comma is missing in it",
        '补上括号或逗号；区间要加引号，如 "[5万元, 10万元)"',
        'close it or add the comma; an interval is quoted, like "[5万元, 10万元)"',
    ),
    "yaml-unquoted-character": _error(
        "文字不能以 {value} 开头",
        "a text cannot start with {value}",
        "给整段文字加上引号",
        "quote the whole text",
    ),
    "yaml-unexpected-colon": _error(
        "这里不该有冒号",
        "a colon is not expected here",
        "含“: ”的文字要加引号；上一行如果是键，末尾要有冒号",
        "quote a text that holds `: `; if the line above is a key, it needs a colon at its end",
    ),
    "yaml-missing-colon": _error(
        "这一处应为“键: 值”，但没有冒号",
        "`key: value` is expected, but there is no colon",
        "在键后面加英文冒号和一个空格",
        "add a colon and a space after the key",
    ),
    "yaml-indentation": _error(
        "缩进和上面几行对不齐",
        "the indentation does not match the lines above",
        "同一层的行首空格数要一样",
        "start all lines of one level with the same number of spaces",
    ),
    "yaml-syntax": _error(
        "不是有效的 YAML（{problem}）",
        "this is no YAML ({problem})",
        "对照别的规则文件看这一行和上一行的写法",
        "compare this line and the one above with another rules file",
    ),
}
