"""What crmtool writes carries its own name, whoever saved the template, so that it may be replaced."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from crmtool.content import Content
from crmtool.files.replace import is_ours
from crmtool.files.xlsx import check_workbook, fill

DAY = date(2024, 6, 30)


def saved_by_a_person() -> bytes:
    book = openpyxl.Workbook()
    book.properties.creator = "王芳"
    book.properties.lastModifiedBy = "李四"
    book.properties.title = "{{title}}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rewritten(data: bytes, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            changed = change(name, before.read(name))
            if changed is not None:
                after.writestr(*changed)
    return out.getvalue()


def without_properties(data: bytes) -> bytes:
    def change(name: str, content: bytes) -> tuple[str, bytes] | None:
        if name == "docProps/core.xml":
            return None
        if name in ("_rels/.rels", "[Content_Types].xml"):
            tags = [tag + b">" for tag in content.split(b">") if tag.strip()]
            return name, b"".join(tag for tag in tags if b"core-properties" not in tag)
        return name, content

    return rewritten(data, change)


def properties_elsewhere(data: bytes) -> bytes:
    """As .NET's packaging library puts them: under another name, found by the relationship alone."""

    elsewhere = b"package/services/metadata/core-properties/1.psmdcp"

    def change(name: str, content: bytes) -> tuple[str, bytes]:
        if name == "docProps/core.xml":
            return elsewhere.decode(), content
        if name in ("_rels/.rels", "[Content_Types].xml"):
            return name, content.replace(b"docProps/core.xml", elsewhere)
        return name, content

    return rewritten(data, change)


@pytest.mark.parametrize(
    "template",
    [saved_by_a_person(), without_properties(saved_by_a_person()), properties_elsewhere(saved_by_a_person())],
    ids=["saved by a person", "without properties", "properties elsewhere"],
)
def test_the_output_is_recognised_as_our_own(template: bytes, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    with path.open("wb") as out:
        fill(template, Content({}, {"title": "六月"}), out, created=DAY)
    check_workbook(path)
    assert is_ours(path)
    properties = openpyxl.load_workbook(path).properties
    assert (properties.creator, properties.lastModifiedBy) == ("crmtool", "crmtool")
    assert properties.created == properties.modified == datetime.fromisoformat("2024-06-30")


def test_a_marker_in_the_title_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    with path.open("wb") as out:
        fill(saved_by_a_person(), Content({}, {"title": "六月"}), out, created=DAY)
    assert openpyxl.load_workbook(path).properties.title == "六月"
