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
    "cron-note-crontab": (
        "时刻按 CRON_TZ 的时区；不认 CRON_TZ 的 cron（Debian、Ubuntu）按系统时区",
        "The time is that of CRON_TZ; a cron that does not know it (Debian, Ubuntu) goes by the system's zone",
    ),
    "cron-note-log": (
        "退出码 75 表示正被占用，下次再试；消息都在 {file}",
        "Exit code 75: busy, try again; all messages are in {file}",
    ),
    "cron-note-systemd": (
        "存为 ~/.config/systemd/user/{file}",
        "Save as ~/.config/systemd/user/{file}",
    ),
    "cron-note-enable": (
        "然后：systemctl --user daemon-reload && systemctl --user enable --now {file}；loginctl enable-linger 使它不登录也运行",
        "Then: systemctl --user daemon-reload && systemctl --user enable --now {file}; loginctl enable-linger runs it while nobody is logged in",
    ),
    "cron-note-windows": (
        "在命令提示符（cmd）里执行；时刻按这台机器的时区（应为 {zone}）",
        "Run this in the command prompt (cmd); the time is that of the machine's zone (which should be {zone})",
    ),
}
