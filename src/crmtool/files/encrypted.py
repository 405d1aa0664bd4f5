"""Knows how to take a password off a workbook, in memory; nothing is written anywhere.

Telling that a file is encrypted is left to `crmtool.files.sniff`.
"""

from __future__ import annotations

import io

from crmtool.errors import InputError


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
    except (
        FileFormatError,
        ParseError,
        OSError,
        ValueError,
        KeyError,
        IndexError,
        AttributeError,
    ) as problem:
        raise InputError.of(
            "damaged-workbook", file=file, reason=str(problem) or type(problem).__name__
        ) from problem
    return target.getvalue()
