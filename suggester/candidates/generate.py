"""Turn the terms of a note into candidate codes with their mentions."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from spacy.tokens import Doc

from suggester.candidates.specificity import Chosen, Reading, Specificity, affirmed_words
from suggester.candidates.measures import find_measures
from suggester.preprocess.assertion import (
    FAMILY,
    HISTORICAL,
    HYPOTHETICAL,
    NEGATED,
    PRESENT,
    UNCERTAIN,
    Assertion,
)
from suggester.preprocess.modifiers import BILATERAL, LEFT, RIGHT
from suggester.preprocess.sentences import Sentence, sentence_at
from suggester.preprocess.term_index import LEXICON, Entry, TermIndex
from suggester.preprocess.terms import Term
from suggester.preprocess.wording import word_key

if TYPE_CHECKING:
    from suggester.codes import CodeSet
    from suggester.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Mention:
    """One place that speaks for a candidate code."""

    term: Term
    sentence: Sentence
    assertion: Assertion
    kind: int
    chosen: Chosen
    rank: int
    companion: bool
    ambiguous: int
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A code the note may support, with every mention of it, best first."""

    code: str
    mentions: tuple[Mention, ...]
    alternatives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotCoded:
    """A condition the note names without meaning that the patient has it now."""

    start: int
    end: int
    reason: str
    cue: str
    code: str


#: Categories of conditions that "history of" does not end: they are lifelong or long-lasting.
CHRONIC = re.compile(
    r"^(?:E0[3-9]|E1[013]|E78|E66|E2[0-7]|I1[0-3]|I15|I2[05]|I27|I42|I48|I50|I70|I73|J4[3-7]|K21|K50|K51|K58|K7[04]|M05|M06|"
    r"M1[05-9]|M1A|M32|M33|M34|M35|M45|M79\.7|M80|M81|N18|N40|G[23]|G40|G43|G47|G6[0-3]|G8[0-3]|F0[1-3]|F1|F2|F3|F4[0-3]|F50|F60|"
    r"F7|F8|F9|H35|H40|D5[05-8]|D6[01]|D66|D67|D68|D69|B18|B20|Q|L20|L40|L93|E84|E85|K90|K73|N80|N81|N95|M54|R32|Z)"
)


#: Kind of a mention whose code a number selects; the kinds of wordings are in ``term_index``.
MEASURED = 4


