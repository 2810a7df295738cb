"""Words of which a text must hold one for a pattern to find anything: a quick look before a slow one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

#: Letters of the shortest word worth looking for.
_SHORTEST = 2


@lru_cache(maxsize=4_000)
def needed(pattern: re.Pattern[str]) -> tuple[str, ...]:
    """Return words one of which stands in any text in which ``pattern`` finds something.

    Empty where none can be told. The pattern is read by Python's own parser, which is no public
    part of it; where that has moved, none are told, and every text is searched.
    """
    parser = getattr(re, "_parser", None)
    if parser is None or pattern.flags & re.IGNORECASE:
        return ()
    return tuple(sorted(_of(parser.parse(pattern.pattern, pattern.flags)) or ()))


def _of(items: Iterable[Any]) -> frozenset[str] | None:
    """Return the most telling of the sets of words that a sequence needs."""
    sets: list[frozenset[str]] = []
    run = ""
    for op, value in items:
        name = str(op)
        if name == "LITERAL":
            run += chr(value)
            continue
        sets.append(frozenset({run}))
        run = ""
        if (found := _inside(name, value)) is not None:
            sets.append(found)
    sets.append(frozenset({run}))
    best = max(sets, key=lambda words: (min(map(len, words)), -len(words)))
    return best if min(map(len, best)) >= _SHORTEST else None


def _inside(name: str, value: Any) -> frozenset[str] | None:
    if name == "SUBPATTERN":
        return None if value[1] or value[2] else _of(value[3])
    if name == "BRANCH":
        branches = [_of(branch) for branch in value[1]]
        told = [words for words in branches if words is not None]
        return frozenset().union(*told) if len(told) == len(branches) else None
    if name in {"MAX_REPEAT", "MIN_REPEAT"}:
        return _of(value[2]) if value[0] > 0 else None
    if name == "ASSERT":
        return _of(value[1])
    return None
