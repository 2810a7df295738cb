"""Words of medicine and of every note, which no capital letter makes a name."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

_WORD = re.compile(r"[^\W\d_]{2,}")
_DATA = Path(__file__).with_name("data")
#: Given names and surnames that are words of medicine too; beside a title they are names anyway.
_ALSO_NAMES = frozenset(
    "adam alice brown carter charles cooper david diana edward frank grant grey henry hunter iris "
    "james jefferson john johnson jones joseph lewis louis luke mark martin mason mitchell moore "
    "morton parker paul phillips robert robertson simmons smith stewart taylor thomas thompson "
    "turner vincent walker white william williams wilson young".split()
)


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case, an apostrophe and what follows it left out."""
    return _WORD.findall(re.sub(r"['’]s\b", "", text).lower())


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """Return the words of lexicon, drug list and everyday notes, eponyms among them."""
    from spacy.lang.en.stop_words import STOP_WORDS

    from suggester.lexicon import load_lexicon
    from suggester.preprocess.unknown_words import common_words

    found = {word for row in load_lexicon().rows for word in words_of(row.phrase)}
    drugs = Path(__file__).parents[2] / "lexicon" / "visits" / "drugs.tsv"
    found.update(words_of(drugs.read_text("utf-8")))
    found.update(words_of((_DATA / "not_names.txt").read_text("utf-8")))
    return frozenset(found | common_words() | set(STOP_WORDS)) - _ALSO_NAMES


def any_unknown(text: str) -> bool:
    """Tell whether a word of the text is neither medicine nor everyday language."""
    known = known_words()
    return any(len(word) > 1 and not _is_known(word, known) for word in words_of(text))


def all_unknown(text: str) -> bool:
    """Tell whether every word of the text is neither medicine nor everyday language."""
    known = known_words()
    words = words_of(text)
    return bool(words) and not any(_is_known(word, known) for word in words)


def _is_known(word: str, known: frozenset[str]) -> bool:
    if word in known:
        return True
    stems = [word.removesuffix(ending) for ending in ("s", "es", "ed", "ing", "ly", "d", "al")]
    return any(len(stem) > 3 and stem != word and stem in known for stem in stems)
