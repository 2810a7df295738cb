"""Set suggestions beside gold codes fairly: stand-ins count as what they stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from suggester.corpus.gold import CodedEncounter, CodedProcedures
from suggester.evaluation.scored import Scored


def settle(
    coded: CodedEncounter | CodedProcedures,
    ranked: Sequence[str],
    confident: Set[str],
    confidence: Mapping[str, float],
) -> Scored:
    """Return the diagnoses, or the procedures, of one encounter ready for the metrics.

    A stand-in (``also``) counts as its gold code unless that was suggested too; optional codes are
    left out on both sides.
    """
    renamed = counted_as(coded, ranked)
    return Scored(
        frozenset(coded.codes),
        tuple(renamed.values()),
        frozenset(renamed[code] for code in confident if code in renamed),
        {new: confidence[old] for old, new in renamed.items()},
    )


def counted_as(coded: CodedEncounter | CodedProcedures, ranked: Sequence[str]) -> dict[str, str]:
    """Return what each suggested code counts as, best first, without those that count neither way."""
    gold = frozenset(coded.codes)
    stands_for = {alt: code for code, alts in coded.also.items() for alt in alts if code in gold}
    suggested = set(ranked)
    renamed: dict[str, str] = {}
    taken: set[str] = set()
    for code in ranked:
        target = stands_for.get(code)
        if code in gold:
            renamed[code] = code
        elif target is not None:
            if target not in suggested and target not in taken:
                renamed[code] = target
                taken.add(target)
        elif code not in coded.neutral:
            renamed[code] = code
    return renamed
