"""Findings about putting an output in place: locks, open programs, disks, permissions."""

from __future__ import annotations

from crmtool.messages.model import Message

SAVING: dict[str, Message] = {
    "no-space": Message(
        "error",
        "磁盘空间不足，未写出 {file}；原有文件未改动",
        "no space left to write {file}; what was there is unchanged",
        "请清理磁盘，或用 -o 写到其他磁盘。",
        "Free some space, or write elsewhere with -o.",
    ),
    "write-refused": Message(
        "error",
        "没有权限写 {file}",
        "there is no permission to write {file}",
        "请检查文件和文件夹的权限，或用 -o 写到其他位置。",
        "Check the permissions of the file and its folder, or write elsewhere with -o.",
    ),
    "missing-folder": Message(
        "error",
        "文件夹 {folder} 不存在，未写出 {file}",
        "folder {folder} does not exist, so {file} was not written",
        "请先建立该文件夹，或用 -o 写到其他位置。",
        "Make the folder first, or write elsewhere with -o.",
    ),
    "folder-unusable": Message(
        "error",
        "建不了文件夹 {file}（{reason}）",
        "the folder {file} cannot be made ({reason})",
        "请换一个名字或位置；同名的文件要先移走。",
        "Choose another name or place; move a file of that name away first.",
    ),
    "output-not-a-file": Message(
        "error",
        "{file} 已存在且不是普通文件",
        "{file} exists and is not an ordinary file",
        "请用 -o 换一个文件名。",
        "Choose another name with -o.",
    ),
    "write-failed": Message(
        "error",
        "写 {file} 失败（{reason}）；原有文件未改动",
        "writing {file} failed ({reason}); what was there is unchanged",
        "请检查磁盘或网络盘后再试，或用 -o 写到其他位置。",
        "Check the disk or network share and run again, or write elsewhere with -o.",
    ),
    "not-our-output": Message(
        "error",
        "{file} 已存在，且不是 crmtool 写出后原样保留的文件，不会覆盖",
        "{file} exists and is not as crmtool wrote it; it is not replaced",
        "请用 -o 换一个文件名，或先移走该文件。",
        "Choose another name with -o, or move that file away.",
    ),
    "csv-in-the-way": Message(
        "error",
        "{file} 已存在，内容与这次要写的不同；csv 里放不下记号，无从知道是否有人改过，不会覆盖",
        "{file} exists and reads otherwise; a CSV holds no mark, so nobody can tell whether a person worked on it",
        "请先移走或删除该文件，或用 -o 换一个文件名。",
        "Move that file away or delete it, or choose another name with -o.",
    ),
    "ledger-open-elsewhere": Message(
        "error",
        "台账 {file} 正在 Excel 或 WPS 中打开（见 {owner}），没有写回",
        "the ledger {file} is open in Excel or WPS (see {owner}); nothing was written into it",
        "请关闭后再试；若程序已关闭，可删除 {owner}。",
        "Close it and try again; if the program is gone, delete {owner}.",
    ),
    "ledger-write-refused": Message(
        "error",
        "没有权限写台账 {file}，没有写回",
        "there is no permission to write the ledger {file}; nothing was written into it",
        "请去掉只读、检查文件夹的权限后再试。",
        "Make it writable, check its folder, and try again.",
    ),
    "open-elsewhere": Message(
        "error",
        "{file} 正在 Excel 或 WPS 中打开（见 {owner}）",
        "{file} is open in Excel or WPS (see {owner})",
        "请关闭后再试，或用 -o 换一个文件名；若程序已关闭，可删除 {owner}。",
        "Close it, or choose another name with -o; if the program is gone, delete {owner}.",
    ),
    "busy-other-run": Message(
        "error",
        "另一个 crmtool 正在写 {file}（进程 {pid}，主机 {host}，始于 {since}）",
        "another crmtool is writing {file} (process {pid} on {host}, since {since})",
        "请等它结束后再试，或加 --wait 秒数 排队等待。",
        "Run again when it is done, or queue with --wait SECONDS.",
    ),
}
