"""Texts of the terminal about check-ups and unattended runs, as (Chinese, English)."""

from __future__ import annotations

UNATTENDED_TEXTS: dict[str, tuple[str, str]] = {
    "colon": ("：", ": "),
    "state-ok": ("[通过]", "[ok]"),
    "state-warning": ("[注意]", "[warning]"),
    "state-wrong": ("[不行]", "[wrong]"),
    "doctor-config": ("设置", "config"),
    "doctor-rules": ("规则", "rules"),
    "doctor-ledger": ("台账", "ledger"),
    "doctor-history": ("历史库", "history"),
    "doctor-folder": ("文件夹", "folder"),
    "doctor-space": ("磁盘", "disk"),
    "doctor-holidays": ("放假安排", "holidays"),
    "doctor-backups": ("备份", "backups"),
    "doctor-zone": ("时区", "time zone"),
    "doctor-console": ("终端", "console"),
    "doctor-versions": ("版本", "versions"),
}
