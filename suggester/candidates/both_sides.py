"""A place that names one side says nothing of both: "left knee" is no bilateral osteoarthritis."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from suggester.candidates.mentions import Mention
    from suggester.codes import CodeSet

_BOTH = ("bilateral", "both ")


def leave_out_both_sides(found: dict[str, list[Mention]], codes: CodeSet) -> None:
    """Take from ``found`` the mentions of bilateral codes at places that name a side of the category."""
    sided: dict[tuple[int, int], set[str]] = defaultdict(set)
    for code, mentions in found.items():
        for mention in mentions:
            if mention.chosen.needs_side and mention.chosen.side_known:
                sided[mention.term.start, mention.term.end].add(code)
    if not sided:
        return
    for code in list(found):
        if not any(word in codes.title(code).lower() for word in _BOTH):
            continue
        kept = [
            mention
            for mention in found[code]
            if not any(
                other[:3] == code[:3] and not _both(codes, other)
                for other in sided.get((mention.term.start, mention.term.end), ())
            )
        ]
        if kept:
            found[code] = kept
        else:
            del found[code]


def _both(codes: CodeSet, code: str) -> bool:
    title = codes.title(code).lower()
    return any(word in title for word in _BOTH)