class CandidateGenerator:
    """Generate candidates in one code set with one term index and lexicon."""

    def __init__(self, codes: CodeSet, lexicon: Lexicon, index: TermIndex) -> None:
        self._codes = codes
        self._lexicon = lexicon
        self._index = index
        self.specificity = Specificity(codes, index.weight)
        self._named: frozenset[int] = frozenset()
        self.phrases: Counter[str] = Counter(code for row in lexicon.rows for code in row.codes)
        self._titles = lru_cache(maxsize=100_000)(lambda node: affirmed_words(codes.title(codes.codes[node])))
        self._history = {w: word_key(w) for w in ("history", "personal", "family", "status", "post")}

    def generate(self, doc: Doc) -> tuple[list[Candidate], list[NotCoded]]:
        """Return the candidates of a processed note, and what it names without coding it."""
        terms, relatives = self._uncovered(doc)
        self._named = self._unambiguous(terms)
        reader = _Reader(doc, self._index, terms, self._titles)
        found: dict[str, list[Mention]] = defaultdict(list)
        alternatives: dict[str, list[str]] = defaultdict(list)
        not_coded: dict[tuple[int, int], NotCoded] = {}
        low = doc.text.lower()
        for term, assertion in terms:
            sentence = doc._.sentences[term.sentence]
            entries = self._meanings(term.slot, low, low[sentence.start : sentence.end])
            if not entries:
                continue
            if assertion.kind in {NEGATED, FAMILY, HYPOTHETICAL}:
                self._refuse(term, assertion, entries, not_coded)
                self._turn(doc, term, assertion, reader, found, low)
                continue
            if assertion.kind == HISTORICAL:
                if self._turn(doc, term, assertion, reader, found, low):
                    self._refuse(term, assertion, entries, not_coded)
                    if not self._lasting(entries):
                        continue
            elif assertion.kind == UNCERTAIN:
                self._refuse(term, assertion, entries, not_coded)
            self._add(doc, term, assertion, entries, reader, found, alternatives)
        for term, assertion in relatives:
            if entries := self._meanings(term.slot, low, ""):
                self._refuse(term, assertion, entries, not_coded)
        self._measure(doc, terms, found)
        candidates = [
            Candidate(
                code,
                tuple(sorted(mentions, key=_mention_order)),
                tuple(dict.fromkeys(a for a in alternatives[code] if a != code))[:6],
            )
            for code, mentions in found.items()
        ]
        candidates.sort(key=lambda candidate: candidate.code)
        return candidates, _outermost(not_coded.values())

    def _measure(
        self, doc: Doc, terms: list[tuple[Term, Assertion]], found: dict[str, list[Mention]]
    ) -> None:
        """Add the codes that numbers select, where a diagnosis they may stand beside is there."""
        facts = doc._.facts
        for measure in find_measures(doc.text, facts.age, facts.pregnant):
            if measure.code not in self._codes or not any(measure.beside.match(code) for code in found):
                continue
            number = sentence_at(doc._.sentences, measure.start)
            if number is None:
                continue
            place = [i for i, w in enumerate(doc._.words) if measure.start <= w.start < measure.end] or [0]
            term = Term(
                measure.start, measure.end, -1, number, place[0], place[-1], 1.0, 0,
                frozenset(doc._.words[i].normal for i in place),
            )
            chosen = Chosen(measure.code, 0.5, 1.0, 0.0, False, False, False)
            found[measure.code].append(
                Mention(term, doc._.sentences[number], Assertion(PRESENT), MEASURED, chosen, 0, True, 1)
            )

    def _lasting(self, entries: list[Entry]) -> bool:
        return any(CHRONIC.match(self._codes.codes[entry.node]) for entry in entries)

    def _uncovered(
        self, doc: Doc
    ) -> tuple[list[tuple[Term, Assertion]], list[tuple[Term, Assertion]]]:
        """Drop terms that are part of a longer term with the same words.

        Those of relatives are returned apart: "mother had breast cancer" may be one term, yet the
        breast cancer is shown as not coded.
        """
        pairs = list(zip(doc._.terms, doc._.assertions, strict=True))
        by_sentence: dict[int, list[Term]] = defaultdict(list)
        for term, _ in pairs:
            if term.coverage >= 0.999 and len(term.words) > 1:
                by_sentence[term.sentence].append(term)
        out = []
        relatives = []
        for term, assertion in pairs:
            covered = any(
                other is not term
                and other.first_word <= term.first_word
                and term.last_word <= other.last_word
                and term.words < other.words
                and other.gap <= 3
                for other in by_sentence[term.sentence]
            )
            if not covered:
                out.append((term, assertion))
            elif assertion.kind == FAMILY:
                relatives.append((term, assertion))
        return out, relatives

    def _unambiguous(self, terms: list[tuple[Term, Assertion]]) -> frozenset[int]:
        """Return what the note names in words that need no context.

        A short form ("reflux") may then mean what the note calls by its full name elsewhere.
        """
        return frozenset(
            entry.node
            for term, _ in terms
            if term.coverage >= 0.999
            for entry in self._index.entries(term.slot)
            if entry.row < 0 or not self._lexicon.rows[entry.row].needs
        )

    def _meanings(self, slot: int, low: str, sentence: str) -> list[Entry]:
        """Return the meanings of a wording that its context admits.

        ``low`` is the note and ``sentence`` the sentence, both in lower case. Needed words may stand
        anywhere in the note; forbidden ones count in the sentence, but for those that say who the
        patient is.
        """
        entries = self._index.entries(slot)
        if entries[0].kind != LEXICON:
            return entries
        plain: list[Entry] = []
        needed: list[tuple[int, Entry]] = []
        rows = self._lexicon.rows
        for entry in entries:
            row = rows[entry.row]
            if row.forbids and any(
                _stands(word, low if word.startswith(_WHO) else sentence) for word in row.forbids
            ):
                continue
            if row.needs:
                hits = sum(_stands(word, low) for word in row.needs) + (entry.node in self._named)
                if hits:
                    needed.append((hits, entry))
            else:
                plain.append(entry)
        if needed:
            most = max(hits for hits, _ in needed)
            return [entry for hits, entry in needed if hits == most][:2]
        seen: set[int] = set()
        out = []
        for entry in plain:
            if entry.node not in seen:
                seen.add(entry.node)
                out.append(entry)
        return out

    def _refuse(
        self,
        term: Term,
        assertion: Assertion,
        entries: list[Entry],
        not_coded: dict[tuple[int, int], NotCoded],
    ) -> None:
        if term.coverage < 0.999:
            return
        place = (term.start, term.end)
        code = self._codes.codes[entries[0].node]
        not_coded.setdefault(place, NotCoded(*place, assertion.kind, assertion.cue, code))

    def _turn(
        self,
        doc: Doc,
        term: Term,
        assertion: Assertion,
        reader: _Reader,
        found: dict[str, list[Mention]],
        low: str,
    ) -> bool:
        """Lead a historical or family mention to its Z code, where the book has one."""
        if assertion.kind not in {HISTORICAL, FAMILY} or term.coverage < 0.999:
            return False
        base = sum(word_key(word) for word in term.words)
        extra = (
            ["family", "history"] if assertion.kind == FAMILY else ["history"],
            ["family", "history"] if assertion.kind == FAMILY else ["personal", "history"],
            ["family", "history"] if assertion.kind == FAMILY else ["status", "post"],
        )
        for added in extra:
            if set(added) & term.words:
                continue
            slot = self._index.slot(base + sum(self._history[word] for word in added))
            if slot is None:
                continue
            entries = [e for e in self._meanings(slot, low, "") if self._codes.codes[e.node][0] == "Z"]
            if entries:
                self._add(
                    doc, term, Assertion(PRESENT), entries, reader, found, defaultdict(list), turned=True
                )
                return True
        return False

    def _add(
        self,
        doc: Doc,
        term: Term,
        assertion: Assertion,
        entries: list[Entry],
        reader: _Reader,
        found: dict[str, list[Mention]],
        alternatives: dict[str, list[str]],
        *,
        turned: bool = False,
    ) -> None:
        sentence = doc._.sentences[term.sentence]
        reading = reader.reading(term)
        for entry in entries:
            nodes = [self._codes.codes[entry.node]]
            if entry.row >= 0:
                nodes = list(self._lexicon.rows[entry.row].codes)
            for number, node in enumerate(nodes):
                ranked = self.specificity.choose(node, reading)
                if not ranked:
                    continue
                both = (
                    reading.side == BILATERAL
                    and len(ranked) > 1
                    and ranked[0].needs_side
                    and _pair(self._codes, ranked[0].code, ranked[1].code)
                )
                for rank, chosen in enumerate(self._runners_up(ranked, term, sentence, both)):
                    found[chosen.code].append(
                        Mention(
                            term,
                            sentence,
                            assertion,
                            entry.kind,
                            chosen,
                            max(0, rank - 1) if both else rank,
                            number > 0,
                            len(entries),
                            turned,
                        )
                    )
                    alternatives[chosen.code].extend(c.code for c in ranked if c.code != chosen.code)

    def _runners_up(
        self, ranked: list[Chosen], term: Term, sentence: Sentence, both: bool
    ) -> list[Chosen]:
        """Return the leaves to rank: the best, and where the note concludes its nearest rivals."""
        best = ranked[0]
        out = ranked[:2] if both else ranked[:1]
        if term.coverage >= 0.999 and sentence.section.kind in _CONCLUDING:
            out = out + [
                chosen
                for chosen in ranked[len(out) : len(out) + 2]
                if best.score - chosen.score < 0.75 and not (best.side_known and chosen.needs_side and not chosen.side_known)
            ]
        return out


