"""Groups of codes that a coding rule treats alike: ``data/code_groups.tsv``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from suggester.edits.rule_tables import rule_rows

_NUMBER = re.compile(r"\d+")


@lru_cache(maxsize=200_000)
def numbered(code: str) -> tuple[str, int]:
    """Return the letters of a code, each in its place, and its digits as a number.

    Codes of one form stand in order by their number: ``J1100`` and ``J1301``, ``0042T`` and ``0054T``.
    """
    form = re.sub(r"\d", "0", code)
    return form, int("".join(_NUMBER.findall(code)) or 0)


class CodeSpans:
    """A set of codes written as single codes and spans: ``11055-11057 G0127``."""

    def __init__(self, spans: Iterable[str]) -> None:
        self._codes: set[str] = set()
        self._spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for span in spans:
            first, _, last = span.partition("-")
            if last:
                form, low = numbered(first)
                self._spans[form].append((low, numbered(last)[1]))
            else:
                self._codes.add(first)

    def __contains__(self, code: str) -> bool:
        """Whether the code is one of the set."""
        if code in self._codes:
            return True
        form, number = numbered(code)
        return any(low <= number <= high for low, high in self._spans.get(form, ()))


@lru_cache(maxsize=20_000)
def groups_of(code: str) -> frozenset[str]:
    """Return the groups a CPT or HCPCS code belongs to."""
    return frozenset(name for name, spans in _groups().items() if code in spans)


def in_groups(code: str, wanted: str) -> bool:
    """Whether a code is in one of the groups ``a|b`` and in none of those written ``!c``.

    An empty text wants every code.
    """
    groups = groups_of(code)
    for part in wanted.split():
        if part.startswith("!"):
            if part[1:] in groups:
                return False
        elif groups.isdisjoint(part.split("|")):
            return False
    return True


@lru_cache(maxsize=1)
def _groups() -> dict[str, CodeSpans]:
    spans: dict[str, list[str]] = defaultdict(list)
    for name, codes in rule_rows("code_groups"):
        spans[name] += codes.split()
    return {name: CodeSpans(listed) for name, listed in spans.items()}
