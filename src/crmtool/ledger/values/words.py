"""What a word says: an id, a text, one of an enum's values, a dimension's level, yes or no.

Quantities are left to the modules beside this one.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache

from crmtool.ledger.fields import NO, YES, FieldSpec
from crmtool.ledger.values.readings import Exact, Note, Reading, note, noted, refuse
from crmtool.ledger.values.spelling import fold

#: Endings that a ledger may add to a word or leave out: 成交 is 成交客户, 导入期 is 导入.
_ENDINGS = ("客户", "阶段", "期", "类")
_LONGEST_TEXT = 32_767
#: What no workbook can hold: control characters but tab and line breaks, half a surrogate pair.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_YES = {"是", "有", "y", "yes", "true", "√", "✓", "1", "对", "已"}
_NO = {"否", "无", "没有", "n", "no", "false", "×", "x", "✗", "0", "不是", "未"}
_PLACEHOLDERS = {"/", "//", "\\", "无", "暂无", "空", "n/a", "na", "null", "none", "nil", "(空)", "(无)"}
_ERROR = re.compile(
    r"#(?:N/A|DIV/0!|REF!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|#+)|[-+]?(?:nan|inf(?:inity)?)",
    re.I,
)


def is_placeholder(text: str) -> bool:
    """Tell whether a cell says that there is nothing: blanks, dashes, `/`, 无, 暂无, `N/A`, `null`.

    未知 and 待定 are no placeholders: they say that something is there.
    """
    word = fold(text)
    return word in _PLACEHOLDERS or not word.strip("-_")


def is_error(text: str) -> bool:
    """Tell whether a text is a spreadsheet's error value, or a number that is none (`#N/A`, `NaN`)."""
    return bool(_ERROR.fullmatch(text.strip()))


def read_plain(text: str) -> Reading[str]:
    """Read an id or a text as it stands, trimmed, without characters that no workbook can hold.

    >>> read_plain("甲\\x07公司 ").value
    '甲公司'
    """
    notes: list[Note] = []
    clean = _UNPRINTABLE.sub("", text)
    if clean != text:
        notes.append(note("unprintable-characters", count=len(text) - len(clean)))
    clean = clean.strip()
    if len(clean) > _LONGEST_TEXT // 2 and len(clean.encode("utf-16-le")) // 2 > _LONGEST_TEXT:
        notes.append(note("text-cut", length=len(clean), limit=_LONGEST_TEXT))
        clean = clean.encode("utf-16-le")[: 2 * _LONGEST_TEXT].decode("utf-16-le", errors="ignore")
    return noted(Exact(clean), *notes)


def read_flag(text: str) -> Reading[str]:
    """Read yes or no, as 是 or 否."""
    word = fold(text)
    if word in _YES or word in _NO:
        return Exact(YES if word in _YES else NO)
    return refuse("not-yes-or-no")


def read_enum(text: str, spec: FieldSpec) -> Reading[str]:
    """Read one of the field's values, whatever its ending, width and case.

    An open enum, or one without values of its own, keeps other values; a field that matches by `contains`
    keeps every text. Else an unknown value is refused, with the nearest known one.
    """
    known = _value_index(spec.values)
    word = fold(text)
    value = known.get(word) or known.get(_stem(word))
    if value is not None and spec.match == "exact":
        return Exact(value)
    if spec.open or spec.match == "contains" or not spec.values:
        return read_plain(text)
    return _unknown(word, dict(known))


def read_level(text: str, spec: FieldSpec) -> str | None:
    """Return the id of the dimension's level that a text names, or None."""
    if not spec.levels:
        return None
    known, word = _level_index(spec), fold(text)
    return known.get(word) or known.get(_stem(word))


def unknown_level(text: str, spec: FieldSpec) -> Reading[str]:
    """Refuse a text in a column that holds only levels."""
    return _unknown(fold(text), {fold(level.label): level.label for level in spec.levels})


def _unknown(word: str, known: dict[str, str]) -> Reading[str]:
    allowed = list(dict.fromkeys(known.values()))
    near = get_close_matches(word, known, n=1, cutoff=0.5)
    return refuse(
        "unknown-value", nearest=known[near[0]] if near else allowed[0], allowed=" / ".join(allowed)
    )


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and word != ending:
            return word.removesuffix(ending)
    return word


@lru_cache(maxsize=256)
def _value_index(values: tuple[str, ...]) -> dict[str, str]:
    """Return spelling → value; a stem that two values share is left out."""
    stems: dict[str, str | None] = {}
    for value in values:
        stem = _stem(fold(value))
        stems[stem] = None if stem in stems else value
    whole = {fold(value): value for value in values}
    return {stem: value for stem, value in stems.items() if value is not None} | whole


@lru_cache(maxsize=256)
def _level_index(spec: FieldSpec) -> dict[str, str]:
    names = [(fold(name), level.id) for level in spec.levels for name in (level.label, *level.aliases)]
    stems = [(_stem(name), level) for name, level in names]
    shared = {stem for stem, level in stems if any(stem == other and level != its for other, its in stems)}
    return {stem: level for stem, level in stems if stem not in shared} | dict(names)
