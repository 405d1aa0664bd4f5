"""Finding and reading `crmtool.yaml`, with every mistake told at its line and column."""

from __future__ import annotations

import hashlib
from pathlib import Path
from zoneinfo import ZoneInfo

from crmtool.config import Config
from crmtool.errors import UsageError
from crmtool.jobs.visit_settings import check_visits
from crmtool.rules.language.nodes import MapNode, Mistakes, node_at
from crmtool.rules.language.shape import read_shape
from crmtool.rules.language.source import MAX_BYTES, parse_yaml

CONFIG_NAME = "crmtool.yaml"


def find_config(given: Path | None, ledger: Path | None = None) -> Path | None:
    """Return the config to use: the given one, else that of the current folder, else the ledger's folder's."""
    if given is not None:
        return given
    folders = [Path(), *([ledger.parent] if ledger is not None else [])]
    return next((folder / CONFIG_NAME for folder in folders if (folder / CONFIG_NAME).is_file()), None)


def read_config(path: Path | None) -> Config:
    """Return the settings of a file, or the defaults where there is none.

    Raises `UsageError` naming line and column of each mistake.
    """
    if path is None:
        return Config()
    data = _bytes_of(path)
    if len(data) > MAX_BYTES:
        raise UsageError.of("config-unreadable", file=str(path), reason=f"> {MAX_BYTES // 1024} KB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError.of("config-unreadable", file=str(path), reason="not UTF-8") from None
    if not text.strip():
        return Config()
    return _config_from(text, str(path))


def digest_of_config(path: Path | None) -> str:
    """Return the sha256 of a config's bytes, "" where there is none; raises as `read_config` does."""
    return "" if path is None else hashlib.sha256(_bytes_of(path)).hexdigest()


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError.of("config-unreadable", file=str(path), reason=reason) from None


def _config_from(text: str, name: str) -> Config:
    root = parse_yaml(text, name)
    mistakes = Mistakes(text, name)
    if not isinstance(root, MapNode):
        mistakes.add("expected-mapping", root, key=CONFIG_NAME)
        raise mistakes.stop()
    config = read_shape(Config, root, mistakes)
    try:
        ZoneInfo(config.timezone)
    except (KeyError, ValueError, OSError):
        mistakes.add("unknown-time-zone", node_at(root, ["timezone"]), value=config.timezone)
    check_visits(config, root, mistakes)
    mistakes.check()
    return config
