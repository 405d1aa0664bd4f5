"""Ways to damage a workbook, each decided by the dice it is given: the same seed makes the same file."""

from __future__ import annotations

import io
import random
import re
import warnings
import zipfile
from collections.abc import Callable

Mutation = Callable[[random.Random, bytes], bytes]
Parts = list[tuple[str, bytes]]

_WILD = [
    *(
        "",
        "0",
        "-1",
        "1",
        "2147483648",
        "4294967296",
        "18446744073709551616",
        "-9223372036854775809",
        "1e309",
        "NaN",
    ),
    *(
        "INF",
        "0x10",
        "A0",
        "XFD1048576",
        "XFE1048577",
        "ZZZZ9999999999",
        "A1:XFD1048576",
        "A1:A",
        ":",
        "$A$1",
        "b",
    ),
    *(
        "n",
        "s",
        "e",
        "str",
        "inlineStr",
        "d",
        "true",
        "rId999",
        "../../etc/passwd",
        "/",
        "\x7f",
        "客" * 300,
        "😀",
    ),
    *(
        "&#0;",
        "&#xD800;",
        "&lt;",
        "1900-02-29",
        "9999-12-31T24:00:00",
        "xl/worksheets/sheet1.xml",
        " 1 ",
        "1,5",
    ),
]
_ATTRIBUTE = re.compile(rb'(\s[\w:]+=)"([^"]*)"')
_VALUE = re.compile(rb"(<(?:\w+:)?(?:v|t|f)(?:\s[^>]*)?>)([^<]*)(<)")
_TAG = re.compile(rb"<[^<>]*>")


def flip_bits(dice: random.Random, data: bytes) -> bytes:
    """Flip up to 16 bits anywhere."""
    changed = bytearray(data)
    for _ in range(dice.randint(1, 16)):
        if changed:
            changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def truncate(dice: random.Random, data: bytes) -> bytes:
    """Cut the end off."""
    return data[: dice.randrange(len(data) + 1)]


def overwrite(dice: random.Random, data: bytes) -> bytes:
    """Put noise, zeros or another piece of the file over a piece of it."""
    start = dice.randrange(len(data) + 1)
    length = dice.randint(1, 64) if dice.random() < 0.7 else dice.randint(1, 4096)
    elsewhere = dice.randrange(len(data) + 1)
    piece = dice.choice(
        [dice.randbytes(length), b"\0" * length, b"\xff" * length, data[elsewhere : elsewhere + length]]
    )
    return data[:start] + piece + data[start + len(piece) :]


def repeat_or_leave_out(dice: random.Random, data: bytes) -> bytes:
    """Say a piece twice or not at all."""
    start = dice.randrange(len(data) + 1)
    end = min(len(data), start + dice.randint(1, 2048))
    return data[:end] + data[start:] if dice.random() < 0.5 else data[:start] + data[end:]


def wild_attributes(dice: random.Random, data: bytes) -> bytes:
    """Give a few attributes values that nobody expects."""
    return _replaced(dice, data, _ATTRIBUTE, lambda m, wild: m[1] + b'"' + wild + b'"')


def wild_values(dice: random.Random, data: bytes) -> bytes:
    """Give a few cells, texts or formulas values that nobody expects."""
    return _replaced(dice, data, _VALUE, lambda m, wild: m[1] + wild + m[3])


def tags_dropped(dice: random.Random, data: bytes) -> bytes:
    """Leave out a few tags, or say them twice."""
    return _replaced(dice, data, _TAG, lambda m, wild: m[0] * dice.choice([0, 0, 2, 50]))


def declared_otherwise(dice: random.Random, data: bytes) -> bytes:
    """Put another declaration before the markup: an encoding, a document type, nothing."""
    body = re.sub(rb"^\s*<\?xml.*?\?>", b"", data)
    heads = [
        *(
            b"",
            b"\xef\xbb\xbf",
            b'<?xml version="1.0" encoding="UTF-16"?>',
            b'<?xml version="1.0" encoding="gb18030"?>',
        ),
        *(
            b'<?xml version="1.1"?>',
            b'<?xml version="1.0" encoding="nonsense"?>',
            b"<!-- " + b"-" * 99 + b" -->",
        ),
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
    ]
    whole = dice.choice(heads) + body
    return whole.decode("utf-8", "replace").encode("utf-16") if dice.random() < 0.2 else whole


