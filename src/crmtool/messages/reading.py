"""Findings about opening and reading a file, before anyone asks what its columns mean."""

from __future__ import annotations

from crmtool.messages.model import Message

_SAVE_AS_XLSX = (
    "请在 Excel 或 WPS 中打开，另存为 .xlsx 后再试。",
    "Open it in Excel or WPS, save it as .xlsx, and run again.",
)
_ASK_AGAIN = (
    "请向提供者重新索取此文件，或在 Excel / WPS 中打开并另存为新的 .xlsx。",
    "Ask for the file again, or open it in Excel or WPS and save it as a new .xlsx.",
)
_DISTRUST = (
    "正常的工作簿不会这样。若确信来源可靠，请在 Excel 或 WPS 中打开并另存后再试。",
    "No ordinary workbook does this. If you trust its source, open and save it in Excel or WPS, and run again.",
)

_FILES: dict[str, Message] = {
    "no-such-file": Message(
        "error",
        "找不到文件 {file}",
        "there is no file {file}",
        "请检查路径和文件名（含扩展名）是否正确。",
        "Check the path and the name, with its ending.",
    ),
    "input-is-folder": Message(
        "error",
        "{file} 是文件夹，需要的是台账文件",
        "{file} is a folder, a ledger file is expected",
        "请指定文件夹中的具体文件。",
        "Name a file in it.",
    ),
    "unreadable-file": Message(
        "error",
        "无法读取 {file}：{reason}",
        "{file} cannot be read: {reason}",
        "请检查文件权限，并确认没有被其他程序独占。",
        "Check its permissions, and that no other program holds it.",
    ),
    "owner-file": Message(
        "error",
        "{file} 是 Excel 或 WPS 打开工作簿时的临时标记文件，不是台账",
        "{file} is the owner file that Excel or WPS keeps beside an open workbook, not a ledger",
        "请指定不带 ~$ 的那个文件。",
        "Name the file without the ~$.",
    ),
    "empty-file": Message(
        "error",
        "{file} 是空文件",
        "{file} is empty",
        "请确认导出或复制已完成。",
        "Check that the export or copy was finished.",
    ),
    "file-too-large": Message(
        "error",
        "{file} 有 {size}，超过可读取的 2 GB",
        "{file} has {size}, more than the 2 GB that are read",
        "请拆分后再试。",
        "Split it and run again.",
    ),
    "foreign-file-type": Message(
        "error",
        "{file} 的内容是 {type}，不是可读取的工作簿或 CSV",
        "{file} holds {type}, where a workbook or CSV is expected",
        *_SAVE_AS_XLSX,
    ),
    "unknown-file-type": Message(
        "error",
        "认不出 {file} 的内容：既不是工作簿，也不是文本",
        "{file} is neither a workbook nor text",
        *_SAVE_AS_XLSX,
    ),
    "zero-bytes": Message(
        "error",
        "{file} 的文本里混有 {bytes} 个零字节（第一个在第 {line} 行），内容可能已损坏",
        "{file} is text with {bytes} zero bytes in it (the first on line {line}); it may be damaged",
        "请从原来的系统重新导出；或用文本编辑器打开，核对该行后另存。",
        "Export it anew; or open it in a text editor, check that line and save it.",
    ),
    "damaged-package": Message(
        "error",
        "{file} 已损坏，压缩包不完整（{reason}）",
        "{file} is damaged: its package is not whole ({reason})",
        *_ASK_AGAIN,
    ),
    "damaged-workbook": Message(
        "error",
        "无法读取 {file} 的内容（{reason}）",
        "the contents of {file} cannot be read ({reason})",
        *_ASK_AGAIN,
    ),
    "reader-crashed": Message(
        "error",
        "{file} 的内容使读取程序崩溃，已放弃读取",
        "the contents of {file} crash the reader; reading was given up",
        *_ASK_AGAIN,
    ),
    "reader-too-slow": Message(
        "error",
        "{file} 读取超过 {seconds} 秒仍未完成，已放弃",
        "{file} was not read within {seconds} seconds; reading was given up",
        *_ASK_AGAIN,
    ),
    "no-worksheet": Message(
        "error",
        "{file} 中没有工作表",
        "{file} has no worksheet",
        "请确认台账在普通工作表中，而不是图表或宏表中。",
        "Check that the ledger stands in an ordinary sheet, not in a chart or macro sheet.",
    ),
    "no-such-sheet": Message(
        "error",
        "{file} 中没有名为“{sheet}”的工作表，现有：{sheets}",
        "{file} has no sheet named {sheet}; it has: {sheets}",
        "请按现有名称填写。",
        "Use one of these names.",
    ),
    "encrypted-workbook": Message(
        "error",
        "{file} 设有打开密码",
        "{file} is encrypted",
        "请用 --password-file 指定写有密码的文本文件，或在 Excel 中去掉密码。",
        "Give a text file with the password as --password-file, or remove the password in Excel.",
    ),
    "encryption-not-supported": Message(
        "error",
        "{file} 设有打开密码，但未安装解密组件",
        "{file} is encrypted, and the package that opens such files is not installed",
        "请执行 pip install 'crmtool[encrypted]'，或在 Excel 中去掉密码。",
        "Run pip install 'crmtool[encrypted]', or remove the password in Excel.",
    ),
    "wrong-password": Message(
        "error",
        "密码打不开 {file}",
        "the password does not open {file}",
        "请检查密码文件的第一行。",
        "Check the first line of the password file.",
    ),
}

