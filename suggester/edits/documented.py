"""What a note documents about the way a service was given: the facts that call for a modifier."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from suggester.edits.rule_tables import rule_rows

_WORD = re.compile(r"#?[a-z0-9]+")
#: What no phrase reaches across.
_END = re.compile(r"[.;!?](?:\s|$)|\n\s*\n|\n(?=\s*(?:[-*•]|\d+[.)]))")
#: Stands in a phrase for up to this many words of any kind.
_GAP, _MOST_GAP = "~", 3
#: A phrase behind one of these, as near as this many words, is denied.
_DENIALS = frozenset("no not without never denies declined declines neither nor non if".split())
_REACH = 3
#: Facts of how this visit is held, which notes also tell of the next one: "f/u 4 wks by video".
_OF_NOW = frozenset({"video", "audio_only"})
_NEXT = frozenset(
    "weeks week wks wk w months month mo days next return rtc schedule scheduled tomorrow".split()
)
_NEXT_REACH = 8
Facts = Mapping[str, Sequence[int]]


def read_documented(text: str) -> dict[str, list[int]]:
    """Return each documented fact with the offsets of the phrases that tell it."""
    low = text.lower()
    words = [(match.start(), match.end(), match.group()) for match in _WORD.finditer(low)]
    ends = _sentence_numbers(low, words)
    found: dict[str, list[int]] = defaultdict(list)
    phrases = _phrases()
    for at, (start, _, word) in enumerate(words):
        for fact, phrase in phrases.get(word, ()):
            if not _stands(words, ends, at, phrase) or _behind(words, ends, at, _DENIALS, _REACH):
                continue
            if fact not in _OF_NOW or not _of_next_time(words, ends, at, len(phrase)):
                found[fact].append(start)
    return dict(found)


@lru_cache(maxsize=1)
def _phrases() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Return the phrases by their first word."""
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for fact, phrase in rule_rows("documented_facts"):
        words = tuple(re.findall(r"#?[a-z0-9]+|~", phrase))
        found[words[0]].append((fact, words))
    return dict(found)


def _sentence_numbers(low: str, words: Sequence[tuple[int, int, str]]) -> list[int]:
    """Return the number of the sentence each word stands in."""
    stops = [match.start() for match in _END.finditer(low)]
    numbers, at = [], 0
    for start, _, _ in words:
        while at < len(stops) and stops[at] < start:
            at += 1
        numbers.append(at)
    return numbers


def _stands(
    words: Sequence[tuple[int, int, str]], ends: Sequence[int], at: int, phrase: Sequence[str]
) -> bool:
    follows = words[at + 1][2] if at + 1 < len(words) else ""
    if len(phrase) > 1 and phrase[1] not in (_GAP, follows):
        return False  # most end here
    place, gap = at, 0
    for part in phrase:
        if part == _GAP:
            gap = _MOST_GAP
            continue
        last = min(place + gap, len(words) - 1)
        hit = next((i for i in range(place, last + 1) if words[i][2] == part), None)
        if hit is None or ends[hit] != ends[at]:
            return False
        place, gap = hit + 1, 0
    return True


def _of_next_time(
    words: Sequence[tuple[int, int, str]], ends: Sequence[int], at: int, length: int
) -> bool:
    """Tell whether words are of the next visit: "return in 4 weeks by video", "phone visit in a week"."""
    if _behind(words, ends, at, _NEXT, _NEXT_REACH):
        return True
    after = [word for _, _, word in words[at + length : at + length + _REACH]]
    return after[:1] in (["in"], ["next"]) and not _NEXT.isdisjoint(after)


def _behind(
    words: Sequence[tuple[int, int, str]],
    ends: Sequence[int],
    at: int,
    those: frozenset[str],
    reach: int,
) -> bool:
    """Whether one of ``those`` words stands before a word, in its sentence and within reach."""
    before = range(max(0, at - reach), at)
    return any(words[i][2] in those and ends[i] == ends[at] for i in before)
