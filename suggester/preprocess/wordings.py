"""Wordings: what a lexicon phrase or an official title looks like to the matcher.

Titles are turned into what people write: parenthesised words may be missing, sides are left out, and
rules add the common rearrangements (cancer for malignant neoplasm, "history of" for personal history).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from suggester.preprocess.term_index import GENERATED, INCLUSION, TITLE
from suggester.preprocess.wording import STOP_WORDS, normal_form, words

if TYPE_CHECKING:
    from suggester.codes import CodeSet

_SIDES = frozenset({"right", "left", "bilateral", "unilateral"})
_PARENTHESES = re.compile(r"\s*[(\[][^)\]]*[)\]]")
_VAGUE = re.compile(r"\b(other|others)\b", re.IGNORECASE)
_OTHER = re.compile(r"^other (?:specified |nonspecific )?", re.IGNORECASE)
#: Words of a title that no note has; what they leave must be more than one word, as "pain" is not.
_ELSEWHERE = re.compile(r",? not elsewhere classified\b", re.IGNORECASE)
#: Fewest words that say enough once "other" is gone.
_FEWEST_WORDS = 3
_DROPPABLE = ("acute", "chronic", "primary", "simple", "essential", "idiopathic", "mellitus")


def title_words(codes: CodeSet) -> frozenset[str]:
    """Return the words of the code titles that are plain words: in lower case, or at a start."""
    return frozenset(
        word.lower()
        for code in codes.codes
        if len(code) < 8
        for word in codes.title(code).split()
        if word.islower() or word.istitle()
    )


def phrase_words(
    phrase: str, *, abbreviation: bool = False, plain_words: frozenset[str] | None = None
) -> list[str]:
    """Return the normal forms of a lexicon phrase.

    An abbreviation that is also a stop word (``AS``) or one of ``plain_words``, the words official
    titles use (``ACNE``), is kept in a form that only capitals match.
    """
    if abbreviation and " " not in phrase and phrase in (plain_words or frozenset()) | STOP_WORDS:
        return ["^" + phrase]
    parts = phrase.split()
    capitals = [
        part
        for i, part in enumerate(parts)
        if part == "nec" or (i and part in _LAST and i == len(parts) - 1)
    ]
    if not capitals:
        return words(phrase)
    return [
        *words(" ".join(part for part in parts if part not in capitals)),
        *("^" + part for part in capitals),
    ]


#: Stop words that are abbreviations where they end a phrase, such as hemoglobin AS.
_LAST = frozenset({"as", "is", "it", "or", "nec"})


def official_wordings(codes: CodeSet) -> Iterator[tuple[int, str, int]]:
    """Yield the titles and inclusion terms: node, text, kind.

    Of a title that says "other", what remains is a wording where no better one claims it: "abnormal
    finding of lung field".
    """
    for node, code in enumerate(codes.codes):
        if len(code) == 8:  # a 7th-character form: the specificity step adds it
            continue
        title = _ELSEWHERE.sub("", codes.title(code))
        if title != codes.title(code) and len(_sideless(_PARENTHESES.sub("", title))) < 2:
            continue
        if not _VAGUE.search(title):
            yield node, title, TITLE
        elif title.lower().startswith("other and unspecified "):
            yield node, title[22:], TITLE
        elif rest := _what_other(title):
            yield node, rest, GENERATED
    for node, term in codes.own_inclusion_terms():
        if not _VAGUE.search(term):
            yield node, term, INCLUSION


def _what_other(title: str) -> str:
    """Return what an "other" title names, empty where that says too little."""
    rest = _OTHER.sub("", title)
    if rest == title or _VAGUE.search(rest):
        return ""
    return rest if len(_sideless(_PARENTHESES.sub("", rest))) >= _FEWEST_WORDS else ""


def variants(text: str) -> Iterator[tuple[list[str], bool]]:
    """Yield the word sets a title stands for, and whether a rule made them."""
    plain = _PARENTHESES.sub("", text)
    base = _sideless(plain)
    yield base, False
    if plain != text:
        yield _sideless(re.sub(r"[()\[\]]", " ", text)), False
    for made in _made(plain):
        yield _sideless(made), True
    for word in _DROPPABLE:
        if word in base and (len(base) > 2 or (len(base) == 2 and _is_condition(base, word))):
            yield [w for w in base if w != word], True


_CONDITION = re.compile(
    r"(?:itis|osis|emia|oma|pathy|algia|uria|plegia|paresis|trophy|plasia|rrhea|rrhage|cele|lith|iasis|ism|"
    r"diabete|hypertension|asthma|anemia|failure|infarction|ulcer|leukemia|lymphoma)$"
)


def _is_condition(base: list[str], dropped: str) -> bool:
    """Whether the one word left names a condition, not merely a part of the body."""
    return all(_CONDITION.search(word) for word in base if word != dropped)


#: What a side belongs to for good: the right heart is no heart on the right.
_OWN_SIDE = frozenset(normal_form(word) for word in ("heart", "ventricular", "bundle", "atrial"))


def _sideless(text: str) -> list[str]:
    found = words(text)
    return [
        word
        for word, after in zip(found, [*found[1:], ""], strict=True)
        if word not in _SIDES or after in _OWN_SIDE
    ]


_REWRITES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), results)
    for pattern, results in (
        (
            r"^malignant neoplasm of (?P<x>.+)",
            (
                r"\g<x> cancer",
                r"\g<x> carcinoma",
                r"\g<x> malignancy",
                r"malignant \g<x> tumor",
                r"\g<x> malignant neoplasm",
            ),
        ),
        (
            r"^secondary malignant neoplasm of (?P<x>.+)",
            (r"metastatic \g<x> cancer", r"\g<x> metastasis", r"metastatic disease \g<x>"),
        ),
        (r"^carcinoma in situ of (?P<x>.+)", (r"\g<x> cancer in situ",)),
        (r"^benign neoplasm of (?P<x>.+)", (r"benign \g<x> tumor", r"\g<x> adenoma")),
        (r"^neoplasm of uncertain behavior of (?P<x>.+)", (r"\g<x> tumor uncertain behavior",)),
        (
            r"^personal history of malignant neoplasm of (?P<x>.+)",
            (r"history \g<x> cancer", r"history \g<x> carcinoma"),
        ),
        (r"^personal history of (?P<x>.+)", (r"history \g<x>",)),
        (r"^family history of malignant neoplasm of (?P<x>.+)", (r"family history \g<x> cancer",)),
        (
            r"^encounter for screening for malignant neoplasm of (?P<x>.+)",
            (r"screening \g<x> cancer", r"\g<x> cancer screening"),
        ),
        (r"^encounter for (?P<x>.+)", (r"\g<x>",)),
        (
            r"^type 2 diabetes mellitus with (?P<x>.+)",
            (r"diabetes \g<x>", r"diabetes 2 \g<x>", r"type 2 diabetes \g<x>"),
        ),
        (
            r"^type 1 diabetes mellitus with (?P<x>.+)",
            (r"diabetes 1 \g<x>", r"type 1 diabetes \g<x>"),
        ),
        (r"^calculus of (?P<x>.+)", (r"\g<x> stone",)),
        (r"^unspecified (?P<x>.+)", (r"\g<x>",)),
        (r"^(?P<x>.+?),? without (?!.*remission).+", (r"\g<x>",)),
    )
)


def _made(title: str) -> Iterator[str]:
    for pattern, results in _REWRITES:
        if pattern.match(title):
            for result in results:
                yield pattern.sub(result, title)


@lru_cache(maxsize=1)
def _short_forms() -> tuple[tuple[str, str], ...]:
    text = files("suggester.preprocess").joinpath("data/short_forms.tsv").read_text("utf-8")
    return tuple((short, long) for short, long in (r.split("\t") for r in text.splitlines()[1:]))


def in_other_words(phrase: str) -> Iterator[tuple[str, bool]]:
    """Yield a phrase with a short form in it written out, or the reverse; and whether it is shorter.

    A phrase that is nothing but the short form has a row of its own.

    >>> list(in_other_words("acl tear"))
    [('anterior cruciate ligament tear', False)]
    """
    padded = f" {phrase} "
    for short, long in _short_forms():
        if f" {short} " in padded and short != phrase:
            yield padded.replace(f" {short} ", f" {long} ", 1).strip(), False
        if f" {long} " in padded and long != phrase:
            yield padded.replace(f" {long} ", f" {short} ", 1).strip(), True
