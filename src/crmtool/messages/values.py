"""Findings about values: what stands in a cell, and how to write it so that it is read."""

from __future__ import annotations

from crmtool.messages.model import Message

_UNREADABLE: dict[str, Message] = {
    "unreadable-money": Message(
        "warning",
        "“{value}”不是可识别的金额，按未知处理",
        "“{value}” is no amount that can be read; it counts as unknown",
        "请改为数字或带单位的金额，如 150000、15万元、￥1,200.50",
        "Write a number or an amount with its unit, such as 150000, 15万元 or ￥1,200.50",
    ),
    "unreadable-number": Message(
        "warning",
        "“{value}”不是可识别的数字，按未知处理",
        "“{value}” is no number that can be read; it counts as unknown",
        "请改为数字，如 200、200人、500-1000、1000人+",
        "Write a number, such as 200, 200人, 500-1000 or 1000人+",
    ),
    "unreadable-percent": Message(
        "warning",
        "“{value}”不是可识别的百分比，按未知处理",
        "“{value}” is no percentage that can be read; it counts as unknown",
        "请改为百分数，如 80% 或 0.8",
        "Write a percentage, such as 80% or 0.8",
    ),
    "unreadable-date": Message(
        "warning",
        "“{value}”不是可识别的日期或时长，按未知处理",
        "“{value}” is no date or span that can be read; it counts as unknown",
        "请改为年月日俱全的日期，如 2023-10-15；时长写作 2年、6个月",
        "Write a full date such as 2023-10-15, or a span such as 2年 or 6个月",
    ),
    "time-without-day": Message(
        "warning",
        "“{value}”只有时刻，没有日期，按未知处理",
        "“{value}” is a time without a day; it counts as unknown",
        '请把日期和时刻写在同一格里，如 2026-03-01 09:30；日期另有一列时，加 --map "{column}=-" 就取那一列（只到天）',
        'Write the day and the time in one cell, such as 2026-03-01 09:30; where the days have a column of their own, --map "{column}=-" takes that (to the day alone)',
    ),
    "unreadable-duration": Message(
        "warning",
        "“{value}”不是可识别的时长，按未知处理",
        "“{value}” is no span that can be read; it counts as unknown",
        "请写作 2年、1年半、6个月、2周 或 90天",
        "Write 2年, 1年半, 6个月, 2周 or 90天",
    ),
    "unreadable-range": Message(
        "warning",
        "“{value}”不是可识别的区间（可能前后颠倒），按未知处理",
        "“{value}” is no range that can be read (its ends may be the wrong way round); it counts as unknown",
        "请从小到大写，两端都带单位，如 5万元-10万元",
        "Write the smaller end first, both with their unit, such as 5万元-10万元",
    ),
    "unreadable-kpi": Message(
        "warning",
        "“{part}”不是可识别的 KPI 目标值/实际值，按未知处理",
        "“{part}” is no KPI target and result that can be read; it counts as unknown",
        "请写作 复购率≥80%/85%;满意度≥90%/88%",
        "Write 复购率≥80%/85%;满意度≥90%/88%: name, target / result",
    ),
    "unknown-value": Message(
        "warning",
        "“{value}”不在可选值之内，按未知处理；最接近的是“{nearest}”",
        "“{value}” is none of the known values and counts as unknown; the nearest is “{nearest}”",
        "可选值：{allowed}",
        "Known values: {allowed}",
    ),
    "not-yes-or-no": Message(
        "warning",
        "“{value}”不是“是”或“否”，按未知处理",
        "“{value}” is neither yes nor no; it counts as unknown",
        "请填写 是 或 否",
        "Write 是 or 否 (yes or no)",
    ),
    "error-cell": Message(
        "warning",
        "单元格是错误值 {value}，按未知处理",
        "The cell holds the error {value}; it counts as unknown",
        "请改正公式，或把值直接填入单元格",
        "Mend the formula, or type the value into the cell",
    ),
    "formula-without-value": Message(
        "warning",
        "公式没有保存计算结果，按未知处理",
        "The formula was saved without its result; it counts as unknown",
        "请用 Excel 或 WPS 打开该文件，重新计算并保存",
        "Open the file in Excel or WPS, let it calculate, and save it",
    ),
    "date-in-number": Message(
        "warning",
        "数字列中出现日期 {value}，按未知处理（例如 1-2 会被自动变成日期）",
        "A date ({value}) stands in a column of numbers and counts as unknown (1-2, say, turns into a date)",
        "请把单元格格式改为“常规”或“文本”，重新填写",
        "Set the cell's format to General or Text and type the value again",
    ),
}

