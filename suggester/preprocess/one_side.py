"""The one side of an operation: "arthroscopy of the left knee" tells it for every diagnosis of the report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from suggester.preprocess.sentences import Sentence

if TYPE_CHECKING:
    from suggester.preprocess.terms import Word

#: Sections that name the site of an operation.
_OF_THE_SITE = frozenset(
    {
        "preop_diagnosis",
        "diagnosis",
        "procedure",
        "indication",
        "chief_complaint",
        "hpi",
        "findings",
    }
)
#: Sections that look at the healthy side too.
_COMPARING = frozenset({"exam", "results", "vitals"})


def only_side(
    words: Sequence[Word], sides: Sequence[str | None], sentences: Sequence[Sentence]
) -> str | None:
    """Return the one side that the report of an operation names before it describes the steps."""
    if not any(sentence.section.kind == "preop_diagnosis" for sentence in sentences):
        return None
    steps = [s.section.start for s in sentences if s.section.kind == "procedure"]
    # What was done is told first, and then how; told once only, its first sentence is the title.
    listed = bool(steps) and steps[0] != steps[-1]
    named = {
        side
        for word, side in zip(words, sides, strict=True)
        if side is not None
        and (sentence := sentences[word.sentence]).section.kind in _OF_THE_SITE
        and (
            sentence.section.kind != "procedure"
            or (sentence.section.start == steps[0] and (listed or sentence.order == 0))
        )
    }
    return named.pop() if len(named) == 1 else None


def sides_by_word(
    words: Sequence[Word], sides: Sequence[str | None], sentences: Sequence[Sentence]
) -> dict[str, frozenset[str]]:
    """Return, for each word that stands within three words of a side, the sides it was named with.

    An examination compares with the other side ("right elbow normal"): it counts where nothing else
    names a side.
    """
    told: dict[str, set[str]] = {}
    examined: dict[str, set[str]] = {}
    for i, side in enumerate(sides):
        if side is None:
            continue
        compares = sentences[words[i].sentence].section.kind in _COMPARING
        found = examined if compares else told
        for j in range(i + 1, min(len(words), i + 4)):
            if words[j].sentence != words[i].sentence or sides[j] is not None or words[j].broken:
                break
            found.setdefault(words[j].normal, set()).add(side)
    return {word: frozenset(found) for word, found in {**examined, **told}.items()}
