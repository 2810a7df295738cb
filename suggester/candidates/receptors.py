"""Receptors of a cancer of the breast: "ER+/PR+, HER2 negative" is one status (Z17.41-, Z17.42-).

Which receptors a tumor has is told in signs and shared words that no list of phrases holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from suggester.candidates.mentions import Mention, counted_at
from suggester.preprocess.note_text import text_of
from suggester.preprocess.sentences import sentence_at

if TYPE_CHECKING:
    from spacy.tokens import Doc

_BESIDE = re.compile(r"C50|D05|C56|C79\.81|Z85\.3")
_CODES = re.compile(r"Z17\.")
_NAMES = re.compile(
    r"(?P<hormone>\bHR\b|\b(?i:hormone)[- ](?i:receptors?)\b)|(?P<estrogen>\bER\b|\b(?i:o?estrogen)[- ](?i:receptors?)\b)|"
    r"(?P<progesterone>\bP[gG]?R\b|\b(?i:progesterone)[- ](?i:receptors?)\b)|(?P<her2>\b(?i:HER)[- ]?2(?:[-/ ]?(?i:neu))?\b)"
)
_FILLING = r"(?:[\s:=(]|2\+,?|\b(?:status|is|was|are|were|both|by|ihc|fish|ish|low|equivocal|strongly|weakly|receptors?)\b)*"
_STATUS = re.compile(
    _FILLING
    + r"[-–]?\s?(?:(?P<no>neg(?:ative)?\b|not (?:over-?expressed|amplified)|non-?amplified|unamplified|0\b(?!\.\d)|1\+|< ?1 ?%)|"
    r"(?P<yes>pos(?:itive)?\b|over-?expressed|amplified|3\+|\+|(?:[1-9]|\d\d|100) ?%)|(?P<minus>(?<=\w)[-–](?=[\s,/;.)]|$)))",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"\s?[:=]?\s?(?P<all>[+–-]\s?(?:/\s?[+–-]\s?)+)(?![\w+])")
#: What stands between receptors that share one status: "ER/PR positive", "ER and PR are negative".
_SHARED = re.compile(r"\s?(?:/|,|and|&|or)\s?(?:and )?", re.IGNORECASE)
_TOGETHER = {
    (True, True): "Z17.410",
    (True, False): "Z17.411",
    (False, True): "Z17.420",
    (False, False): "Z17.421",
}
_APART = {
    "estrogen": ("Z17.1", "Z17.0"),
    "progesterone": ("Z17.22", "Z17.21"),
    "her2": ("Z17.32", "Z17.31"),
}


def settle_receptors(doc: Doc, found: dict[str, list[Mention]]) -> None:
    """Let what a note has ``found`` of a tumor's receptors be the one status that it tells."""
    if not any(_BESIDE.match(code) for code in found):
        return
    text, sentences = text_of(doc), doc._.sentences
    told = {}
    for name, positive, start, end in statuses(text):
        number = sentence_at(sentences, start)
        if number is not None and sentences[number].section.kind != "family_history":
            told[name] = (positive, start, end)
    if not told:
        return
    meant = dict(_codes(told))
    for code in [code for code in found if _CODES.match(code) and code not in meant]:
        del found[code]
    for code, (start, end) in meant.items():
        number = sentence_at(sentences, start)
        if number is None or any(m.rank == 0 for m in found.get(code, ())):
            continue
        found[code].append(counted_at(doc, code, start, end, number))


def statuses(text: str) -> Iterator[tuple[str, bool, int, int]]:
    """Yield each receptor of which ``text`` tells the status, whether it is there, and the place.

    >>> [(name, there) for name, there, *_ in statuses("ER/PR positive, HER2 1+")]
    [('estrogen', True), ('progesterone', True), ('her2', False)]
    """
    waiting: list[tuple[str, int]] = []
    last = -1
    for match in _NAMES.finditer(text):
        if waiting and not _SHARED.fullmatch(text, last, match.start()):
            waiting.clear()
        waiting.append((str(match.lastgroup), match.start()))
        last = match.end()
        status = _STATUS.match(text, match.end())
        signs = _SIGNS.match(text, match.end())
        if signs and len(waiting) == len(signs["all"].split("/")):  # "ER/PR/HER2: +/+/-"
            for (name, start), sign in zip(waiting, signs["all"].split("/"), strict=True):
                yield name, sign.strip() == "+", start, signs.end()
            waiting.clear()
        elif status:
            for name, start in waiting:
                yield name, status["yes"] is not None, start, status.end()
            waiting.clear()


def _codes(told: dict[str, tuple[bool, int, int]]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the codes of the statuses that are told, each with its place."""
    hormones = [told[name] for name in ("estrogen", "progesterone", "hormone") if name in told]
    positive = any(there for there, *_ in hormones)
    # One receptor that is missing does not tell of the other.
    known = positive or "hormone" in told or {"estrogen", "progesterone"} <= told.keys()
    if known and "her2" in told:
        there, start, end = told["her2"]
        yield _TOGETHER[positive, there], (min(start, *(row[1] for row in hormones)), end)
        return
    for name, codes in _APART.items():
        if name in told:
            there, start, end = told[name]
            yield codes[there], (start, end)
