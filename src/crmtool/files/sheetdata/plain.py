"""Knows the spellings of the same XML that the fast steps do not take as they are, and rewrites them plainly.

What plain XML must look like is left to `crmtool.files.sheetdata.grammar`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from xml.etree import ElementTree


class NotPlain(Exception):
    """Says that a part is not what the fast steps know for certain; it may be odd, and it may be damaged."""


#: A `<T>` is a `<t>` whose outer whitespace counts.
_PRESERVED = re.compile(rb"""<t\s+xml:space\s*=\s*(?:"preserve"|'preserve')\s*>""")
_DEFAULT = re.compile(rb"""<t(?:\s+xml:space\s*=\s*(?:"default"|'default'))?\s*>""")
_VALUE = re.compile(rb"""<v\s+xml:space\s*=\s*(?:"\w+"|'\w+')\s*>""")
_EMPTY = re.compile(rb"<([tv])(?:\s[^<>]*)?/>")
_CLOSING = re.compile(rb"</(\w+)\s+>")
_BETWEEN = re.compile(rb"(?<=>)(?<!<[tTvf]>)\s+(?=<)")
_COMMENT = re.compile(rb"<!--(?:(?!--).)*-->", re.DOTALL)
_LITERAL = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
#: A reference behind other attributes; the places of all others are told at once.
_LATE_REFERENCE = re.compile(rb'<c((?:\s[a-z]+="[^"<]*")+) r="([A-Z]{1,3}[0-9]{1,7})"')
_LATE_ROW_NUMBER = re.compile(rb'<row((?:\s[A-Za-z:]+="[^"<]*")+) r="([0-9]{1,7})"')
#: The value belongs behind the formula; a reader that goes by the order loses it.
_VALUE_FIRST = re.compile(rb"(<v>[^<]*</v>)(<f(?:\s[^<>]*)?(?:/>|(?<!/)>[^<]*</f>))")
_EXTENSION = re.compile(rb"<extLst(?:\s[^<>]*)?(?:/>|(?<!/)>(?:(?!<extLst).)*?</extLst>)", re.DOTALL)
_PLAIN_TEXT = re.compile(rb"<[tT]>[^<]*</t>")
_HOLDERS = {
    tag: re.compile(rb"<%b(?:\s[^<>]*)?(?:/>|(?<!/)>(.*?)</%b\s*>)" % (tag, tag), re.DOTALL)
    for tag in (b"is", b"si")
}
XML_SPACE = " \t\r\n"


#: How far into a part its spelling is looked at.
_SAMPLE_BYTES = 4096
_KEPT_TEXT = b'<t xml:space="preserve">'
#: Cheap rewritings that many writers make necessary throughout a part, each with what shows that it is needed.
_HABITS: tuple[tuple[re.Pattern[bytes], Callable[[bytes], bytes]], ...] = (
    (re.compile(re.escape(_KEPT_TEXT)), lambda piece: piece.replace(_KEPT_TEXT, b"<T>")),
    (re.compile(rb">\s+<"), lambda piece: _BETWEEN.sub(b"", piece).strip()),
    (re.compile(rb'<c (?!r=")|<row (?!r=")'), lambda piece: _with_places_first(piece)),
)


class Spelling:
    """Rewrites the pieces of one part plainly, as little as they need.

    `holder` is the tag around a text: `is` or `si`.
    """

    def __init__(self, holder: bytes) -> None:
        self._holder = holder
        self._habits: list[Callable[[bytes], bytes]] | None = None
        self.is_odd = False

    def plain(self, piece: bytes) -> bytes:
        """Return a piece rewritten as the first one asks for, or in every way once `is_odd` is set."""
        if self.is_odd:
            return respelled(piece, self._holder)
        if self._habits is None:
            sample = piece[:_SAMPLE_BYTES]
            self._habits = [rewrite for sign, rewrite in _HABITS if sign.search(sample)]
        for rewrite in self._habits:
            piece = rewrite(piece)
        return piece


def _with_places_first(piece: bytes) -> bytes:
    piece = _LATE_REFERENCE.sub(rb'<c r="\2"\1', piece)
    return _LATE_ROW_NUMBER.sub(rb'<row r="\2"\1', piece)


def respelled(piece: bytes, holder: bytes) -> bytes:
    """Return the same rows (or shared texts) spelled plainly; NotPlain where that cannot be done for certain.

    Comments, extensions and whitespace between tags go, literal sections become escaped text, and the runs of
    a rich text become one. `holder` is the tag around a text: `is` or `si`.
    """
    if b"<!" in piece:
        piece = _COMMENT.sub(b"", piece)
        piece = _LITERAL.sub(lambda found: _escaped(found[1]), piece)
    piece = _PRESERVED.sub(b"<T>", piece)
    piece = _DEFAULT.sub(b"<t>", piece)
    piece = _VALUE.sub(b"<v>", piece)
    piece = _EMPTY.sub(rb"<\1></\1>", piece)
    piece = _CLOSING.sub(rb"</\1>", piece)
    piece = _BETWEEN.sub(b"", piece).strip()
    piece = _with_places_first(piece)
    piece = _EXTENSION.sub(b"", piece)
    piece = _VALUE_FIRST.sub(rb"\2\1", piece)
    if b"<" + holder in piece:
        piece = _HOLDERS[holder].sub(lambda found: _one_text(found[1] or b"", holder), piece)
    return piece


def _one_text(inner: bytes, holder: bytes) -> bytes:
    if not _PLAIN_TEXT.fullmatch(inner):
        whole = inner.replace(b"<T>", b'<t xml:space="preserve">')
        try:
            tree = ElementTree.fromstring(b"<" + holder + b">" + whole + b"</" + holder + b">")
        except (ElementTree.ParseError, ValueError) as problem:
            raise NotPlain("a rich text is not well-formed") from problem
        inner = b"<T>" + _escaped(shown_text(tree).encode()) + b"</t>"
    return b"<" + holder + b">" + inner + b"</" + holder + b">"


def _escaped(text: bytes) -> bytes:
    text = text.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    return text.replace(b"\r", b"&#13;")


def shown_text(element: ElementTree.Element) -> str:
    """Return the text of an `<si>` or `<is>` as a person sees it: all runs, and no reading aids.

    NotPlain where a text holds more than text.
    """
    return "".join(_runs(element))


def _runs(element: ElementTree.Element) -> Iterator[str]:
    _refuse_text(element.text)
    for child in element:
        _refuse_text(child.tail)
        tag = child.tag.rpartition("}")[2]
        if tag == "t":
            if len(child):
                raise NotPlain("an element inside a text")
            text = child.text or ""
            is_kept = child.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
            yield text if is_kept else text.strip(XML_SPACE)
        elif tag == "r":
            yield from _runs(child)


def _refuse_text(text: str | None) -> None:
    if text is not None and text.strip(XML_SPACE):
        raise NotPlain("text beside the element for it")
