"""What is said about the history: opening it, recording into it."""

from __future__ import annotations

from crmtool.messages.model import Message

HISTORY: dict[str, Message] = {
    "history-not-one": Message(
        "error",
        "{file} 不是 crmtool 的历史库",
        "{file} is no history of crmtool",
        "请核对 --history 或 crmtool.yaml 里的 history；换一个还不存在的文件名，会新建一个。",
        "Check --history, or `history` in crmtool.yaml; a name that is not there yet begins a new one.",
    ),
    "history-damaged": Message(
        "error",
        "历史库 {file} 已损坏（{reason}），没有改动它",
        "the history {file} is damaged ({reason}); it was not changed",
        "请换回最近的备份；没有备份就把它移走，crmtool 会新建一个（做法见 docs/history.md）。",
        "Put its last backup back, or move it away and a new one is begun (docs/history.md says how).",
    ),
    "history-newer": Message(
        "error",
        "历史库 {file} 是更新的 crmtool 写的（第 {version} 版，这个 crmtool 只认到第 {known} 版）",
        "the history {file} was written by a newer crmtool (version {version}; this one knows up to {known})",
        "请升级 crmtool，或用 --history 指明另一个历史库。",
        "Update crmtool, or name another history with --history.",
    ),
    "history-unreadable": Message(
        "error",
        "读不了历史库 {file}（{reason}）",
        "the history {file} cannot be read ({reason})",
        "请检查磁盘或网络盘后再试。",
        "Check the disk or network share and run again.",
    ),
    "history-busy": Message(
        "error",
        "历史库 {file} 正被别的程序占用，没有记入",
        "another program holds the history {file}; nothing was recorded",
        "请关闭打开它的程序后再运行一次，或加 --wait 秒数 排队等待；已写出的文件不用删。",
        "Close what has it open and run again, or queue with --wait SECONDS; outputs that were written may stay.",
    ),
    "history-no-space": Message(
        "error",
        "磁盘空间不足，没有记入历史库 {file}；库本身完好",
        "no space left to record into the history {file}, which is whole",
        "请清理磁盘后再运行一次；已写出的文件不用删。",
        "Free some space and run again; outputs that were written may stay.",
    ),
    "history-write-refused": Message(
        "error",
        "没有权限写历史库 {file}",
        "there is no permission to write the history {file}",
        "请去掉只读、检查文件夹的权限，或用 --history 指明另一个位置。",
        "Make it and its folder writable, or name another place with --history.",
    ),
    "history-write-failed": Message(
        "error",
        "记入历史库 {file} 失败（{reason}）；库本身完好",
        "recording into the history {file} failed ({reason}); the file itself is whole",
        "请检查磁盘或网络盘后再运行一次；已写出的文件不用删。",
        "Check the disk or network share and run again; outputs that were written may stay.",
    ),
    "history-missing-folder": Message(
        "error",
        "历史库 {file} 所在的文件夹 {folder} 不存在",
        "the folder {folder} of the history {file} does not exist",
        "请先建立该文件夹，或用 --history 指明另一个位置。",
        "Make the folder first, or name another place with --history.",
    ),
    "history-in-the-way": Message(
        "error",
        "{file} 既是历史库，又是输入或输出",
        "{file} is the history, and an input or an output as well",
        "请用 --history 或 -o 换一个文件名。",
        "Choose another name with --history or -o.",
    ),
}
