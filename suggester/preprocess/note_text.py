"""The text of a processed note, kept once.

spaCy joins ``Doc.text`` from its tokens at every call, which for a page of text takes a millisecond.
"""

from __future__ import annotations

from spacy.tokens import Doc

_KEY = "suggester_text"


def remember_text(doc: Doc, text: str) -> None:
    """Keep the text that ``doc`` was made from, so that it need not be joined at all."""
    doc.user_data[_KEY] = text


def text_of(doc: Doc) -> str:
    """Return ``doc.text``, joined only once a document."""
    text = doc.user_data.get(_KEY)
    if text is None:
        text = doc.user_data[_KEY] = doc.text
    return str(text)