_LIMITS: dict[str, Message] = {
    "too-many-parts": Message(
        "error",
        "{file} 内有 {parts} 个部件，上限 {limit} 个",
        "{file} has {parts} parts, the limit is {limit}",
        *_DISTRUST,
    ),
    "part-too-large": Message(
        "error",
        "{file} 中的 {part} 展开后有 {size}，超过上限",
        "{part} in {file} would inflate to {size}, over the limit",
        *_DISTRUST,
    ),
    "suspicious-ratio": Message(
        "error",
        "{file} 中的 {part} 压缩得异常之小（展开后 {size}），像压缩炸弹",
        "{part} in {file} is deflated beyond belief (to {size} inflated), like a zip bomb",
        *_DISTRUST,
    ),
    "unsafe-part-name": Message(
        "error",
        "{file} 中有越出自身目录的部件名 {part}",
        "{file} has a part whose name leaves its folder: {part}",
        *_DISTRUST,
    ),
    "lying-part-size": Message(
        "error",
        "{file} 中 {part} 的实际大小与声明不符",
        "{part} in {file} is not of the size that it declares",
        *_DISTRUST,
    ),
    "forbidden-markup": Message(
        "error",
        "{file} 的 {part} 含有 DTD 或实体声明",
        "{part} in {file} declares a document type or entities",
        *_DISTRUST,
    ),
    "sheet-too-large": Message(
        "error",
        "{file} 的“{sheet}”用到 {rows} 行 × {columns} 列，超出可读取的范围",
        "sheet {sheet} of {file} uses {rows} rows × {columns} columns, more than can be read",
        "请删除台账以外的零散单元格，或把台账复制到新工作簿。",
        "Delete what stands outside the ledger, or copy the ledger to a new workbook.",
    ),
}

_NOTICED: dict[str, Message] = {
    "stray-cells": Message(
        "warning",
        "{count} 个单元格远在台账之外（首个 {cell}），只读取了前 {rows} 行 {columns} 列",
        "{count} cells lie far outside the ledger (the first at {cell}); only the first {rows} rows"
        " and {columns} columns were read",
        "若其中有客户数据，请移回台账中；否则删除这些单元格。",
        "Move them into the ledger if they are customer data, or delete them.",
    ),
    "unreadable-sheet": Message(
        "warning",
        "“{sheet}”无法读取，已跳过（{reason}）",
        "sheet {sheet} cannot be read and was skipped ({reason})",
        "若台账在此表中，请在 Excel 或 WPS 中打开并另存后再试。",
        "If the ledger is there, open the file in Excel or WPS, save it, and run again.",
    ),
    "assumed-encoding": Message(
        "info",
        "按 {encoding} 编码读取 {file}",
        "{file} was read as {encoding}",
        "若有乱码，请另存为 UTF-8 编码的 CSV。",
        "If characters look wrong, save it as CSV in UTF-8.",
    ),
    "assumed-separator": Message(
        "info",
        "以“{separator}”为列分隔符读取 {file}",
        "{file} was read with {separator} between its columns",
        "若列错位，请改用逗号分隔后另存。",
        "If columns are out of place, save it with commas.",
    ),
    "assumed-decimal-comma": Message(
        "info",
        "{file} 中的逗号按小数点读取（1,5 即 1.5）",
        "commas in the numbers of {file} were read as decimal points (1,5 is 1.5)",
        "若逗号是千位分隔符，请去掉后再试。",
        "If they separate thousands, remove them and run again.",
    ),
    "undecodable-text": Message(
        "warning",
        "{file} 中有 {count} 处无法解码，显示为 \\ufffd",
        "{count} places of {file} cannot be decoded and show as \\ufffd",
        "请从原系统重新导出为 UTF-8。",
        "Export it again as UTF-8.",
    ),
    "broken-csv": Message(
        "error",
        "{file} 第 {line} 行附近的引号不配对（{reason}）",
        "the quotation marks near line {line} of {file} do not match ({reason})",
        "请检查该行的双引号。",
        "Check the quotation marks on that line.",
    ),
}

_RESOURCES: dict[str, Message] = {
    "no-such-resource": Message(
        "error",
        "没有文件 {file}",
        "there is no file {file}",
        "检查路径与文件名。",
        "Check the path and the name.",
    ),
    "resource-needs-ending": Message(
        "error",
        "没有自带的 {file}，但这里有文件 {name}",
        "there is no shipped {file}, but there is a file {name} here",
        "把文件名写全：{name}",
        "Give the whole file name: {name}",
    ),
    "unknown-rules": Message(
        "error",
        "没有名为 {name} 的规则集，现有：{names}",
        "there is no rule set {name}; there are: {names}",
        "请使用现有名称，或给出规则文件的路径。",
        "Use one of these names, or give the path of a rules file.",
    ),
    "rules-too-large": Message(
        "error",
        "规则文件 {file} 有 {size} 字节，上限 {limit} 字节",
        "rules file {file} has {size} bytes, the limit is {limit}",
        "请确认这是规则文件。",
        "Check that this is a rules file.",
    ),
    "rules-not-utf8": Message(
        "error",
        "规则文件 {file} 第 {line} 行不是 UTF-8 编码",
        "rules file {file} is not UTF-8 on line {line}",
        "请在编辑器中另存为 UTF-8 编码。",
        "Save it as UTF-8 in your editor.",
    ),
    "unknown-template": Message(
        "error",
        "没有名为 {name} 的模板，现有：{names}",
        "there is no template {name}; there are: {names}",
        "请使用现有名称，或给出 .xlsx 模板的路径。",
        "Use one of these names, or give the path of an .xlsx template.",
    ),
    "unreadable-resource": Message(
        "error",
        "无法读取 {file}：{reason}",
        "{file} cannot be read: {reason}",
        "请检查文件权限。",
        "Check its permissions.",
    ),
}

READING: dict[str, Message] = _FILES | _LIMITS | _NOTICED | _RESOURCES
