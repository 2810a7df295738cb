"""The inverted index behind the search: which titles and inclusion terms hold which word."""

from __future__ import annotations

import io
import zipfile
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from suggester.codes.cache import read_or_build
from suggester.codes.words import weighted_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from suggester.codes.code_set import CodeSet

# To be raised when what a word counts for changes.
FORMAT = 2
_ARRAYS = ("starts", "texts", "text_code", "text_weight", "word_weight", "billable", "length")


@dataclass(frozen=True, slots=True)
class Postings:
    """Texts are the titles of all codes in order, then all their other wordings in order.

    Attributes
    ----------
    words
        The words in use, sorted; the position of a word is its number.
    starts
        Word ``w`` occurs in the texts ``texts[starts[w]:starts[w + 1]]``.
    texts
        Numbers of texts.
    text_code
        For each text the index of its code.
    text_weight
        For each text the summed weight of its words.
    word_weight
        For each word its inverse document frequency.
    billable, length
        For each code whether it is billable and how many characters it has.
    """

    words: list[str]
    starts: NDArray[np.int32]
    texts: NDArray[np.int32]
    text_code: NDArray[np.int32]
    text_weight: NDArray[np.float32]
    word_weight: NDArray[np.float32]
    billable: NDArray[np.bool_]
    length: NDArray[np.int8]


def postings_of(code_set: CodeSet) -> Postings:
    """Return the index of a code set, from the cache when it has one."""
    if code_set.cache_key is None:
        return _build(code_set)
    return read_or_build(
        f"{code_set.cache_key}-search-v{FORMAT}.npz",
        lambda: _build(code_set),
        _decode,
        _encode,
        "the search index",
    )


def _build(code_set: CodeSet) -> Postings:
    numbers: dict[str, int] = {}
    text_of, word_of, weight_of = array("i"), array("i"), array("f")
    codes = array("i")

    def add(index: int, text: str, seventh_from: int) -> None:
        number = len(codes)
        codes.append(index)
        seen: set[str] = set()
        for at, (word, weight) in enumerate(weighted_words(text)):
            if word not in seen:
                seen.add(word)
                text_of.append(number)
                word_of.append(numbers.setdefault(word, len(numbers)))
                # The meaning of a 7th character counts nothing, so that the forms of a code stand
                # right behind it, initial encounter first.
                weight_of.append(weight if at < seventh_from else 0.0)

    words_before = 0
    for index, code in enumerate(code_set.codes):
        title = code_set.title(code)
        if code_set.is_seventh_character_form(code):
            add(index, title, words_before)
        else:
            # The forms of a code follow it directly and begin with its title.
            words_before = sum(1 for _ in weighted_words(title))
            add(index, title, words_before)
    for index, wording in code_set.own_wordings():
        add(index, wording, len(wording))

    words = sorted(numbers)
    new_number = np.empty(len(words), dtype=np.int32)
    new_number[[numbers[word] for word in words]] = np.arange(len(words), dtype=np.int32)
    word = new_number[np.frombuffer(word_of, dtype=np.int32)]
    text = np.frombuffer(text_of, dtype=np.int32)
    order = np.argsort(word, kind="stable")
    counts = np.bincount(word, minlength=len(words))
    word_weight = np.log((len(codes) + 1) / (counts + 1)).astype(np.float32)
    weight = word_weight[word] * np.frombuffer(weight_of, dtype=np.float32)
    return Postings(
        words,
        np.concatenate(([0], np.cumsum(counts))).astype(np.int32),
        text[order].astype(np.int32),
        np.frombuffer(codes, dtype=np.int32),
        np.bincount(text, weights=weight, minlength=len(codes)).astype(np.float32),
        word_weight,
        np.array([code_set.is_billable(code) for code in code_set.codes], dtype=np.bool_),
        np.array([len(code) for code in code_set.codes], dtype=np.int8),
    )


def _encode(postings: Postings) -> bytes:
    buffer = io.BytesIO()
    words = np.frombuffer("\n".join(postings.words).encode(), dtype=np.uint8)
    np.savez(buffer, words=words, **{name: getattr(postings, name) for name in _ARRAYS})
    return buffer.getvalue()


def _decode(data: bytes) -> Postings:
    try:
        arrays = np.load(io.BytesIO(data), allow_pickle=False)
        words = arrays["words"].tobytes().decode().split("\n")
        postings = Postings(words, **{name: arrays[name] for name in _ARRAYS})
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise ValueError("not an index") from error
    if len(postings.starts) != len(words) + 1 or len(postings.word_weight) != len(words):
        raise ValueError("arrays of different lengths")
    return postings