_DOUBTFUL: dict[str, Message] = {
    "two-readings": Message(
        "warning",
        "“{value}”有两种读法：{first} 或 {second}，按未知处理",
        "“{value}” can be read as {first} or as {second}; it counts as unknown",
        "请写成只有一种读法的样子，例如 {first}",
        "Write it so that it has one reading, such as {first}",
    ),
    "approximate-value": Message(
        "warning",
        "“{value}”只是大概的数，按未知处理",
        "“{value}” is only roughly said; it counts as unknown",
        "请填写准确的数，或写成区间，如 5万元-10万元、500人以上",
        "Write the exact figure, or a range such as 5万元-10万元 or 500人以上",
    ),
    "foreign-currency": Message(
        "warning",
        "“{value}”是外币（{currency}），不折算，按未知处理",
        "“{value}” is in another currency ({currency}); it is not converted and counts as unknown",
        "请填写折合人民币的金额",
        "Write the amount in Chinese yuan",
    ),
    "unknown-unit": Message(
        "warning",
        "表头的单位“{unit}”不是金额单位，“{value}”按未知处理",
        "The header's unit “{unit}” is no unit of money; “{value}” counts as unknown",
        "请把表头的单位改为 元、千元、万元 或 亿元",
        "Change the header's unit to 元, 千元, 万元 or 亿元",
    ),
    "rate-without-period": Message(
        "warning",
        "“{value}”是频率，而本列要的是次数，按未知处理",
        "“{value}” is a rate where this column wants a number; it counts as unknown",
        "请填写次数，如 4 或 4次",
        "Write how many, such as 4 or 4次",
    ),
    "other-scale": Message(
        "warning",
        "“{value}”是{scale}，而本列满分为 {limit}，按未知处理",
        "“{value}” is marked out of another total ({scale}) than this column's {limit}; it counts as unknown",
        "请换算为满分 {limit} 的分数",
        "Convert it to a mark out of {limit}",
    ),
    "percentage-points": Message(
        "warning",
        "“{value}”是百分点（两个百分比之差），不是百分比，按未知处理",
        "“{value}” is in percentage points, a difference of two percentages; it counts as unknown",
        "请填写百分比，如 12%",
        "Write a percentage, such as 12%",
    ),
    "discount-not-percent": Message(
        "warning",
        "“{value}”是折扣或成数，不当作百分比，按未知处理",
        "“{value}” is a discount or a number of tenths, not a percentage; it counts as unknown",
        "请填写百分比，如 80%",
        "Write a percentage, such as 80%",
    ),
    "date-without-year": Message(
        "warning",
        "“{value}”没有年份，按未知处理",
        "“{value}” has no year; it counts as unknown",
        "请写全年月日，如 2023-10-15；若是时长，请写 3个月",
        "Write the full date, such as 2023-10-15; if a span is meant, 3个月",
    ),
    "relative-date": Message(
        "warning",
        "“{value}”是相对日期，不知从哪天算起，按未知处理",
        "“{value}” is relative to a day that is not known; it counts as unknown",
        "请写全年月日，如 2023-10-15",
        "Write the full date, such as 2023-10-15",
    ),
    "lunar-date": Message(
        "warning",
        "“{value}”是农历日期，按未知处理",
        "“{value}” is a date of the lunar calendar; it counts as unknown",
        "请填写公历日期，如 2023-10-15",
        "Write the Gregorian date, such as 2023-10-15",
    ),
}

