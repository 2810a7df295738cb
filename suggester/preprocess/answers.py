"""Answers of a form: ``Fever N, cough Y``, ``Fever: no   Cough: yes``, ``polyuria no, thirst yes``.

An answer belongs to the item before it and ends what the answers before it say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

#: How far the lines before and after are looked at.
_LOOK_BACK = 200
#: A lone capital that answers: "Fever N, cough Y".
_LETTER = re.compile(r"(?<![\w/&.'-])[YN](?![\w/&'-])")
_MARKS = frozenset(":=?")
_NO = frozenset("no none never denies denied negative neg absent n".split())
_YES = frozenset("yes positive present y".split())
#: What answers behind its item: "polyuria no, thirst yes", "SOB -, cough +".
_CLOSERS = frozenset({"no", "yes", "-", "+"})
_ANSWER_ENDS = frozenset({"", ",", ";", "."})
#: A line that ends with a lone letter, before or after the one that is read.
_LETTERED_BEFORE = re.compile(r"[ \t][YN][ \t]*\n$")
_LETTERED_AFTER = re.compile(r"[ \t]*\n[^\n]*[ \t][YN][ \t]*(?:\n|$)")
#: A sentence of so few tokens is one item and its answer.
_SHORT = 6


def find_answers(
    text: str, tokens: Sequence[str], starts: Sequence[int], ends: Sequence[int]
) -> list[tuple[int, int, bool]]:
    """Return the answers of a form in one sentence: first and last token, and whether it is no.

    Only those that the words around them would hide: capital letters ("Fever N, cough Y"), also
    at the ends of lines, answers before a wide gap ("Fever: no   Cough: yes"), and two or more
    words or signs that close their items ("polyuria no, thirst yes", "SOB -, cough +").
    """
    if not tokens:
        return []
    begin, end = starts[0], ends[-1]
    letters = {match.start() for match in _LETTER.finditer(text, begin, end)}
    wide = text.find("  ", begin, end) >= 0 or text.find("\t", begin, end) >= 0
    closing = _closing(text, tokens, starts)
    if not letters and not wide and not closing:
        return []
    column = len(letters) == 1 and (
        _LETTERED_BEFORE.search(text, max(0, begin - _LOOK_BACK), begin) is not None
        or _LETTERED_AFTER.match(text, end, end + _LOOK_BACK) is not None
    )
    out = []
    for i in range(1, len(tokens)):
        marked = tokens[i - 1] in _MARKS
        gap = text[ends[i] : starts[i + 1]] if i + 1 < len(tokens) else ""
        lettered = starts[i] in letters and (
            marked or len(letters) > 1 or (column and i == len(tokens) - 1)
        )
        if i in closing:
            out.append((i, i, tokens[i] in _NO or tokens[i] == "-"))
        elif lettered or (
            marked
            and tokens[i] in _NO | _YES
            and (len(gap) > 1 or gap == "\t" or (wide and not gap))
        ):
            out.append((i - marked, i, tokens[i] in _NO))
    return out


def _closing(text: str, tokens: Sequence[str], starts: Sequence[int]) -> frozenset[int]:
    """Return the places of "no", "yes", "-" and "+" behind their items, where there are several."""
    places = [
        i
        for i in range(1, len(tokens))
        if tokens[i] in _CLOSERS
        and "".join(tokens[i + 1 : i + 2]) in _ANSWER_ENDS
        and tokens[i - 1][-1].isalnum()
        and text[starts[i] - 1] == " "
    ]
    if len(places) == 1 and len(tokens) <= _SHORT and places[0] >= len(tokens) - 2:
        return frozenset(places if tokens[places[0]].isalpha() else ())  # "depression no;"
    return frozenset(places if len(places) > 1 else ())
