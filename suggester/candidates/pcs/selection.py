"""Which procedures of a note are coded from where they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence

from suggester.candidates.pcs.phrases import PhraseIndex, without_parts
from suggester.candidates.pcs.report import Mention, Report
from suggester.candidates.pcs.tables import parse_pattern
from suggester.candidates.pcs.told import DEVICE, QUALIFIER
from suggester.lexicon.pcs_rows import PcsProcedure, PcsRoot

_LOOKS = re.compile(r"0.J|0W[JG]")


def find_mentions(
    report: Report, procedures: PhraseIndex[PcsProcedure], rooted: PhraseIndex[PcsRoot]
) -> list[Mention]:
    """Return the procedures that the note tells were done here and now, in order."""
    named = [
        report.mention(one)
        for one in procedures.find(report.words)
        if _fits(report.said(report.words[one.first].sentence), one.row.needs, one.row.forbids)
    ]
    named = [one for one in _apart(named) if report.performed(one)]
    taken = {at for one in named for at in range(one.first, one.last + 1)}
    roots = [
        mention
        for one in without_parts(
            [
                one
                for one in rooted.find(report.words)
                if _fits(
                    report.said(report.words[one.first].sentence),
                    one.row.needs,
                    one.row.forbids,
                )
            ]
        )
        if not taken & set(range(one.first, one.last + 1))
        and report.performed(mention := report.mention(one))
    ]
    named = [one for one in named if not any(_says_less(one, other) for other in named)]
    return sorted((*named, *roots), key=lambda one: (one.first, one.last))


def counts(mention: Mention, definitive: bool, titles: bool, report: Report) -> bool:
    """Whether a procedure is coded from where it stands: a step of another is not."""
    row = mention.row
    if mention.title:
        return True
    if isinstance(row, PcsRoot):
        return not definitive
    if row.scope == "always":
        return True
    if row.scope == "title":
        return not titles and report.kind(mention.sentence) != "hospital_course"
    if report.kind(mention.sentence) == "hospital_course":
        return True
    return not definitive


def only_looks(mention: Mention) -> bool:
    """Whether a procedure is an inspection, so that the narrative may tell of more."""
    row = mention.row
    if isinstance(row, PcsRoot):
        return row.root == "J"
    return all(_LOOKS.match(text) for option in row.options for text in option)


def _fits(said: str, needs: Sequence[str], forbids: Sequence[str]) -> bool:
    return (not needs or any(word in said for word in needs)) and not any(
        word in said for word in forbids
    )


def _apart(mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions without those that share words with a longer one."""
    return [
        one
        for one in mentions
        if not any(
            other.first <= one.last
            and one.first <= other.last
            and other.last - other.first > one.last - one.first
            for other in mentions
        )
    ]


def _says_less(one: Mention, other: Mention) -> bool:
    """Whether a procedure is named again with its device and qualifier ("CABG: LIMA to LAD")."""
    mine, theirs = one.row, other.row
    if isinstance(mine, PcsRoot) or isinstance(theirs, PcsRoot) or mine is theirs:
        return False
    if len(mine.options) > 1 or len(theirs.options) > 1 or len(mine.options[0]) > 1:
        return False
    less, more = parse_pattern(mine.options[0][0]), parse_pattern(theirs.options[0][0])
    return less.allowed[:DEVICE] == more.allowed[:DEVICE] and any(
        not less.allowed[axis] and len(more.allowed[axis]) == 1 for axis in (DEVICE, QUALIFIER)
    )
