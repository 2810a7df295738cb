"""Words of a note that nothing here knows: how far its language is from what was prepared for."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache
from pathlib import Path

from spacy.lang.en.stop_words import STOP_WORDS

from suggester.preprocess.wording import normal_form

#: Words of three letters and more without digits: doses, dates and initials say nothing of language.
_WORD = re.compile(r"[^\W\d_]{3,}", re.UNICODE)
_COMMON = Path(__file__).with_name("data") / "common_words.txt"


def content_words(text: str) -> list[str]:
    """Return the words of a text in lower case, without those that stand in any English text."""
    found = (match.group().lower() for match in _WORD.finditer(text))
    return [word for word in found if word not in STOP_WORDS]


def unknown_share(text: str, vocabulary: Container[str]) -> float:
    """Return the share of a note's content words that neither a term nor everyday language covers.

    A content word has three letters or more, no digit, and is no stop word. It is known when it, or its
    normal form, is a word of ``vocabulary`` (the wordings of code set and lexicon), or one of
    :func:`common_words`. New abbreviations, another specialty, another language or a broken export
    raise the share; the project's own notes have 3 % in the mean.

    Returns
    -------
    float
        From 0 to 1; 0 for a text without content words.
    """
    words = content_words(text)
    common = common_words()
    unknown = sum(
        word not in common and word not in vocabulary and normal_form(word) not in vocabulary
        for word in words
    )
    return unknown / len(words) if words else 0.0


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Return the words that stand in two or more of the project's own notes beside its terms."""
    return frozenset(_COMMON.read_text("utf-8").split())
