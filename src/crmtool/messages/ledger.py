"""Findings about which column is which, and from sheets to a ledger."""

from __future__ import annotations

from crmtool.messages.model import Message

_NO_SHEET_HELP = (
    "检查所给的工作表：第一行附近应有这些列名；列名不同可用 --map 列名=字段 指明。",
    "Look at the sheet you gave: these headers should stand near its top; declare others with --map HEADER=FIELD.",
)

LEDGER: dict[str, Message] = {
    # ---- which sheet, which header ----
    "no-ledger": Message(
        "error",
        "找不到客户台账：没有一个工作表有 {wanted} 这样的列。看到的列名：{seen}",
        "no customer ledger: no sheet has a column such as {wanted}. Headers seen: {seen}",
        "若某一列就是客户名称，请指明：{line}",
        "If one of these columns is the customer's name, declare it: {line}",
    ),
    "no-customers": Message(
        "error",
        "台账里没有客户：第 {row} 行是表头，下面没有数据行。",
        "the ledger has no customers: row {row} is the header and no rows of data follow.",
        "请确认数据在表头下面，或用 --sheet 指定另一个工作表。",
        "Check that data follow the header, or name another sheet with --sheet.",
    ),
    "sheet-is-no-ledger": Message(
        "error",
        "工作表“{sheet}”没有客户名称或客户编号列，不能当台账读。",
        "sheet {sheet} has no column for the customer's name or id and cannot be read as a ledger.",
        "请指定另一个工作表，或用 --map 列名=name 指明哪一列是客户名称。",
        "Name another sheet, or declare the name column with --map HEADER=name.",
    ),
    "no-orders-sheet": Message(
        "error",
        "没有订单明细：需要客户、订单日期（或订单编号）和金额列。看到的列名：{seen}",
        "no orders: columns for the customer, the order's date (or number) and its amount are needed. Seen: {seen}",
        *_NO_SHEET_HELP,
    ),
    "no-visits-sheet": Message(
        "error",
        "没有回访记录：需要客户、回访日期和回访内容（或结果、方式、人员）列。看到的列名：{seen}",
        "no visits: columns for the customer, the visit's date and its content (or result, channel, owner) are "
        "needed. Seen: {seen}",
        *_NO_SHEET_HELP,
    ),
    "no-demands-sheet": Message(
        "error",
        "没有需求记录：需要客户、需求日期和需求内容列。看到的列名：{seen}",
        "no demands: columns for the customer, the date and the demand are needed. Seen: {seen}",
        *_NO_SHEET_HELP,
    ),
    "no-tickets-sheet": Message(
        "error",
        "没有咨询投诉记录：需要客户、提出时间和事件类型（或内容）列。看到的列名：{seen}",
        "no tickets: columns for the customer, when it was raised and its kind (or content) are needed. Seen: {seen}",
        *_NO_SHEET_HELP,
    ),
    "unknown-map-field": Message(
        "error",
        "表头“{header}”被指为“{value}”，但没有这个字段。",
        "the header {header} is declared as {value}, but there is no such field.",
        "--map 表头=字段（或 crmtool.yaml 的 columns）里写字段的标识或它的列名（如 name、客户名称）；不读这一列写 -。",
        "--map HEADER=FIELD (or columns in crmtool.yaml) takes a field's id or one of its headers (name, 客户名称), or - to leave the column alone.",
    ),
    "map-header-unseen": Message(
        "warning",
        "声明过的列名“{value}”在表头里没有出现。",
        "the declared header {value} does not occur in any header row.",
        "检查 --map 或 crmtool.yaml 的 columns 里的拼写。",
        "Check its spelling in --map or in columns: of crmtool.yaml.",
    ),
    "other-sheet": Message(
        "info",
        "工作表“{sheet}”（{rows} 行）也像同类的表，没有读；读的是“{taken}”。",
        "sheet {sheet} ({rows} rows) looks like the same kind of table and was not read; {taken} was.",
        "要读它请写 --sheet “{sheet}”（可重复，* 表示列名相同的全部）；订单等表用 --orders 文件::{sheet}。",
        'To read it give --sheet "{sheet}" (repeatable; * means all with the same headers), or '
        "--orders FILE::{sheet} and the like.",
    ),
    "sheet-headers-differ": Message(
        "warning",
        "工作表“{sheet}”的列与“{first}”不同，没有一起读。",
        "sheet {sheet} has other columns than {first} and was not read with it.",
        "把列名改成一致，或分别处理。",
        "Make the headers the same, or classify the sheets one at a time.",
    ),
    "hidden-sheet-read": Message(
        "info",
        "工作表“{sheet}”是隐藏的，照样读了。",
        "sheet {sheet} is hidden; it was read all the same.",
        "不想读它请用 --sheet 指定别的表。",
        "Name another sheet with --sheet if it is not meant.",
    ),
    "field-twice": Message(
        "info",
        "“{column}”与“{kept}”（{kept_cell}）是同一个字段，采用了“{kept}”。",
        "{column} means the same field as {kept} ({kept_cell}); {kept} was taken.",
        '要采用这一列，请把“{kept}”写成 --map "{kept}=-"。',
        'To take this column instead, give --map "{kept}=-".',
    ),
    "column-without-header": Message(
        "info",
        "这一列有内容但没有列名，没有读。",
        "this column has cells but no header and was not read.",
        "请在表头行写上列名。",
        "Give it a header.",
    ),
    "near-header": Message(
        "warning",
        "“{column}”像是“{field}”，但不是已知的列名，没有当作它来读。",
        "{column} looks like {field} but is no known header for it and was not read as such.",
        "若就是它，请加：{line}",
        "If it is, add: {line}",
    ),
    "sheet-unit": Message(
        "info",
        "表头上方写着“单位：{value}”，表头没有单位的金额列按它读。",
        "the unit {value} above the table was applied to the money columns whose header names none.",
        "若某列不是这个单位，请在它的列名里写明，如 年消费额（元）。",
        "Where a column is in another unit, say so in its header, such as 年消费额(元).",
    ),
    # ---- rows ----
    "total-row-left-out": Message(
        "info",
        "“{value}”行是合计，不当作客户。",
        "the row {value} is a total and is no customer.",
        "若它确实是客户，请填上客户编号。",
        "If it is a customer, give it a customer id.",
    ),
    "footer-left-out": Message(
        "info",
        "“{value}”是表尾说明，没有当作数据读。",
        "{value} is a footer and was not read as data.",
        "若它确实是数据，请在该行填上其他列。",
        "If it is data, fill in the row's other columns.",
    ),
    "repeated-header-left-out": Message(
        "info",
        "表头在这里又出现一次，没有当作数据读。",
        "the header stands here again and was not read as data.",
        "无需处理；也可以删掉重复的表头。",
        "Nothing to do; the repeated header may be deleted.",
    ),
    "blank-rows-left-out": Message(
        "info",
        "从这里起有 {count} 个空行，已跳过。",
        "{count} blank rows, the first here, were passed over.",
        "无需处理。",
        "Nothing to do.",
    ),
    "hidden-rows-read": Message(
        "info",
        "有 {count} 行被隐藏或筛选掉，照样读了。",
        "{count} rows are hidden or filtered away; they were read all the same.",
        "不想计入的行请删除，而不是隐藏。",
        "Delete rows that are not meant to count; hiding is not enough.",
    ),
    "merged-cells-repeated": Message(
        "info",
        "“{column}”有 {count} 处合并单元格，其内容用于每一行。",
        "{column} has {count} merged cells; what they say was taken for each of their rows.",
        "若不是每行都适用，请取消合并后分别填写。",
        "Where that is not meant, unmerge the cells and fill in each row.",
    ),
    "merged-number": Message(
        "warning",
        "“{column}”有 {count} 处数字跨行合并，分不清是哪一行的，按未知处理。",
        "{column} has {count} numbers merged over several rows; whose they are is unknown.",
        "请取消合并，把数字填到各自的行。",
        "Unmerge the cells and give each row its own number.",
    ),
    # ---- customers ----
    "customer-without-name": Message(
        "warning",
        "这一行没有客户名称。",
        "this row has no customer name.",
        "请补上名称；若不是客户，请删除该行。",
        "Fill in the name, or delete the row if it is no customer.",
    ),
    "duplicate-customer-name": Message(
        "warning",
        "客户名称“{value}”与 {first} 重复。",
        "the customer name {value} stands in {first} too.",
        "若是同一客户请合并；若是两家，请用客户编号区分，订单才能对上。",
        "Merge them if they are one customer; else tell them apart by customer ids so that orders can be joined.",
    ),
    "duplicate-customer-id": Message(
        "warning",
        "客户编号“{value}”与 {first} 重复，它的订单等记录不知属于哪一个。",
        "the customer id {value} stands in {first} too; its orders and visits belong to neither for certain.",
        "请给每个客户一个自己的编号。",
        "Give each customer an id of its own.",
    ),
    "strange-tier-label": Message(
        "warning",
        "“{value}”不是这套规则的等级（{expected}），不当作原等级。",
        "{value} is no tier of this rule set ({expected}) and was not taken as the previous tier.",
        "改成其中一个等级，或清空这一格。",
        "Write one of these tiers, or clear the cell.",
    ),
    # ---- joining ----
    "sheets-not-joinable": Message(
        "warning",
        "工作表“{sheet}”与台账没有共同的客户编号或客户名称列，整张表没有用上。",
        "sheet {sheet} shares neither a customer id nor a customer name with the ledger; none of it was used.",
        "两张表都要有客户编号，或都要有客户名称。",
        "Both sheets need a customer id, or both a customer name.",
    ),
    "unknown-customer": Message(
        "warning",
        "“{value}”不在台账里（或编号写法不同），这些行没有算到任何客户。",
        "{value} is not in the ledger (or its id is spelled differently); these rows count for no customer.",
        '在台账里加上该客户，或把“{column}”改成与台账完全一致。两边编号不是同一套时，用 --map "{column}=-" 改按名称对应。',
        "Add the customer to the ledger, or make {column} the same as there. Where the ids are of different "
        'systems, --map "{column}=-" joins by name.',
    ),
    "unknown-customer-name": Message(
        "warning",
        "“{value}”不在台账里（或名称写法不同），这些行没有算到任何客户。",
        "{value} is not in the ledger (or its name is spelled differently); these rows count for no customer.",
        "在台账里加上该客户，或把“{column}”改成与台账完全一致，或填上客户编号。",
        "Add the customer to the ledger, or make {column} the same as there, or fill in the customer's id.",
    ),
    "ambiguous-customer": Message(
        "warning",
        "“{value}”对应不止一个客户，这些行没有算到任何一个。",
        "{value} stands for more than one customer; these rows count for none of them.",
        "请在两张表里都用客户编号。",
        "Use customer ids in both sheets.",
    ),
    "row-without-customer": Message(
        "warning",
        "这一行没有写客户，没有算到任何客户。",
        "this row names no customer and counts for none.",
        "请补上“{column}”。",
        "Fill in {column}.",
    ),
    # ---- orders ----
    "orders-cancelled": Message(
        "info",
        "{count} 行订单已取消、关闭或退款（如“{value}”），不计入。",
        "{count} order lines are cancelled, closed or refunded (such as {value}) and do not count.",
        "无需处理；若要计入，请改它们的“{column}”。",
        "Nothing to do; change their {column} if they should count.",
    ),
    "orders-not-won": Message(
        "info",
        "{count} 行商机还没有成交（如“{value}”），不计入。",
        "{count} deals are not won (such as {value}) and do not count.",
        "无需处理。",
        "Nothing to do.",
    ),
    "orders-refunded": Message(
        "info",
        "{count} 行订单已全额退款（如“{value}”），不计入。",
        "{count} order lines are refunded in full (such as {value}) and do not count.",
        "无需处理。",
        "Nothing to do.",
    ),
    "order-after-as-of": Message(
        "warning",
        "订单日期 {value} 晚于统计截止日 {as_of}，不计入。",
        "the order date {value} is after the as-of date {as_of}; the line does not count.",
        "请核对日期；若数据更新到了那天，请把 --as-of 改晚。",
        "Check the date, or give a later --as-of if the data reach that far.",
    ),
    "row-after-as-of": Message(
        "warning",
        "“{value}”晚于统计截止日 {as_of}，这一行不计入。",
        "{value} is after the as-of date {as_of}; the row does not count.",
        "请核对日期；若数据更新到了那天，请把 --as-of 改晚。",
        "Check the date, or give a later --as-of if the data reach that far.",
    ),
    "cell-after-as-of": Message(
        "warning",
        "“{value}”晚于统计截止日 {as_of}，当作那天还没有发生。",
        "{value} is after the as-of date {as_of}; it counts as not having happened yet.",
        "请核对日期；若数据更新到了那天，请把 --as-of 改晚。",
        "Check the date, or give a later --as-of if the data reach that far.",
    ),
    "days-after-as-of": Message(
        "info",
        "“{column}”有 {count} 处晚于统计截止日 {as_of}，不计入。",
        "{count} cells of {column} are after the as-of date {as_of} and do not count.",
        "判定过去某一天时这是正常的；否则请改正日期。",
        "For a day that is past that is as it should be; else correct the dates.",
    ),
    "order-without-date": Message(
        "warning",
        "这一行订单没有日期，算不进任何期间。",
        "this order line has no date and falls into no period.",
        "请补上“{column}”。",
        "Fill in {column}.",
    ),
    "duplicate-order-line": Message(
        "warning",
        "订单“{value}”的这一行与 {first} 完全相同，只算一次。",
        "this line of order {value} is the same as {first} in every column; it was counted once.",
        "若确实是两笔，请用不同的订单编号，或写明产品、数量的不同；否则删除这一行。",
        "If both are meant, give them different numbers, products or quantities; else delete this line.",
    ),
    "duplicate-order": Message(
        "warning",
        "订单“{value}”的这一行与 {first} 编号、客户、日期、金额都相同，两行都算了。",
        "this line of order {value} has the number, customer, day and amount of {first}; both were counted.",
        "若是重复录入，请删除其中一行。",
        "If it was entered twice, delete one of them.",
    ),
    "duplicate-order-without-number": Message(
        "warning",
        "这一行订单没有编号，与 {first} 所在行完全相同，两行都算了。",
        "this order line has no number and is the same as that of {first} in every column; both were counted.",
        "若是重复录入，请删除其中一行；若是两笔，请写上订单编号。",
        "If it was entered twice, delete one of them; else give the orders numbers.",
    ),
    # ---- as-of ----
    "ledger-is-stale": Message(
        "warning",
        "台账里最近的一天是 {day}，比统计截止日 {as_of}（今天）早三个月以上，多数客户会显得沉默。",
        "the newest day in the ledger is {day}, more than three months before the as-of date {as_of} (today); most "
        "customers will look silent.",
        "按数据的日期统计请加：{line}",
        "To judge the ledger on its own day, add: {line}",
    ),
    "ledger-has-own-date": Message(
        "warning",
        "表头上方写着统计截止日 {day}，而这次按今天 {as_of} 统计。",
        "the ledger says above its header that it is of {day}, and it was judged on today, {as_of}.",
        "按表上的日期统计请加：{line}",
        "To judge it on its own day, add: {line}",
    ),
}