_CONCLUDING = frozenset({"assessment", "assessment_plan", "diagnosis", "chief_complaint", "body"})


def _outermost(rows: Iterable[NotCoded]) -> list[NotCoded]:
    """Return the places in order, without those inside a longer one of the same reason."""
    ordered = sorted(rows, key=lambda row: (row.start, -row.end))
    out: list[NotCoded] = []
    for row in ordered:
        if not any(o.start <= row.start and row.end <= o.end and o.reason == row.reason for o in out[-3:]):
            out.append(row)
    return out


def _pair(codes: CodeSet, one: str, other: str) -> bool:
    """Whether two codes are the right and the left form of the same thing."""
    first, second = codes.title(one).lower(), codes.title(other).lower()
    return ("right" in first and "left" in second) and first.replace("right", "") == second.replace("left", "")


def _stands(word: str, low: str) -> bool:
    """Whether a context word stands in the note: whole if short, else as the start of a word."""
    position = low.find(word)
    while position >= 0:
        end = position + len(word)
        if position == 0 or not low[position - 1].isalnum():
            rest = low[end : end + 2]
            if len(word) > 4 or not rest[:1].isalpha() or (rest[:1] == "s" and not rest[1:].isalpha()):
                return True
        position = low.find(word, position + 1)
    return False


#: Beginnings of words that say who the patient is, wherever in the note they stand.
_WHO = ("pregnan", "gravid", "gestation", "postpartum", "newborn", "neonat", "infant", "prenatal")
_ASSERTED = {PRESENT: 0, HISTORICAL: 1, UNCERTAIN: 2}
_PLACES = {
    "diagnosis": 0,
    "assessment": 1,
    "assessment_plan": 1,
    "chief_complaint": 4,
    "indication": 3,
    "plan": 2,
    "hospital_course": 3,
    "findings": 3,
    "body": 4,
    "hpi": 5,
}


