"""Turn the terms of a note into candidate codes with their mentions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from spacy.tokens import Doc

from suggester.candidates.both_sides import (
    leave_out_both_sides,
    take_several_sites,
    title_regions,
)
from suggester.candidates.circumstances import counting, leave_out_lesser_falls
from suggester.candidates.code_models import Scores
from suggester.candidates.combinations import Derived, combine, names_as_well
from suggester.candidates.context import ContextReader
from suggester.candidates.deliveries import settle_deliveries
from suggester.candidates.drug_effects import drug_effects
from suggester.candidates.exclusions import Exclusions
from suggester.candidates.flares import earlier_flares
from suggester.candidates.fuller import take_elsewhere
from suggester.candidates.hearing import settle_hearing
from suggester.candidates.learned import Learned
from suggester.candidates.leaves import affirmed_words, denied_words
from suggester.candidates.measures import take_measures
from suggester.candidates.mentions import (
    LEARNED,
    NEIGHBOUR,
    Candidate,
    Mention,
    NotCoded,
    mention_order,
    outermost,
    taught_at,
    term_at,
)
from suggester.candidates.misread import misread
from suggester.candidates.neighbours import neighbours
from suggester.candidates.past import CHRONIC, HISTORY_OF, is_there, past_of, told_before
from suggester.candidates.proposed import proposed
from suggester.candidates.receptors import settle_receptors
from suggester.candidates.rivals import concludes, is_pair, readings_to_rank, stands_alone
from suggester.candidates.said import Judged, sayings, uncovered_terms
from suggester.candidates.senses import Senses
from suggester.candidates.side_signs import signs_of
from suggester.candidates.sites import DESCRIPTIVE, SiteReader
from suggester.candidates.specificity import Chosen, Reading, Specificity
from suggester.candidates.told_types import TypeReader
from suggester.candidates.unmeant import leave_out_unmeant
from suggester.preprocess.assertion import (
    FAMILY,
    HISTORICAL,
    HYPOTHETICAL,
    NEGATED,
    PRESENT,
    UNCERTAIN,
    Assertion,
)
from suggester.preprocess.modifiers import BILATERAL
from suggester.preprocess.note_text import text_of
from suggester.preprocess.sentences import Sentence
from suggester.preprocess.term_index import GENERATED, Entry, TermIndex
from suggester.preprocess.terms import SIDES, Term
from suggester.preprocess.told_causes import codes_told, wording_of
from suggester.preprocess.wording import key_of, normal_form, word_key

if TYPE_CHECKING:
    from suggester.codes import CodeSet
    from suggester.lexicon import Lexicon

#: Conditions whose own name tells their site.
_OF_A_SITE = frozenset(map(normal_form, ("headache", "headaches", "migraine", "sinusitis")))
_MOST_ALTERNATIVES = 10
#: What a mention of the past, or of a relative, is called in the book besides its own words.
_PAST = (("history",), ("personal", "history"), ("status", "post"))
_KIN = (("family", "history"),)


@dataclass(slots=True)
class _Note:
    """One note while its candidates are collected."""

    doc: Doc
    sentences: tuple[Sentence, ...]
    terms: list[Judged]
    reader: ContextReader
    senses: Senses
    sites: SiteReader
    found: dict[str, list[Mention]] = field(default_factory=lambda: defaultdict(list))
    alternatives: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    not_coded: dict[tuple[int, int], NotCoded] = field(default_factory=dict)
    ranked: dict[tuple[str, int, int, str], list[Chosen]] = field(default_factory=dict)


class CandidateGenerator:
    """Generate candidates in one code set with one term index and lexicon."""

    def __init__(self, codes: CodeSet, lexicon: Lexicon, index: TermIndex) -> None:
        self._codes = codes
        self._lexicon = lexicon
        self._index = index
        self._drugs = dict(lexicon.drugs)
        #: Wording that only rules lead to → the code it is told of.
        self._told = {index.slot(key_of(wording_of(code))): code for code in codes_told()}
        self._specificity = Specificity(codes, index.weight)
        self._exclusions = Exclusions(codes)
        self._titles = lru_cache(maxsize=100_000)(
            lambda node: affirmed_words(codes.title(codes.codes[node]))
        )
        self._regions = lru_cache(maxsize=100_000)(
            lambda node: title_regions(codes, codes.codes[node])
        )
        self._signs = lru_cache(maxsize=100_000)(lambda node: signs_of(codes.codes[node]))
        #: Code or category → number of phrases that lead to it.
        self.phrases: Counter[str] = Counter(code for row in lexicon.rows for code in row.codes)

    def generate(
        self, doc: Doc, learned: Learned | None = None, scores: Scores | None = None
    ) -> tuple[list[Candidate], list[NotCoded]]:
        """Return the candidates of a processed note, and what it names without coding it.

        ``learned`` adds the codes to which a corpus taught its own wording leads, ``scores`` those
        that per-code models see in the note.
        """
        senses = self._senses(doc)
        earlier = earlier_flares(doc)
        terms, relatives = uncovered_terms(doc, self._contradicted, senses, earlier)
        reader = self._reader(doc, terms, earlier)
        sentences = doc._.sentences
        text = text_of(doc)
        sites = SiteReader(doc._.words, sentences, doc._.sides, text)
        note = _Note(doc, sentences, terms, reader, senses, sites)
        told = []
        for term, assertion in terms:
            if code := self._told.get(term.slot):
                told.append(((term, assertion), code))
                continue
            sentence = sentences[term.sentence]
            said = text[sentence.start : sentence.end].lower()
            alone = stands_alone(term, sentence, said)
            if entries := note.senses.of(term.slot, said, alone=alone):
                self._take(note, term, assertion, entries)
                self._place(note, term, assertion, entries)
        for term, assertion in counting(told, note.found):
            self._take(note, term, assertion, self._index.entries(term.slot))
        for term, assertion in relatives:
            if entries := note.senses.of(term.slot):
                self._refuse(note, term, assertion, entries)
        take_measures(doc, note.found, self._codes)
        settle_receptors(doc, note.found)
        for effect in drug_effects(text, note.found, self._drugs, sentences):
            entry = Entry(self._codes.index(effect.code), GENERATED, -1)
            place = term_at(doc, effect.start, effect.end, sentences.index(effect.sentence))
            self._add(note, place, Assertion(PRESENT), [entry])
        if learned is not None and learned.together:
            self._recall(note, learned)
        if scores is not None:
            for code, mentions in proposed(doc, scores, note.found, self._codes).items():
                note.found[code].extend(mentions)
        take_elsewhere(note.found, self._exclusions, self._codes)
        self._settle_kinds(note)
        leave_out_both_sides(note.found, self._codes)
        take_several_sites(note.found, self._codes)
        settle_deliveries(note.found, text, doc._.facts, self._codes)
        leave_out_lesser_falls(note.found, text)
        leave_out_unmeant(note.found, doc)
        rules = self._combine(note)
        candidates = [
            Candidate(
                code,
                tuple(sorted(mentions, key=mention_order)),
                tuple(dict.fromkeys(a for a in note.alternatives[code] if a != code))[
                    :_MOST_ALTERNATIVES
                ],
                rules[code].rule if code in rules else "",
                rules[code].codes if code in rules else (),
            )
            for code, mentions in sorted(note.found.items())
        ]
        return candidates, outermost(note.not_coded.values())

    def wordings(self, doc: Doc, phrases: frozenset[int] = frozenset()) -> frozenset[str]:
        """Return what a processed note says as present: the wordings of its terms, and its words.

        ``phrases`` are keys of those that are looked for as well.
        """
        earlier = earlier_flares(doc)
        terms, _ = uncovered_terms(doc, self._contradicted, self._senses(doc), earlier)
        reader = self._reader(doc, terms, earlier)
        return frozenset(name for name, _, _ in sayings(doc, terms, reader, phrases))

    def is_term(self, words: Collection[str]) -> bool:
        """Whether the lexicon or the code set knows these words as a term, order ignored."""
        return self._index.slot(key_of(words)) is not None

    def _reader(self, doc: Doc, terms: list[Judged], earlier: frozenset[int]) -> ContextReader:
        return ContextReader(
            doc, self._index, terms, self._titles, self._regions, self._signs, earlier
        )

    def _senses(self, doc: Doc) -> Senses:
        return Senses(text_of(doc), doc._.terms, self._lexicon, self._index)

    def _recall(self, note: _Note, learned: Learned) -> None:
        """Add the codes that a corpus coded from these words, and the lexicon does not lead to."""
        known = frozenset(note.found)
        for name, term, assertion in sayings(note.doc, note.terms, note.reader, learned.keys):
            for code in learned.codes(name):
                if code in known or code not in self._codes or not self._codes.is_billable(code):
                    continue
                sentence = note.sentences[term.sentence]
                note.found[code].append(taught_at(code, LEARNED, term, sentence, assertion))

    def _contradicted(self, doc: Doc, term: Term) -> bool:
        """Whether the note affirms what the wording says is absent.

        Word order is ignored in looking up, so "cholecystitis without cholelithiasis" has the words
        of the opposite.
        """
        words = [doc._.words[i].normal for i in range(term.first_word, term.last_word + 1)]
        if "without" not in words:
            return False
        affirmed = set(words[: words.index("without")])
        return all(
            affirmed & denied_words(self._codes.title(self._codes.codes[entry.node]))
            for entry in self._index.entries(term.slot)
        )

    def _combine(self, note: _Note) -> dict[str, Derived]:
        """Add the combinations of what was found; return those that are candidates by rule."""
        rules = {}
        for derived in combine(note.found):
            if names_as_well(note.found.get(derived.code, ()), derived):
                continue
            if derived.assumed:
                for part in derived.codes:
                    note.alternatives[part].insert(0, derived.code)
            rules[derived.code] = derived
        for derived in rules.values():
            note.found[derived.code].extend(derived.mentions)
        return rules

    def _take(self, note: _Note, term: Term, assertion: Assertion, entries: list[Entry]) -> None:
        """Let one term speak for its codes, as it is meant."""
        code = self._codes.codes[entries[0].node]
        row = entries[0].row
        phrase = self._lexicon.rows[row].phrase if row >= 0 else ""
        if misread(code, term, text_of(note.doc), phrase):
            return
        sentence = note.sentences[term.sentence]
        if is_there(code, assertion, sentence, text_of(note.doc), term):
            assertion = Assertion(PRESENT)
        if assertion.kind in {NEGATED, FAMILY, HYPOTHETICAL}:
            self._refuse(note, term, assertion, entries)
            self._turn(note, term, assertion)
            return
        if assertion.kind == UNCERTAIN:
            self._refuse(note, term, assertion, entries)
        elif assertion.kind == HISTORICAL and self._turn(note, term, assertion):
            self._refuse(note, term, assertion, entries)
            if not any(CHRONIC.match(self._codes.codes[entry.node]) for entry in entries):
                return
        elif (
            code[0] == "C"
            and code < "C81"
            and told_before(text_of(note.doc), sentence, term, assertion)
        ):
            self._refuse(note, term, assertion, entries)
            return
        self._add(note, term, assertion, entries)
        if others := note.senses.rivals(term.slot, entries):
            self._add(note, term, assertion, others, behind=1)

    def _place(self, note: _Note, term: Term, assertion: Assertion, entries: list[Entry]) -> None:
        """Give a condition named without its site the site that its problem names."""
        if assertion.kind not in {PRESENT, UNCERTAIN} or term.coverage < 0.999:
            return
        if not term.words.isdisjoint(_OF_A_SITE):
            return
        known = {entry.node for entry in entries}
        base = key_of(word for word in term.words if word not in DESCRIPTIVE)
        for site in note.sites.sites(term):
            side = note.reader.reading(term, site).side
            bases = (base + word_key(side), base) if side in SIDES else (base,)
            slots = (self._index.slot(one + word_key(site)) for one in bases)
            found = next((slot for slot in slots if slot is not None), None)
            if found is None:
                continue
            placed = [entry for entry in note.senses.of(found) if entry.node not in known]
            if placed:
                self._add(note, term, assertion, placed, site=site)
                return

    def _refuse(self, note: _Note, term: Term, assertion: Assertion, entries: list[Entry]) -> None:
        if term.coverage >= 0.999:
            place = (term.start, term.end)
            code = self._codes.codes[entries[0].node]
            note.not_coded.setdefault(place, NotCoded(*place, assertion.kind, assertion.cue, code))

    def _turn(self, note: _Note, term: Term, assertion: Assertion) -> bool:
        """Lead a historical or family mention to its Z code, where the book has one."""
        if assertion.kind not in {HISTORICAL, FAMILY} or term.coverage < 0.999:
            return False
        base = key_of(term.words)
        for added in _KIN if assertion.kind == FAMILY else _PAST:
            if set(added) & term.words:
                continue
            slot = self._index.slot(base + key_of(added))
            if slot is None:
                continue
            entries = [e for e in note.senses.of(slot) if self._codes.codes[e.node][0] == "Z"]
            if entries:
                self._add(note, term, Assertion(PRESENT), entries, turned=True)
                return True
        return self._turn_by_chapter(note, term, assertion)

    def _turn_by_chapter(self, note: _Note, term: Term, assertion: Assertion) -> bool:
        """Lead "history of" a condition that has no Z code of its own to that of its chapter."""
        if assertion.kind != HISTORICAL or not HISTORY_OF.search(assertion.cue):
            return False
        entry = note.senses.of(term.slot)[:1]
        code = past_of(self._codes.codes[entry[0].node]) if entry else None
        if code is None or code not in self._codes:
            return False
        made = Entry(self._codes.index(code), GENERATED, -1)
        self._add(note, term, Assertion(PRESENT), [made], turned=True)
        return True

    def _add(
        self,
        note: _Note,
        term: Term,
        assertion: Assertion,
        entries: list[Entry],
        *,
        turned: bool = False,
        behind: int = 0,
        site: str = "",
    ) -> None:
        sentence = note.sentences[term.sentence]
        reading = note.reader.reading(term, site)
        for entry in entries:
            nodes: tuple[str, ...] = (self._codes.codes[entry.node],)
            if entry.row >= 0:
                nodes = self._lexicon.rows[entry.row].codes
            for number, node in enumerate(nodes):
                place = (node, term.first_word, term.last_word, site)
                if place not in note.ranked:
                    note.ranked[place] = self._specificity.choose(node, reading)
                ranked = note.ranked[place]
                if not ranked:
                    continue
                both = reading.side == BILATERAL and is_pair(self._codes, ranked)
                mention = Mention(
                    term=term,
                    sentence=sentence,
                    assertion=assertion,
                    kind=entry.kind,
                    chosen=ranked[0],
                    rank=behind,
                    companion=number > 0,
                    ambiguous=len(entries),
                    turned=turned,
                    placed=bool(site),
                )
                for rank, chosen in enumerate(readings_to_rank(ranked, term, sentence, both)):
                    rank = behind + (max(0, rank - 1) if both else rank)
                    note.found[chosen.code].append(mention._replace(chosen=chosen, rank=rank))
                    note.alternatives[chosen.code].extend(c.code for c in ranked)
                if concludes(term, sentence) and not behind:
                    self._stand_beside(note, mention, reading)

    def _settle_kinds(self, note: _Note) -> None:
        """Lead conditions to the kind that another sentence tells, and hearing loss to its ears."""

        def choose(node: str, mention: Mention) -> Chosen | None:
            reading = note.reader.reading(mention.term)
            return next(iter(self._specificity.choose(node, reading)), None)

        text = text_of(note.doc)
        TypeReader(text, note.sentences, note.reader.said, choose).settle(note.found)
        settle_hearing(note.found, lambda mention: note.reader.reading(mention.term).side)

    def _stand_beside(self, note: _Note, mention: Mention, reading: Reading) -> None:
        """Add the codes that coders choose instead of a mention's for the same words."""
        code = mention.chosen.code
        for node in neighbours(code):
            if node not in self._codes:
                continue
            for chosen in self._specificity.choose(node, reading)[:1]:
                if chosen.code != code:
                    beside = mention._replace(chosen=chosen, rank=NEIGHBOUR)
                    note.found[chosen.code].append(beside)
                    note.alternatives[code].append(chosen.code)