_BEYOND: dict[str, Message] = {
    "no-such-date": Message(
        "warning",
        "没有“{value}”这一天，按未知处理",
        "There is no day “{value}”; it counts as unknown",
        "请检查年、月、日",
        "Check year, month and day",
    ),
    "future-date": Message(
        "warning",
        "“{value}”晚于统计截止日 {as_of}，按未知处理",
        "“{value}” is after the as-of date {as_of}; it counts as unknown",
        "请改正日期；若统计截止日有误，用 --as-of 指定",
        "Correct the date; if the as-of date is wrong, give another with --as-of",
    ),
    "date-out-of-range": Message(
        "warning",
        "“{value}”不在 {first} 至 {last} 之间，按未知处理",
        "“{value}” is not between {first} and {last}; it counts as unknown",
        "请检查年份；空日期请留空",
        "Check the year; leave the cell empty where there is no date",
    ),
    "below-minimum": Message(
        "warning",
        "“{value}”小于允许的最小值 {limit}，按未知处理",
        "“{value}” is below the least value allowed, {limit}; it counts as unknown",
        "请改正数值；退款请记在订单明细里",
        "Correct the value; refunds belong in the orders sheet",
    ),
    "above-maximum": Message(
        "warning",
        "“{value}”大于允许的最大值 {limit}，按未知处理",
        "“{value}” is above the greatest value allowed, {limit}; it counts as unknown",
        "请改正数值或其单位",
        "Correct the value or its unit",
    ),
    "number-too-large": Message(
        "warning",
        "“{value}”大得不合理，按未知处理",
        "“{value}” is too large to be true; it counts as unknown",
        "请检查单位，以及是否误填了编号或电话",
        "Check the unit, and whether an id or a phone number was typed here",
    ),
    "digits-lost": Message(
        "warning",
        "“{value}”超过 {digits} 位数字，表格软件已丢失末尾几位",
        "“{value}” has more than {digits} digits; the spreadsheet program has lost the last ones",
        "请把单元格格式设为“文本”，再重新填写",
        "Set the cell's format to Text and type the value again",
    ),
}

_NOTES: dict[str, Message] = {
    "rounded-to-fen": Message(
        "info",
        "“{value}”四舍五入到分，读作 {yuan}",
        "“{value}” was rounded to the fen and read as {yuan}",
        "如需精确，请填写不超过两位小数的金额",
        "Write at most two decimals if it must be exact",
    ),
    "cell-unit-wins": Message(
        "info",
        "“{value}”自带单位，没有按表头的“{unit}”读",
        "“{value}” has a unit of its own and was not read in the header's {unit}",
        "请核对单元格的单位；一列最好只用一种单位",
        "Check the cell's unit; one unit in a column is safer",
    ),
    "amount-of-other-year": Message(
        "warning",
        "“{value}”说的是 {year} 年的金额，既不是统计当年也不是上一年",
        "“{value}” is an amount of {year}, neither the as-of year nor the one before",
        "请换成最近一年的金额",
        "Replace it by the amount of the last year",
    ),
    "fractional-count": Message(
        "info",
        "“{value}”是次数或人数，却不是整数",
        "“{value}” is a count but no whole number",
        "请核对；若是平均值可以不管",
        "Check it; an average may stay as it is",
    ),
    "weekday-differs": Message(
        "warning",
        "“{value}”那天不是{weekday}；按日期读取",
        "“{value}” does not fall on that weekday ({weekday}); the date was read",
        "请核对日期和星期",
        "Check the date and the weekday",
    ),
    "year-or-span": Message(
        "info",
        "“{value}”可能是{years}时长，也可能是{year}；两种都考虑",
        "“{value}” may be a span of {years} or the year {year}; both were allowed for",
        "请写明：时长可写月数（如 {months}），年份写四位（如 {year}）",
        "Say which: a span in months ({months}), a year with four digits ({year})",
    ),
    "unprintable-characters": Message(
        "info",
        "单元格含有 {count} 个不可见的控制字符，已去掉",
        "The cell held {count} control characters, which were removed",
        "请重新填写该单元格",
        "Type the cell again",
    ),
    "text-cut": Message(
        "warning",
        "文字共 {length} 字，超过单元格上限 {limit}，已截断",
        "The text of {length} characters is longer than a cell can hold ({limit}) and was cut",
        "请缩短该单元格的文字",
        "Shorten the cell's text",
    ),
}

VALUES: dict[str, Message] = _UNREADABLE | _DOUBTFUL | _BEYOND | _NOTES
