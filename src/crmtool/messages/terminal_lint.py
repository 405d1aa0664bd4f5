"""Texts of the terminal about linting, as (Chinese, English)."""

from __future__ import annotations

LINT_TEXTS: dict[str, tuple[str, str]] = {
    "lint-such-as": ("例如：{customer}", "such as: {customer}"),
    "lint-more-boxes": ("……还有更多", "… and more"),
    "lint-suggestion": ("可以这样写：", "this could be written:"),
    "lint-help": ("办法：{text}", "help: {text}"),
    "lint-kept-back": (
        "{place}: {code} {text}（已注明：{reason}）",
        "{place}: {code} {text} (said why: {reason})",
    ),
    "lint-total": (
        "{file}：{errors} 处错误，{warnings} 处提醒，{kept} 处已注明理由",
        "{file}: {errors} errors, {warnings} warnings, {kept} with a reason",
    ),
}
