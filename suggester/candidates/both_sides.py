"""Codes for both sides, and for several sites.

A place that names one side says nothing of both: "left knee" is no bilateral osteoarthritis.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from suggester.preprocess.told_sides import regions_of
from suggester.preprocess.wording import words

if TYPE_CHECKING:
    from suggester.candidates.mentions import Mention
    from suggester.codes import CodeSet

#: Arthritis of many joints at once.
_OF_SEVERAL_JOINTS = frozenset({"M05", "M06", "M08"})
#: Characters of a code of chapter 13 that names a site.
_SITED = 6
_BOTH = ("bilateral", "both ")


def title_regions(codes: CodeSet, code: str) -> frozenset[str]:
    """Return the regions of the body that the title of a code names, or else of the first code below it."""
    for one in (code, *codes.leaves(code)[:1]):
        if regions := regions_of(words(codes.title(one))):
            return regions
    return frozenset()


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


def take_several_sites(found: dict[str, list[Mention]], codes: CodeSet) -> None:
    """Let the code for multiple sites stand for those that one sentence names, where there is one.

    Rheumatoid arthritis of "hands, wrists and feet" is of multiple sites (chapter 13, note on sites).
    """
    places: dict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
    for code, mentions in found.items():
        if code[:3] not in _OF_SEVERAL_JOINTS or len(code) < _SITED:
            continue
        for place, mention in enumerate(mentions):
            if mention.rank == 0:
                places[code[:5], mention.sentence.start].append((code, place))
    for (kind, _), named in places.items():
        whole = f"{kind}9"
        several = len({code[5] for code, _ in named}) > 1
        if not several or whole not in codes or "multiple sites" not in codes.title(whole):
            continue
        first, at = named[0]
        mention = found[first][at]
        found[whole].append(mention._replace(chosen=mention.chosen._replace(code=whole)))
        for code, place in named:
            if code != whole:
                found[code][place] = found[code][place]._replace(rank=1)