def _mention_order(mention: Mention) -> tuple[float, ...]:
    return (
        _ASSERTED.get(mention.assertion.kind, 3),
        _PLACES.get(mention.sentence.section.kind, 6),
        mention.rank,
        -mention.term.coverage,
        mention.kind,
        mention.term.start,
        mention.term.end,
    )


class _Reader:
    """Gathers the words around a term: sentence, problem block, whole note."""

    def __init__(
        self,
        doc: Doc,
        index: TermIndex,
        terms: list[tuple[Term, Assertion]],
        titles: Callable[[int], frozenset[str]],
    ) -> None:
        self._words = doc._.words
        self._sides = doc._.sides
        self._facts = doc._.facts
        sentences = doc._.sentences
        self._members: dict[int, list[int]] = defaultdict(list)
        for i, word in enumerate(self._words):
            self._members[word.sentence].append(i)
        self._sentence_words: dict[int, set[str]] = {}
        self._negated_words: dict[int, set[str]] = {}
        for number, members in self._members.items():
            cues = doc._.cues.get(number)
            present: set[str] = set()
            negated: set[str] = set()
            for i in members:
                word = self._words[i]
                if cues is not None and not cues.empty and cues.judge(word.start, word.end).kind == NEGATED:
                    negated.add(word.normal)
                else:
                    present.add(word.normal)
            self._sentence_words[number] = present
            self._negated_words[number] = negated
        # What an abbreviation or synonym stands for says as much as its words.
        self._terms: dict[int, list[tuple[Term, frozenset[str]]]] = defaultdict(list)
        for term, assertion in terms:
            if term.coverage >= 0.999 and assertion.kind == PRESENT and len(term.words) <= 5:
                self._terms[term.sentence].append((term, term.words))
                if len(term.words) <= 2:
                    meant = titles(index.entries(term.slot)[0].node)
                    if meant:
                        self._terms[term.sentence].append((term, meant))
        self._block_words: dict[tuple[int, int], set[str]] = defaultdict(set)
        self._block_sides: dict[int, set[str]] = defaultdict(set)
        for number, sentence in enumerate(sentences):
            block = (sentence.block, 0)
            self._block_words[block] |= self._sentence_words.get(number, set())
            for i in self._members.get(number, ()):
                if self._sides[i]:
                    self._block_sides[sentence.block].add(self._sides[i])
        self._note_words = frozenset(word for bag in self._sentence_words.values() for word in bag)
        self._sentences = sentences
        self._cache: dict[tuple[int, int], Reading] = {}

    def reading(self, term: Term) -> Reading:
        """Return what surrounds ``term``."""
        place = (term.first_word, term.last_word)
        if place not in self._cache:
            sentence = self._sentences[term.sentence]
            others = [
                (other, bag)
                for other, bag in self._terms[term.sentence]
                if other.last_word < term.first_word or term.last_word < other.first_word
            ]
            taken = {i for other, _ in others for i in range(other.first_word, other.last_word + 1)}
            near = {
                self._words[i].normal
                for i in self._members[term.sentence]
                if i not in taken and self._words[i].normal in self._sentence_words[term.sentence]
            } | term.words
            for other, bag in self._terms[term.sentence]:
                if other.first_word <= term.last_word and term.first_word <= other.last_word:
                    near |= bag
            self._cache[place] = Reading(
                frozenset(near),
                frozenset(self._block_words[sentence.block, 0]) if sentence.section.kind not in {"hpi", "body", "exam", "ros"} else frozenset(),
                self._note_words,
                frozenset(self._negated_words.get(term.sentence, ())) - near,
                self._side(term, sentence),
                self._facts,
                tuple(bag for _, bag in others),
                term.words,
            )
        return self._cache[place]

    def _side(self, term: Term, sentence: Sentence) -> str | None:
        members = self._members[term.sentence]
        inside = {self._sides[i] for i in range(term.first_word, term.last_word + 1)} - {None}
        if len(inside) == 1:
            return inside.pop()
        if inside >= {RIGHT, LEFT}:
            return BILATERAL
        close = [
            self._sides[i]
            for i in members
            if term.first_word - 5 <= i <= term.last_word + 5 and self._sides[i] is not None
        ]
        if close:
            if len(set(close)) == 1:
                return close[0]
            before = [i for i in members if term.first_word - 5 <= i < term.first_word and self._sides[i]]
            if before:
                return self._sides[before[-1]]
            return close[-1]
        in_sentence = {self._sides[i] for i in members} - {None}
        if len(in_sentence) == 1:
            return in_sentence.pop()
        if not in_sentence:
            in_block = self._block_sides.get(sentence.block, set())
            if len(in_block) == 1:
                return next(iter(in_block))
        by_word = self._facts.sides_by_word
        for word in term.words:
            sides = by_word.get(word)
            if sides and len(sides) == 1:
                return next(iter(sides))
        return None
