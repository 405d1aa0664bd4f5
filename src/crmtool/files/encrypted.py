"""Knows how to take a password off a workbook, in memory; nothing is written anywhere.

Telling that a file is encrypted is left to `crmtool.files.sniff`.
"""

from __future__ import annotations

import io
from pathlib import Path

from crmtool.errors import InputError, UsageError


def decrypted(data: bytes, file: str, password: str | None) -> bytes:
    """Return the bytes of the workbook under the password.

    InputError without a password, with a wrong one, or where the package that knows the encryption
    (msoffcrypto-tool, extra `encrypted`) is not installed.
    """
    if password is None:
        raise InputError.of("encrypted-workbook", file=file)
    try:
        import msoffcrypto
        from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError
    except ImportError as problem:
        raise InputError.of("encryption-not-supported", file=file) from problem
    target = io.BytesIO()
    try:
        book = msoffcrypto.OfficeFile(io.BytesIO(data))
        book.load_key(password=password)
        book.decrypt(target)
    except (InvalidKeyError, DecryptionError) as problem:
        raise InputError.of("wrong-password", file=file) from problem
    except (FileFormatError, ParseError, OSError, ValueError, KeyError, IndexError, AttributeError) as problem:
        raise InputError.of("damaged-workbook", file=file, reason=str(problem) or type(problem).__name__) from problem
    return target.getvalue()


def read_password(path: Path) -> str:
    """Return the first line of a password file, without its line end; UsageError where there is none."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError.of("unreadable-password-file", file=path.name, reason=problem) from problem
    if not lines or not lines[0]:
        raise UsageError.of("unreadable-password-file", file=path.name, reason="")
    return lines[0]
