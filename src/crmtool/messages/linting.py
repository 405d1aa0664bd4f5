"""Findings about rule sets that can be loaded but say too much, too little, or something odd; words of regions."""

from __future__ import annotations

from crmtool.messages.model import Message

LINTING: dict[str, Message] = {}

#: Words of regions and of made-up customers.
REGIONS: dict[str, tuple[str, str]] = {
    "figure": ("{label} {test}", "{label} {test}"),
    "age": ("{label}距今 {test}", "{label} {test} ago"),
    "word": ("{label} 为 {values}", "{label} is {values}"),
    "not-word": ("{label} 不是 {values}", "{label} is not {values}"),
    "has": ("{label} 含“{part}”", "{label} contains '{part}'"),
    "has-not": ("{label} 不含“{part}”", "{label} does not contain '{part}'"),
    "filled": ("{label} 已填", "{label} is filled in"),
    "blank": ("{label} 空白", "{label} is blank"),
    "happened": ("{label} 有日期", "{label} has a date"),
    "never": ("{label} 从未发生", "{label} never happened"),
    "given": ("台账已列 {label} {values}", "the ledger gives {label} {values}"),
    "not-given": ("台账未列 {label}", "the ledger does not give {label}"),
    "inner": ("（{part}）", "({part})"),
    "or": (" 或 ", " or "),
    "and": (" 且 ", " and "),
    "anyone": ("任何客户", "any customer"),
    "values": ("/", "/"),
    "cell": ("{label} {value}", "{label} {value}"),
    "cell-blank": ("{label} 空白", "{label} blank"),
    "cell-never": ("{label} 从未发生", "{label} never"),
    "cells": ("、", ", "),
    "on-day": ("（{day} 判定）", " (judged on {day})"),
}
