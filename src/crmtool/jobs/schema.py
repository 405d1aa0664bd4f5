"""Rules files as JSON Schema, for one rule set or for all, and the schema as a file.

What a schema says is left to `crmtool.rules.schemas`.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from crmtool.files.locks import locked
from crmtool.files.replace import ensure_replaceable, replacing
from crmtool.jobs.delivery import Written
from crmtool.jobs.rules import load_named
from crmtool.jobs.vocabulary import vocabulary
from crmtool.rules.schemas.keys import MARK, rules_schema
from crmtool.rules.schemas.names import names_of

#: Our mark stands near the beginning of what we write.
_HEAD_BYTES = 400


def schema_of(name: str | None) -> dict[str, Any]:
    """Return the schema of all rules files, or for one rule set, shipped or a file, with its own names.

    Raises `UsageError` where the file is no rule set, or has mistakes.
    """
    channels = vocabulary().channels
    if name is None:
        return rules_schema(channels=channels)
    rule_set = load_named(name)
    matrix = (rule_set.matrix.rows, rule_set.matrix.cols) if rule_set.matrix is not None else None
    return rules_schema(names_of(rule_set), channels=channels, matrix=matrix)


def write_schema(schema: dict[str, Any], target: Path) -> Written:
    """Write a schema; an older schema of ours is replaced, any other file is not.

    Raises `OutputError` or `BusyError`; what was there then still is.
    """
    data = (json.dumps(schema, ensure_ascii=False, indent=2) + "\n").encode()
    with locked(target):
        ensure_replaceable(target, ours=_is_ours)
        has_replaced = target.exists()
        with replacing(target) as out:
            out.write(data)
    return Written(target, hashlib.sha256(data).hexdigest(), has_replaced=has_replaced)


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        return f'"$comment": "{MARK}"'.encode() in file.read(_HEAD_BYTES)
