"""A copy of a rules file under another id, its comments kept.

Writing it is left to `crmtool.jobs`.
"""

from __future__ import annotations

from crmtool.errors import UsageError
from crmtool.rules.language.nodes import MapNode, Mistakes, TextNode
from crmtool.rules.language.source import parse_yaml


def scaffold(text: str, id: str, name: str | None = None) -> str:
    """Return a rules file with another id and name, everything else as it stands, comments included.

    Without `name` the id is the name too. Raises `UsageError` where the text is no rules file.

    >>> scaffold("id: plan  # ours\\nname: Plan\\n", "my_plan")
    'id: my_plan  # ours\\nname: my_plan\\n'
    """
    root = parse_yaml(text, "rules")
    mistakes = Mistakes(text, "rules")
    wanted = {"id": id, "name": name or id}
    places = []
    for key, replacement in wanted.items():
        node = root.get(key) if isinstance(root, MapNode) else None
        if isinstance(node, TextNode):
            places.append((node.place, replacement))
        else:
            mistakes.add("missing-key", root, key=key, value="")
    if mistakes.findings:
        raise UsageError(*(finding for _, finding in mistakes.findings))
    for place, replacement in sorted(places, key=lambda found: found[0].start, reverse=True):
        text = text[: place.start] + _scalar(replacement) + text[place.end :]
    return text


def _scalar(text: str) -> str:
    """Return a text as a scalar that reads back as it is, quoted unless it is a bare word."""
    if text.replace("_", "").isalpha() and text.isascii() and text not in ("yes", "no", "on", "off", "null"):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
