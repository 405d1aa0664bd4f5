"""What a cell with targets and results says: `复购率≥80%/85%;满意度≥90%/88%`.

How it is written is in `crmtool.ledger.values.kpi_writing`; which KPI a name means is left to the rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from crmtool.ledger.values.numerals import DIGIT_CHARACTERS, is_approximate, read_numeral
from crmtool.ledger.values.readings import Refusal, refuse
from crmtool.ledger.values.spelling import normalise, squeeze

#: What divides the parts of a cell: a comma does, save between digits and within brackets.
_BETWEEN = re.compile(r"[;；、\r\n]|[,，](?![0-9０-９])(?![^\[\]［］]*[\]］])")
_SIGNS: Final = {
    **dict.fromkeys((">=", "=>", "≥", "不低于", "不少于", "不小于", "大于等于", "至少"), "≥"),
    **dict.fromkeys(("<=", "=<", "≤", "不高于", "不超过", "不大于", "小于等于", "至多"), "≤"),
    **dict.fromkeys((">", "高于", "大于"), ">"),
    **dict.fromkeys(("<", "低于", "小于"), "<"),
    "=": "=",
}
#: Signs are looked for before words, for a name may hold such a word: 逾期超过30天客户数≤5.
_TESTED = tuple(
    re.compile(
        rf"([^<>=≥≤/]+?)(?:目标值?(?=.*/实际))?:?({'|'.join(signs)})([^<>=≥≤/]+)(?:/(?:实际值?)?:?(.*))?"
    )
    for signs in (
        [sign for sign in _SIGNS if not sign[-1].isalpha()],
        [sign for sign in _SIGNS if sign[-1].isalpha()],
    )
)
_BAND = re.compile(r"([^<>=≥≤/\[\]]+?):?\[([^\[\],]+),([^\[\],]+)\](?:/(?:实际值?)?:?(.*))?")
#: A target whose baseline is not known: [X+10], [X+10]%.
_OPEN_TARGET = re.compile(r"\[[A-Z](?:[-+*][0-9.]+)?(?:pp|%)?\]")
_FIGURE = re.compile(rf"([^\u0000]*[{DIGIT_CHARACTERS}.十百千万亿kKwW])([^{DIGIT_CHARACTERS}]*)")
_UNIT = re.compile(
    "个?(?:人|次|单|名|位|笔|件|台|套|家|户|分|条|份|回|款|项|张|票|员工|客户|订单|颗?星|人次|天|日|周|月|季度|年|小时|分钟"
    "|元|块|辆|只|箱|吨|种|批|个|points?)|",
    re.IGNORECASE,
)
_ALIKE: Final = {"日": "天", "块": "元", "月": "个月"}
_NONE: Final = frozenset(("", "-", "--", "无", "未知", "暂无"))


@dataclass(frozen=True, slots=True)
class KpiFigure:
    """One KPI: its name, the test (`≥ ≤ > < =`), the target, and the result where one is given.

    Percentages are fractions of one; `is_percent` says that they were written as such. `unit` is what stands behind
    both figures (`单`, `天`). A band has the test `[]` and reaches from `target` to `target_high`. What is in words only
    (`客单价稳定`) is the name, with neither test nor figures. `open_target` is a target that waits for its baseline, such
    as `[X+10]`; `target` is None then.
    """

    label: str
    test: str
    target: Decimal | None
    actual: Decimal | None
    is_percent: bool
    unit: str = ""
    target_high: Decimal | None = None
    open_target: str = ""

    @property
    def is_met(self) -> bool | None:
        """Tell whether the result meets the target; None where one of them is not known."""
        if self.actual is None or self.target is None:
            return None
        if self.test == "[]":
            return self.target_high is not None and self.target <= self.actual <= self.target_high
        return {
            "≥": self.actual >= self.target,
            "≤": self.actual <= self.target,
            ">": self.actual > self.target,
            "<": self.actual < self.target,
            "=": self.actual == self.target,
        }[self.test]


def parse_kpis(text: str) -> tuple[KpiFigure, ...] | Refusal:
    """Read targets and results, divided by semicolons, enumeration commas, commas or line breaks.

    A result without a percent sign or unit takes its target's; `-` or nothing is no result yet. Names stay as they are
    typed. A part without any figure is kept in its words.

    >>> parse_kpis("复购率≥80%/85%")[0].actual
    Decimal('0.85')
    >>> [(figure.label, figure.unit) for figure in parse_kpis("新增订单数≥2单/1单；客单价稳定")]
    [('新增订单数', '单'), ('客单价稳定', '')]
    """
    figures = []
    for part in _BETWEEN.split(text):
        if not part.strip():
            continue
        figure = _read(part)
        if figure is None:
            return refuse("unreadable-kpi", part=part.strip())
        figures.append(figure)
    return tuple(figures) if figures else refuse("unreadable-kpi", part=text.strip())


def _read(part: str) -> KpiFigure | None:
    body = squeeze(normalise(part))
    if (match := _BAND.fullmatch(body)) is not None:
        return _figure(_as_typed(part, match[1]), "[]", (match[2], match[3]), match[4])
    for pattern in _TESTED:
        if (match := pattern.fullmatch(body)) is not None:
            figure = _figure(_as_typed(part, match[1]), _SIGNS[match[2]], (match[3],), match[4])
            if figure is not None:
                return figure
    is_worded = not any(letter.isdigit() or letter in "<>=≥≤%[]" for letter in body)
    return KpiFigure(part.strip(), "", None, None, False) if is_worded else None


def _figure(label: str, test: str, targets: tuple[str, ...], result: str | None) -> KpiFigure | None:
    results = [] if (result or "") in _NONE else [result or ""]
    if len(targets) == 1 and _OPEN_TARGET.fullmatch(targets[0]):
        return _open(label, test, targets[0], results)
    read = [_number(text) for text in (*targets, *results)]
    figures = [each for each in read if each is not None]
    unit = _common_unit([own for _, own in figures], len(targets))
    if unit is None or len(figures) < len(read):
        return None
    # A figure without a percent sign takes the other's.
    numbers = [number.scaleb(-2) if unit == "%" and own == "" else number for number, own in figures]
    high = numbers[1] if len(targets) == 2 else None
    if high is not None and high < numbers[0]:
        return None
    actual = numbers[-1] if results else None
    return KpiFigure(label, test, numbers[0], actual, unit == "%", unit.removesuffix("%"), high)


def _open(label: str, test: str, target: str, results: list[str]) -> KpiFigure | None:
    actual, unit = None, ""
    if results:
        read = _number(results[0])
        if read is None:
            return None
        actual, unit = read
    return KpiFigure(label, test, None, actual, unit == "%", unit.removesuffix("%"), open_target=target)


def _common_unit(units: list[str], targets: int) -> str | None:
    """Return the one unit of some figures, "" for none; None where they differ or only the result is in percent."""
    named = set(units) - {""}
    if len(named) > 1 or ("%" in named and "%" not in units[:targets]):
        return None
    return next(iter(named), "")


def _number(text: str) -> tuple[Decimal, str] | None:
    """Return a figure, percentages as fractions of one, and its unit."""
    if is_approximate(text):
        return None
    if text.endswith("%"):
        number = read_numeral(text[:-1])
        return None if number is None else (number.scaleb(-2), "%")
    match = _FIGURE.fullmatch(text.removeprefix("¥"))
    if match is None or _UNIT.fullmatch(match[2]) is None:
        return None
    number = read_numeral(match[1])
    unit = "元" if text.startswith("¥") else _ALIKE.get(match[2], match[2])
    return None if number is None or abs(number) >= Decimal(10) ** 18 else (number, unit)


def _as_typed(part: str, label: str) -> str:
    """Return the beginning of a part that a name read from it was typed as."""
    if part.lstrip().startswith(label):
        return label
    ends = (end for end in range(len(part) + 1) if squeeze(normalise(part[:end])) == label)
    return part[: next(ends, 0)].strip() or label
