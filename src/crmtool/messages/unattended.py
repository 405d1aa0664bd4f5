"""What is said about the machine's readiness and about unattended runs."""

from __future__ import annotations

from crmtool.messages.model import Message


def _fine(zh: str, en: str) -> Message:
    """Return what is said where all is well."""
    return Message("info", zh, en, "无需处理。", "There is nothing to do.")


UNATTENDED: dict[str, Message] = {
    "doctor-config": _fine("读了 {file}", "{file} was read"),
    "doctor-rules": _fine("{title}（{name}）可用", "{name} ({title}) can be used"),
    "doctor-ledger": _fine(
        "{file} 的工作表 {sheet} 读得出、判得了", "{file}, sheet {sheet}, can be read and judged"
    ),
    "doctor-history": _fine(
        "{file} 完好，记有 {runs} 次运行（第 {version} 版）",
        "{file} is whole and holds {runs} runs (version {version})",
    ),
    "doctor-history-older": _fine(
        "{file} 完好，记有 {runs} 次运行；下一次运行会把它从第 {version} 版升到第 {newest} 版",
        "{file} is whole and holds {runs} runs; the next run brings it from version {version} to {newest}",
    ),
    "doctor-history-new": _fine(
        "{file} 还没有，下一次运行会新建", "{file} is not there yet; the next run makes it"
    ),
    "doctor-folder": _fine("{file} 可以写", "{file} can be written into"),
    "doctor-space": _fine("{file} 所在磁盘还有 {free} MB", "{free} MB are free on the disk of {file}"),
    "doctor-holidays": _fine("{name} 的放假安排已知", "the holidays of {name} are known"),
    "doctor-backups": _fine(
        "{file} 现有 {count} 份备份，最多留 {keep} 份", "{file} has {count} backups; {keep} are kept"
    ),
    "doctor-zone": _fine("{zone}，今天是 {today}", "{zone}, where it is {today}"),
    "doctor-console": _fine("编码 {encoding}，中文可以显示", "its encoding, {encoding}, has Chinese"),
    "doctor-versions": _fine(
        "crmtool {version}，运行在 Python {python} 上 · {packages}",
        "crmtool {version} on Python {python} · {packages}",
    ),
    "doctor-no-config": Message(
        "warning",
        "没有 {file}，只看了这台机器",
        "there is no {file}; only the machine was checked",
        "请到工作文件夹里运行，或用 --config 指明；还没有就先 crmtool init。",
        "Run it in the working folder, or name the file with --config; `crmtool init` writes one.",
    ),
    "doctor-no-ledger": Message(
        "warning",
        "{file} 没有写 ledger",
        "{file} names no `ledger`",
        "请在里面写上 ledger: 客户台账.xlsx，定时运行就不必另写台账。",
        "Write `ledger: customers.xlsx` there, so that a scheduled run needs no other name.",
    ),
    "doctor-no-history": Message(
        "warning",
        "{file} 没有写 history，每次运行的结果不会留下",
        "{file} names no `history`: what a run finds out is not kept",
        "请写上 history: crmtool-history.db；没有历史，复盘只能与 --previous 或台账里的等级相比。",
        "Write `history: crmtool-history.db`; without it a review compares with --previous or the ledger's own tiers.",
    ),
    "doctor-space-low": Message(
        "warning",
        "{file} 所在磁盘只剩 {free} MB，宜有 {wanted} MB",
        "only {free} MB are free on the disk of {file}; {wanted} MB would be safe",
        "请清理磁盘：换新文件时，新旧两份要同时放得下。",
        "Free some space: while a file is replaced the old and the new one are both there.",
    ),
    "doctor-no-backups": Message(
        "warning",
        "{file} 写了 backups: 0，写回台账时不留备份",
        "{file} says `backups: 0`: no backup is kept of a ledger that is written into",
        "请去掉这一行（默认留 5 份），除非另有备份。",
        "Leave that line out (5 are kept), unless the ledger is backed up elsewhere.",
    ),
    "doctor-console-lacking": Message(
        "warning",
        "终端编码 {encoding} 显示不了中文",
        "the console's encoding, {encoding}, has no Chinese",
        "请设置环境变量 PYTHONIOENCODING=utf-8（Windows 另可先执行 chcp 65001）。",
        "Set PYTHONIOENCODING=utf-8 (on Windows also run chcp 65001 first).",
    ),
    "doctor-package-missing": Message(
        "error",
        "没有安装 {package}",
        "{package} is not installed",
        "请重新安装 crmtool：它需要的包会一并装上。",
        "Install crmtool again: what it needs comes with it.",
    ),
    "cron-bad-time": Message(
        "error",
        "--at 的 {value} 不是一天中的时刻",
        "{value}, given as --at, is no time of day",
        "写成 08:30 这样，时在 00 到 23 之间",
        "write it as 08:30, with an hour from 00 to 23",
    ),
    "cron-path": Message(
        "error",
        "{file} 的路径里有换行或反斜杠，写不进定时任务",
        "the path {file} holds a line break or a backslash, which no schedule can name",
        "请把文件夹改名，或移到别处",
        "rename the folder, or move it elsewhere",
    ),
    "cron-windows-length": Message(
        "warning",
        "Windows 计划任务的命令有 {length} 个字符，schtasks 最多收 {limit} 个",
        "the command of the Windows task has {length} characters; schtasks takes {limit} at most",
        "请把工作文件夹或 Python 移到更短的路径下，或在“任务计划程序”的窗口里新建这个任务",
        "Move the folder or Python to a shorter path, or make the task in the window of the Task Scheduler",
    ),
}
