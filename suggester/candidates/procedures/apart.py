"""Procedures that a note names but that were not performed at this encounter, to be shown apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from suggester.candidates.procedures.generate import ProcedureCandidate, ProcedureMention
from suggester.candidates.procedures.status_kinds import NONE, PERFORMED
from suggester.preprocess.assertion import FAMILY


@dataclass(frozen=True, slots=True)
class NotPerformed:
    """A procedure named but not performed; offsets count characters of the note.

    ``kind`` is ``ordered``, ``before``, ``elsewhere``, ``declined``, ``discussed`` or ``cancelled``;
    ``cue`` is empty and its offsets -1 where the section alone says so.
    """

    code: str
    start: int
    end: int
    kind: str
    cue: str
    cue_start: int
    cue_end: int


def not_performed(candidates: Sequence[ProcedureCandidate]) -> list[NotPerformed]:
    """Return the procedures none of whose mentions was performed, one a family, in note order.

    Parameters
    ----------
    candidates
        All candidates of one note, as :class:`ProcedureGenerator` returns them.
    """
    families: dict[str, list[tuple[ProcedureCandidate, ProcedureMention]]] = defaultdict(list)
    for candidate in candidates:
        for mention in candidate.mentions:
            if mention.assertion.kind != FAMILY:
                families[candidate.code.family].append((candidate, mention))
    done = {
        (mention.term.start, mention.term.end)
        for named in families.values()
        for _, mention in named
        if mention.status.kind == PERFORMED
    }
    found = [
        _strongest(named)
        for named in families.values()
        if all(
            m.status.kind != PERFORMED and (m.term.start, m.term.end) not in done for _, m in named
        )
    ]
    return sorted(
        (apart for apart in found if apart.kind != NONE),
        key=lambda apart: (apart.start, apart.code),
    )


def _strongest(named: Sequence[tuple[ProcedureCandidate, ProcedureMention]]) -> NotPerformed:
    """Return the mention whose status is told most clearly, with the best code there."""
    candidate, mention = max(
        named,
        key=lambda pair: (
            pair[1].status.kind != NONE,
            pair[1].rank == 0,
            pair[1].status.strength,
            pair[1].option.score,
            -pair[1].term.start,
        ),
    )
    status = mention.status
    return NotPerformed(
        candidate.code.code,
        mention.term.start,
        mention.term.end,
        status.kind,
        status.cue,
        status.cue_start,
        status.cue_end,
    )
