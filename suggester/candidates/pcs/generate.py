"""Turn the procedures of an operative note into ICD-10-PCS codes with their axes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from spacy.tokens import Doc

from suggester.candidates.pcs.axes import Axes
from suggester.candidates.pcs.candidate import PcsCandidate, Shown, one_a_site, rank
from suggester.candidates.pcs.choice import Choice, choose
from suggester.candidates.pcs.conventions import without_parts_of_others
from suggester.candidates.pcs.phrases import PhraseIndex
from suggester.candidates.pcs.report import Mention, Report
from suggester.candidates.pcs.selection import counts, find_mentions, only_looks
from suggester.candidates.pcs.tables import Pattern, PcsTables, parse_pattern
from suggester.candidates.pcs.told import APPROACH, BODY_PART, DEVICE, QUALIFIER, MentionAxes
from suggester.codes.flat_set import FlatCodeSet
from suggester.lexicon.pcs_rows import PcsDetail, PcsLexicon, PcsProcedure, PcsRoot

#: Said once where no release is installed.
NO_RELEASE = (
    "No ICD-10-PCS codes are suggested, as no release is installed; import one with: "
    "suggester codes import FILES"
)
#: Weights of a body part told in the sentence of a procedure, beside it, and anywhere.
_HERE, _BESIDE, _ANYWHERE = 1.5, 1.4, 0.6
_SPINE = frozenset({"0RG", "0SG", "0RB", "0SB", "0RT", "0ST"})
_ENDOSCOPIC = frozenset("4")
_LISTS = frozenset("B9DC57J")


class PcsGenerator:
    """Generate ICD-10-PCS candidates.

    Parameters
    ----------
    lexicon
        What clinicians call procedures, body parts, devices and the like.
    code_set
        The installed release; None where there is none, and then nothing is suggested.
    """

    def __init__(self, lexicon: PcsLexicon, code_set: FlatCodeSet | None) -> None:
        self._lexicon = lexicon
        self._shown = Shown(lexicon)
        self._tables = PcsTables(code_set.codes if code_set is not None else ())
        #: What to tell the reader where there is no release.
        self.notice = NO_RELEASE if code_set is None else None
        self._procedures = PhraseIndex((row.cue, row) for row in lexicon.procedures)
        self._roots = PhraseIndex((row.cue, row) for row in lexicon.roots)
        self._parts = PhraseIndex((row.cue, row) for row in lexicon.body_parts)
        self._details: dict[int, PhraseIndex[PcsDetail]] = {
            axis: PhraseIndex((row.cue, row) for row in lexicon.details if row.axis == axis)
            for axis in (APPROACH, DEVICE, QUALIFIER)
        }
        self._arteries = PhraseIndex(lexicon.arteries)

    def generate(self, doc: Doc) -> list[PcsCandidate]:
        """Return the codes of a processed note, the surest first."""
        if self.notice:
            return []
        report = Report(doc)
        mentions = find_mentions(report, self._procedures, self._roots)
        if not mentions:
            return []
        axes = Axes(report, mentions, self._parts, self._details, self._arteries)
        found: dict[str, PcsCandidate] = {}
        for mention, choice in self._chosen(mentions, axes):
            candidate = self._shown.candidate(mention, choice)
            known = found.get(choice.code)
            if known is None or known.score < candidate.score:
                found[choice.code] = candidate
        kept = without_parts_of_others(one_a_site(list(found.values())), lambda one: one.code)
        return sorted(kept, key=lambda one: (-round(rank(one), 2), one.start))

    def _chosen(self, mentions: Sequence[Mention], axes: Axes) -> Iterator[tuple[Mention, Choice]]:
        """Yield the codes of the mentions that are coded.

        Where a title leaves the body part open, the narrative tells it: "colonoscopy with biopsy".
        """
        titles = [one for one in mentions if one.title]
        definitive = any(not only_looks(one) for one in titles)
        every = [
            (mention, choice)
            for mention in mentions
            for choice in self._codes(mention, axes.of(mention))
        ]
        said = {
            (mention.sentence, choice.code[2])
            for mention, choice in every
            if isinstance(mention.row, PcsProcedure)
        }
        steps: list[tuple[Mention, Choice]] = []
        coded: list[tuple[Mention, Choice]] = []
        for mention, choice in every:
            if isinstance(mention.row, PcsRoot) and (mention.sentence, choice.code[2]) in said:
                continue
            standing = counts(mention, definitive, bool(titles), axes.report)
            (coded if standing else steps).append((mention, choice))
        for mention, choice in coded:
            told = [other for _, other in steps if other.sited and choice.like(other)]
            if choice.sited or not told:
                yield mention, choice
            else:
                yield from ((mention, other) for other in told)

    def _codes(self, mention: Mention, axes: MentionAxes) -> Iterable[Choice]:
        row = mention.row
        if isinstance(row, PcsRoot):
            systems = axes.systems(_HERE) or axes.systems(_BESIDE)
            if not systems:
                return []
            pattern = parse_pattern(f"{row.section}?{row.root}????")
            return self._variants(pattern, systems, axes, True)
        best: list[Choice] = []
        for option in axes.layer(row.options):
            found: list[Choice] = []
            for text in option:
                pattern = parse_pattern(text)
                if axes.converted and pattern.allowed[APPROACH] == _ENDOSCOPIC:
                    pattern = parse_pattern(f"{text[:-3]}?{text[-2:]}")
                systems = axes.systems(_HERE) or axes.systems(_ANYWHERE)
                unsited = not (pattern.allowed[BODY_PART] or pattern.usual[BODY_PART])
                found.extend(self._variants(pattern, systems, axes, unsited))
            if found and (not best or found[0].score > best[0].score):
                best = found
        return best

    def _variants(
        self, pattern: Pattern, systems: str, axes: MentionAxes, needs_part: bool
    ) -> list[Choice]:
        """Return the code of a procedure, or several where it was done at several sites."""
        family = self._tables.family(pattern, systems)
        first = choose(family, pattern, axes, self._lexicon, axes.side, needs_part)
        if first is None:
            return []
        code = first.code
        if code[:3] in _SPINE:
            sites = axes.levels(code[2])
            several = [[c for c in family if (c[1], c[BODY_PART]) == site] for site in sites]
            found = [
                choice
                for some in several
                if some and (choice := choose(some, pattern, axes, self._lexicon, "", False))
            ]
            if found:
                return [_settled(choice) for choice in found]
        if axes.side == "bilateral" and self._lexicon.sides.get((code[1], code[BODY_PART])) in {
            "right",
            "left",
        }:
            both = [
                choose(family, pattern, axes, self._lexicon, side, needs_part)
                for side in ("right", "left")
            ]
            return [choice for choice in both if choice is not None]
        if code[0] == "0" and code[2] in _LISTS and len(axes.listed) > 1:
            return self._each_listed(first, family, pattern, axes)
        return [first]

    def _each_listed(
        self, first: Choice, family: Sequence[str], pattern: Pattern, axes: MentionAxes
    ) -> list[Choice]:
        """Return a code for each body part of a list ("biopsies of the stomach and duodenum")."""
        found = {first.code: first}
        for part in axes.listed:
            some = [
                c for c in family if c[1] == part.row.system and c[BODY_PART] in part.row.values
            ]
            choice = choose(some, pattern, axes, self._lexicon, axes.side, False)
            if choice is not None and choice.code[1] == first.code[1]:
                found.setdefault(choice.code, choice)
        return list(found.values())


def _settled(choice: Choice) -> Choice:
    """Return a choice whose body part the levels told."""
    return replace(
        choice,
        told=choice.told | {BODY_PART},
        open=tuple(axis for axis in choice.open if axis != BODY_PART),
        others=tuple(
            other for other in choice.others if other[BODY_PART] == choice.code[BODY_PART]
        ),
        sited=True,
    )