IN_A_PART: list[Mutation] = [
    *(flip_bits, truncate, overwrite, repeat_or_leave_out),
    *(
        wild_attributes,
        wild_attributes,
        wild_attributes,
        wild_values,
        wild_values,
        tags_dropped,
        declared_otherwise,
    ),
]


def _replaced(
    dice: random.Random,
    data: bytes,
    pattern: re.Pattern[bytes],
    make: Callable[[re.Match[bytes], bytes], bytes],
) -> bytes:
    places = list(pattern.finditer(data))
    for match in sorted(dice.sample(places, min(len(places), dice.randint(1, 4))), key=lambda m: -m.start()):
        wild = dice.choice(_WILD).encode()
        data = data[: match.start()] + make(match, wild) + data[match.end() :]
    return data


def parts_mutated(dice: random.Random, parts: Parts) -> Parts:
    """Damage the content of one to three parts, sheets rather than others."""
    for _ in range(dice.randint(1, 3)):
        liked = [
            n for n, (name, _) in enumerate(parts) if "sheet" in name.lower() or "workbook" in name.lower()
        ]
        index = dice.choice(liked) if liked and dice.random() < 0.7 else dice.randrange(len(parts))
        name, content = parts[index]
        parts[index] = name, dice.choice(IN_A_PART)(dice, content)
    return parts


def parts_swapped(dice: random.Random, parts: Parts) -> Parts:
    """Let two parts have each other's content."""
    one, other = dice.randrange(len(parts)), dice.randrange(len(parts))
    (name, content), (other_name, other_content) = parts[one], parts[other]
    parts[one], parts[other] = (name, other_content), (other_name, content)
    return parts


def parts_dropped(dice: random.Random, parts: Parts) -> Parts:
    """Leave out one part, or a few."""
    for _ in range(dice.randint(1, 3)):
        if len(parts) > 1:
            del parts[dice.randrange(len(parts))]
    return parts


def parts_repeated(dice: random.Random, parts: Parts) -> Parts:
    """Let a name stand twice, with the same content, another's or none."""
    name, content = dice.choice(parts)
    again = dice.choice([content, dice.choice(parts)[1], b"", content[: len(content) // 2]])
    parts.insert(dice.randrange(len(parts) + 1), (dice.choice([name, name.upper(), "/" + name]), again))
    return parts


def parts_renamed(dice: random.Random, parts: Parts) -> Parts:
    """Give a part another name."""
    index = dice.randrange(len(parts))
    name, content = parts[index]
    names = [
        name.replace("/", "\\"),
        name.lower(),
        "xl/" + name,
        "../" + name,
        name + " ",
        "客户.xml",
        "",
        name[:-1],
    ]
    parts[index] = dice.choice(names), content
    return parts


OF_PARTS = [
    parts_mutated,
    parts_mutated,
    parts_mutated,
    parts_swapped,
    parts_dropped,
    parts_repeated,
    parts_renamed,
]
OF_BYTES: list[Mutation] = [flip_bits, truncate, overwrite, repeat_or_leave_out]


def mutated(seed: int, data: bytes) -> bytes:
    """Return a damaged copy; a package is damaged inside three times of four, and is then a whole package."""
    dice = random.Random(seed)
    parts = _parts(data)
    if not parts or dice.random() < 0.25:
        return dice.choice(OF_BYTES)(dice, data)
    for _ in range(dice.choice([1, 1, 2])):
        parts = dice.choice(OF_PARTS)(dice, parts)
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # names that stand twice are meant
        for name, content in parts:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _parts(data: bytes) -> Parts:
    if data[:2] != b"PK":
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [
                (entry.filename, archive.read(entry)) for entry in archive.infolist() if not entry.is_dir()
            ]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, EOFError):
        return []
