"""Every file that crmtool writes is written in one place: read off the code, and watched while every command runs."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from command_line import process_environment

SRC = Path(__file__).parents[2] / "src" / "crmtool"

#: The places that change the file system, and what for.
PLACES = {
    "files/replace.py": "writes files, makes folders",
    "files/leftovers.py": "removes what killed runs left",
    "files/backups.py": "removes the oldest backups",
    "files/locks.py": "the lock, and the note beside it that names its owner",
    "files/history/connection.py": "the history, which SQLite writes in place, and its journal",
}
#: Named like writers of files, and given a file that is open already.
STREAMS = {"files/parquet.py": "writer.write_table(", "jobs/table_delivery.py": "write_parquet("}
#: Runs the spreadsheet reader in a child process first; that process is given bytes and no path.
CHILDREN = {"files/guard.py"}

_MODULES = {"shutil", "tempfile", "sqlite3", "dbm", "shelve", "filelock", "mmap", "fcntl", "msvcrt"}
_PATH_METHODS = {
    *("write_bytes", "write_text", "touch", "mkdir", "rmdir", "unlink", "chmod", "lchmod"),
    *("symlink_to", "hardlink_to", "link_to"),
}
_OS_FUNCTIONS = {
    *(
        "open",
        "fdopen",
        "write",
        "pwrite",
        "writev",
        "rename",
        "renames",
        "replace",
        "remove",
        "unlink",
        "rmdir",
    ),
    *(
        "removedirs",
        "mkdir",
        "makedirs",
        "link",
        "symlink",
        "truncate",
        "ftruncate",
        "chmod",
        "chown",
        "utime",
    ),
    *("mkfifo", "mknod", "sendfile", "copy_file_range", "system", "popen"),
}
_LIBRARY_WRITERS = {
    *(
        "to_csv",
        "to_excel",
        "to_parquet",
        "to_pickle",
        "to_feather",
        "to_hdf",
        "to_sql",
        "to_orc",
        "to_stata",
    ),
    *("sink_csv", "sink_parquet", "sink_ipc", "write_csv", "write_parquet", "write_excel", "write_table"),
    *(
        "write_feather",
        "write_dataset",
        "OSFile",
        "memory_map",
        "NativeFile",
        "FileSystem",
        "LocalFileSystem",
    ),
    *(
        "NamedTemporaryFile",
        "TemporaryFile",
        "TemporaryDirectory",
        "mkstemp",
        "mkdtemp",
        "extract",
        "extractall",
    ),
    *("copyfile", "copy2", "copytree", "rmtree", "save"),
}
_SUBPROCESS = {"subprocess", "multiprocessing", "pty"}


def _text_of(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _mode(call: ast.Call, position: int) -> ast.expr | None:
    given = [keyword.value for keyword in call.keywords if keyword.arg == "mode"]
    return given[0] if given else (call.args[position] if len(call.args) > position else None)


def _opens_for_writing(call: ast.Call, position: int) -> bool:
    mode = _mode(call, position)
    text = _text_of(mode)
    return mode is not None and (text is None or bool(set(text) & set("wax+")))


def _opens_path_for_writing(call: ast.Call) -> bool:
    text = _text_of(_mode(call, 0))
    is_named = any(keyword.arg == "mode" for keyword in call.keywords)
    is_mode = is_named or (text is not None and set(text) <= set("rwaxbtU+"))
    return is_mode and _opens_for_writing(call, 0)


def _in_memory(tree: ast.AST) -> set[str]:
    """Return the names that are only ever given `io.BytesIO(…)`."""
    memory: set[str] = set()
    other: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            is_memory = isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "io.BytesIO"
            names = {target.id for target in node.targets if isinstance(target, ast.Name)}
            (memory if is_memory else other).update(names)
        elif isinstance(node, ast.arg):
            other.add(node.arg)
    return memory - other


def _offences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = (
                [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            )
            for name in names:
                if name.partition(".")[0] in _MODULES | _SUBPROCESS:
                    yield node.lineno, f"import {name}"
            if isinstance(node, ast.ImportFrom) and node.module == "os":
                for alias in node.names:
                    if alias.name in _OS_FUNCTIONS:
                        yield node.lineno, f"from os import {alias.name}"
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            memory = _in_memory(node)
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and _is_zip_to_disk(call, memory):
                    yield call.lineno, ast.unparse(call)
        elif isinstance(node, ast.Call) and _is_offence(node):
            yield node.lineno, ast.unparse(node)


def _is_zip_to_disk(call: ast.Call, memory: set[str]) -> bool:
    if ast.unparse(call.func).rpartition(".")[2] not in (
        "ZipFile",
        "GzipFile",
        "BZ2File",
        "LZMAFile",
        "TarFile",
    ):
        return False
    target = call.args[0] if call.args else None
    is_memory = isinstance(target, ast.Name) and target.id in memory
    return _opens_for_writing(call, 1) and not is_memory


def _is_offence(call: ast.Call) -> bool:
    function = call.func
    if isinstance(function, ast.Name):
        return (function.id == "open" and _opens_for_writing(call, 1)) or function.id in _LIBRARY_WRITERS
    if not isinstance(function, ast.Attribute):
        return False
    owner, name = ast.unparse(function.value), function.attr
    if owner in ("os", "posix", "nt"):
        return name in _OS_FUNCTIONS
    if name == "open":
        is_function = owner in ("io", "codecs", "gzip", "bz2", "lzma")
        # `archive.open(name)` of a package reads: what stands where a path's mode would is no mode then.
        return _opens_for_writing(call, 1) if is_function else _opens_path_for_writing(call)
    if name in ("replace", "rename"):
        # `str.replace` takes two texts, `dataclasses.replace` and frames take keywords or a dict; a path takes a path.
        return len(call.args) == 1 and not call.keywords and not isinstance(call.args[0], ast.Dict)
    return name in _PATH_METHODS | _LIBRARY_WRITERS


def _modules() -> list[Path]:
    return sorted(SRC.rglob("*.py"))


def test_no_other_module_writes_renames_or_removes_a_file() -> None:
    found = {}
    for path in _modules():
        name = path.relative_to(SRC).as_posix()
        offences = list(_offences(ast.parse(path.read_text(encoding="utf-8"))))
        if name in CHILDREN:
            offences = [each for each in offences if each[1] != "import subprocess"]
        offences = [each for each in offences if not each[1].startswith(STREAMS.get(name, "\n"))]
        if offences and name not in PLACES:
            found[name] = offences
    assert found == {}
    assert len(_modules()) > 100


@pytest.mark.parametrize("name", PLACES)
def test_each_place_that_is_named_does_write(name: str) -> None:
    assert list(_offences(ast.parse((SRC / name).read_text(encoding="utf-8"))))


@pytest.mark.parametrize(
    "line",
    [
        "open('a', 'w')",
        "open('a', mode=how)",
        "Path('a').open('r+b')",
        "io.open('a', 'ab')",
        "Path('a').write_text('x')",
        "Path('a').rename(target)",
        "path.replace(other)",
        "os.replace('a', 'b')",
        "os.open('a', flags)",
        "path.open(mode=how)",
        "import shutil",
        "from tempfile import mkstemp",
        "import sqlite3",
        "from os import remove",
        "frame.to_csv('a')",
        "workbook.save('a')",
        "def f(path):\n    zipfile.ZipFile(path, 'w')",
        "def f():\n    target = io.BytesIO()\n    target = name()\n    zipfile.ZipFile(target, 'w')",
        "subprocess.run(['cp'])\nimport subprocess",
    ],
)
def test_the_reading_of_the_code_sees(line: str) -> None:
    assert list(_offences(ast.parse(line)))


@pytest.mark.parametrize(
    "line",
    [
        "open('a')",
        "path.open('rb')",
        "zipfile.ZipFile(path)",
        "text.replace('a', 'b')",
        "replace(finding, file='a')",
        "parameter.replace(kind=1)",
        "frame.rename({'a': 'b'})",
        "def f():\n    target = io.BytesIO()\n    zipfile.ZipFile(target, 'w')",
        "archive.open(name)",
        "archive.open('xl/workbook.xml')",
    ],
)
def test_the_reading_of_the_code_minds_only_writing(line: str) -> None:
    assert not list(_offences(ast.parse(line)))


#: Runs command lines in one process and prints who changed what: Python tells a hook of every such call.
WATCHED = textwrap.dedent(
    """
    import json, os, signal, sys
    sys.dont_write_bytecode = True
    from crmtool.cli import main
    ROOM = os.path.dirname(os.path.dirname(os.path.abspath(main.__file__)))
    CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate",
               "os.chmod", "shutil.", "tempfile.", "sqlite3.connect", "subprocess.Popen", "os.system")
    seen, busy = set(), [False]
    def hook(event, arguments):
        if busy[0]:
            return
        if event == "open":
            flags = arguments[2] or 0
            mode = arguments[1] or ""
            if not (flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) or set(mode) & set("wax+")):
                return
            if isinstance(arguments[0], int):
                return
        elif not event.startswith(CHANGES) or event == "sqlite3.connect/handle":
            return
        busy[0] = True
        frame, place = sys._getframe(), None
        while frame is not None:
            file = frame.f_code.co_filename
            if file.startswith(ROOM):
                place = os.path.relpath(file, ROOM).replace(os.sep, "/")
                break
            frame = frame.f_back
        seen.add((event, place, os.path.basename(os.fsdecode(arguments[0])) if arguments else ""))
        busy[0] = False
    sys.addaudithook(hook)
    codes = []
    for line in json.loads(sys.argv[1]):
        sys.argv = ["crmtool", *line]
        try:
            main.run()
        except SystemExit as ended:
            codes.append(int(ended.code or 0))
    print("SEEN", json.dumps([codes, sorted(seen, key=str)]), file=sys.stderr)
    """
)


def test_while_every_command_runs_nothing_else_writes(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ("客户名称", "年消费额", "最近交易时间", "合作时长"),
        ("甲公司", "15万元", "2023-10-15", "2年"),
    ):
        book.active.append(row)
    orders = book.create_sheet("订单")
    for row in (("客户名称", "订单日期", "订单金额"), ("甲公司", "2023-10-15", 9.0)):
        orders.append(row)
    book.save(tmp_path / "a.xlsx")
    lines = [
        ["init", "crm"],
        ["rules", "new", "mine"],
        ["rules", "test", "mine.yaml"],
        ["template", "export", "classification", "-o", "t.xlsx"],
        ["template", "check", "t.xlsx"],
        ["check", "a.xlsx", "--as-of", "2023-10-31"],
        ["explain", "a.xlsx", "甲公司", "--as-of", "2023-10-31"],
        ["classify", "a.xlsx", "--as-of", "2023-10-31", "-o", "out.xlsx"],
        ["classify", "a.xlsx", "--as-of", "2023-11-01", "-o", "out.xlsx"],
        ["rfm", "a.xlsx", "--as-of", "2023-10-31", "-o", "rfm.xlsx"],
        ["classify", "a.xlsx", "--as-of", "2023-10-31", "--format", "csv"],
        ["classify", "a.xlsx", "--as-of", "2023-10-31", "--format", "parquet"],
        ["classify", "a.xlsx", "--as-of", "2023-10-31", "--update-ledger"],
        ["classify", "a.xlsx", "--as-of", "2023-12-31", "--history", "h.db"],
        ["classify", "a.xlsx", "--as-of", "2023-12-31", "--history", "h.db"],
        # A second backup within the same second would be in the way of the first.
        ["classify", "a.xlsx", "--as-of", "2023-11-30", "--update-ledger", "--no-backup"],
        [
            *("collect", "s.csv", "--ledger", "a.xlsx"),
            "--as-of",
            "2023-11-30",
            "--update-ledger",
            "--no-backup",
        ],
    ]
    plan_line = ["plan", "a.xlsx", "--as-of", "2023-11-30", "--to", "2024-02", "--history", "h.db"]
    lines += [
        [*plan_line, "-o", "plan.xlsx", "--ics", "cal"],
        [*plan_line, "-o", "plan.xlsx", "--ics", "cal", "--update-ledger", "--no-backup"],
        [
            "plan",
            "a.xlsx",
            "--as-of",
            "2023-11-30",
            "--to",
            "2024-02",
            "--plan",
            "plan.xlsx",
            "-o",
            "p2.xlsx",
        ],
        ["followup", "a.xlsx", "--as-of", "2023-11-30", "--month", "next", "--history", "h.db", "--split"],
        ["followup", "a.xlsx", "--as-of", "2023-11-30", "--plan", "plan.xlsx", "-o", "f.xlsx"],
        [*("collect", "s.csv", "--ledger", "a.xlsx", "--as-of", "2023-11-30", "--history", "h.db")],
        ["status", "a.xlsx", "--as-of", "2023-11-30", "--history", "h.db", "--workbook"],
        [
            *("review", "a.xlsx", "--period", "2023-11", "--history", "h.db", "-o", "r.xlsx"),
            *("--log-file", "runs.jsonl"),
        ],
    ]
    (tmp_path / "s.csv").write_text(
        "客户名称,实际回访日期,完成情况\n甲公司,2023-11-08,已完成\n", encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, json.dumps(lines)],
        capture_output=True,
        cwd=tmp_path,
        env=process_environment(TMPDIR=str(tmp_path)),
        check=False,
    )
    said = done.stderr.decode()
    codes, seen = json.loads(said.rpartition("SEEN ")[2])
    assert codes[5] in (0, 1), said
    assert [code for number, code in enumerate(codes) if number != 5] == [0] * (len(lines) - 1), said
    places: dict[str, set[str]] = {}
    for event, place, name in seen:
        places.setdefault(str(place), set()).add(f"{event} {name}")
    # One backup is fewer than are kept, so none is removed.
    assert set(places) == set(PLACES) - {"files/backups.py"}, places
    assert {
        name for name in (path.name for path in tmp_path.iterdir()) if name.startswith(".crmtool")
    } == set()
    # SQLite's own calls tell no hook: the file that it is given, and no other, is what it writes.
    assert places["files/history/connection.py"] == {"sqlite3.connect h.db", "sqlite3.connect :memory:"}
    # `tempfile.gettempdir` tries out a folder once, with an empty file of eight letters.
    written = {each for each in places["files/replace.py"] if not re.fullmatch(r"\S+ [a-z0-9_]{8}", each)}
    assert {each.split()[0] for each in written} == {"open", "os.rename", "os.chmod", "os.mkdir"}, written
    # A log is the one file that grows where it stands.
    opened = {each for each in written if each.startswith("open")} - {"open runs.jsonl"}
    assert all(each.endswith(".tmp") for each in opened), written
    assert "open runs.jsonl" in written
