"""The words of example notes around a code, for readers who may see notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from suggester.corpus.gold import CodedEncounter, Span
from suggester.evaluation.answered import Answered
from suggester.evaluation.comparison import CodeChange

#: Characters shown on either side of the words.
AROUND = 60


def quotes(
    codes: Sequence[CodeChange],
    corpus: Sequence[CodedEncounter],
    base: Sequence[Answered],
    other: Sequence[Answered],
) -> dict[tuple[str, str], str]:
    """Return for the example notes of each code the words that support it: (id, code) → words.

    The words a coder marked are preferred to those that the second, then the first model found.
    """
    texts = {coded.encounter.id: coded.encounter.text for coded in corpus}
    places: dict[tuple[str, str], Span] = {}
    for row in (*base, *other):
        for given in (row.spans, row.gold_spans):
            _add(places, row.id, given)
    wanted = [(id, row.code) for row in codes for id in (*row.won_in, *row.lost_in)]
    return {key: _quote(texts[key[0]], places[key]) for key in wanted if key in places}


def _add(
    places: dict[tuple[str, str], Span], id: str, given: Mapping[str, tuple[Span, ...]]
) -> None:
    for code, spans in given.items():
        if spans:
            places[id, code] = spans[0]


def _quote(text: str, place: Span) -> str:
    begin, end = max(0, place.start - AROUND), min(len(text), place.end + AROUND)
    words = " ".join(text[begin:end].split())
    return f"{'…' if begin else ''}{words}{'…' if end < len(text) else ''}"
