"""Notes that other formats carry in base64, as text."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from suggester.corpus.text_files import Report, decoded
from suggester.errors import InputError
from suggester.exchange.html_text import html_to_text

_SPACE = re.compile(r"\s+")
_CHARSET = re.compile(r'charset\s*=\s*"?([\w.:\-]+)', re.IGNORECASE)
_KIND = re.compile(r"[\w.+\-]{1,40}/[\w.+\-]{1,60}")
PLAIN = frozenset({"text/plain", "text/markdown", "text/x-markdown"})
HTML = frozenset({"text/html", "application/xhtml+xml"})
XML = frozenset({"application/xml", "text/xml", "application/hl7-cda+xml", "application/cda+xml"})


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type in lower case, and the encoding it names."""

    kind: str
    charset: str | None = None

    @classmethod
    def of(cls, value: object) -> MediaType:
        """Read ``text/plain; charset=ISO-8859-1``; what is no media type has the kind ``""``."""
        if not isinstance(value, str):
            return cls("")
        kind = value.split(";")[0].strip().lower()
        charset = _CHARSET.search(value)
        return cls(kind if _KIND.fullmatch(kind) else "", charset[1] if charset else None)


def base64_bytes(data: object, name: str) -> bytes:
    """Return what base64 stands for; line breaks within it are allowed.

    Raises
    ------
    InputError
        It is no base64, or stands for nothing; the message starts with ``name``.
    """
    try:
        out = base64.b64decode(
            _SPACE.sub("", data if isinstance(data, str) else "?"), validate=True
        )
    except (binascii.Error, ValueError):
        raise InputError(f"{name} is not base64; encode the note again.") from None
    if not out:
        raise InputError(f"{name} is empty: there is nothing to code.")
    return out


def bytes_to_text(data: bytes, media: MediaType, name: str, report: Report) -> str:
    """Return a plain or HTML note as text, in the encoding named or else the one found.

    Raises
    ------
    InputError
        It is binary, damaged, or of a kind that is not read.
    """
    if media.kind and media.kind not in PLAIN | HTML:
        raise InputError(not_read(media, name))
    text = _as_named(data, media.charset, name)
    if text is None:
        text = decoded(data, name, report)
    return html_to_text(text, name) if media.kind in HTML else text


def not_read(media: MediaType, name: str) -> str:
    """Return the sentence for a kind of attachment that is not read."""
    kind = media.kind or "of a kind that is not named"
    return f"{name} is {kind}, which is not read; send the note as text/plain, text/html or C-CDA."


def _as_named(data: bytes, charset: str | None, name: str) -> str | None:
    if charset is None or charset.lower() in {"utf-8", "utf8"}:
        return None
    try:
        text = data.decode(charset)
    except (LookupError, ValueError):
        return None
    if "\0" in text:
        raise InputError(f"{name} seems to be a binary file; save the note as plain text.")
    return text
