"""HTML and XHTML notes as plain text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from suggester.errors import InputError
from suggester.exchange.plain_text import PlainText

#: ``<`` that begins no whole tag: a comparison, or what is left of a tag that was cut off.
_BARE = re.compile(r"<(?![^<>]*>)")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.plain = PlainText()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.plain.start(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.plain.start(tag)
        self.plain.end(tag)

    def handle_endtag(self, tag: str) -> None:
        self.plain.end(tag)

    def handle_data(self, data: str) -> None:
        self.plain.words(data)


def html_to_text(html: str, name: str = "A note") -> str:
    """Return what a page of HTML says, its layout as lines; scripts and styles are left out.

    Raises
    ------
    InputError
        It is not HTML that can be read; the message starts with ``name``.
    """
    reader = _Reader()
    try:
        reader.feed(_BARE.sub("&lt;", _without_comments(html)))
        reader.close()
    except (AssertionError, NotImplementedError):
        raise InputError(f"{name} is not HTML that can be read; send it as plain text.") from None
    return reader.plain.text()


def _without_comments(html: str) -> str:
    """Return HTML without comments; one that is not closed is text.

    The standard parser takes quadratic time over what is not closed, here as in :data:`_BARE`.
    """
    kept, position = [], 0
    while (start := html.find("<!--", position)) >= 0:
        end = html.find("-->", start + 4)
        if end < 0:
            break
        kept.append(html[position:start])
        position = end + 3
    return "".join([*kept, html[position:]])
