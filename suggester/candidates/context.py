"""What surrounds a term: the words by distance, and the side it is on."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from spacy.tokens import Doc

from suggester.candidates.deliveries import fetuses
from suggester.candidates.details import FINGERS, read_details
from suggester.candidates.implied import implied
from suggester.candidates.side_signs import SignSides
from suggester.candidates.specificity import EXACERBATION, Reading
from suggester.preprocess.assertion import NEGATED, PRESENT, Assertion
from suggester.preprocess.modifiers import BILATERAL, LEFT, RIGHT, NoteFacts
from suggester.preprocess.note_text import text_of
from suggester.preprocess.scope import SentenceCues
from suggester.preprocess.sentences import Sentence, sentence_at
from suggester.preprocess.sites import PART_OF, is_narrowed, site_of
from suggester.preprocess.term_index import TermIndex
from suggester.preprocess.terms import Term, Word
from suggester.preprocess.told_sides import regions_of
from suggester.preprocess.wording import normal_form

#: Parts of the body of which a person has two, and nobody names three.
_PAIRS = frozenset(
    "knees hips ankles shoulders elbows wrists feet hands legs arms thighs calves heels eyes ears forearms breasts "
    "kidneys testicles".split()
)
#: Parts that hold others: the ankle is on the side of the leg.
_LIMBS = frozenset({"leg", "arm"})
#: Sections of a report on one side of the body whose diagnoses are on that side.
_OF_ONE_SIDE = frozenset({"assessment", "diagnosis", "findings", "preop_diagnosis"})
#: Words that say how far a disease has gone, with those that may stand before or after them: a problem's
#: grade is often a sentence of its own ("CKD. GFR 28, stage 4.").
_GRADED = {
    normal_form(word): frozenset(map(normal_form, others.split()))
    for word, others in {
        "stage": "1 2 3 3a 3b 4 5",
        "class": "1 2 3",
        "persistent": "mild moderate severe",
        "intermittent": "mild",
    }.items()
}
#: Of these, words that stand before what they are told with.
_BEFORE = frozenset(map(normal_form, ("stage", "class")))
#: Words that a number belongs to.
_NUMBERED = frozenset(map(normal_form, "type stage grade class degree level category".split()))
#: An exacerbation of today, told apart from the diagnosis: "COPD. The exacerbation is partly treated."
_FLARE_OF_TODAY = re.compile(
    r"\b(?:the|this|acute|current|present|in|moderate|severe|mild)\s+(?:\w+\s)?exacerbation\b",
    re.IGNORECASE,
)
#: Diabetes with hyperglycemia, as the Index has it.
_POORLY_CONTROLLED = re.compile(
    r"\b(?:poorly|inadequately)[- ]controlled\b|\bout of control\b|\bpoor(?:ly)? (?:glycemic )?control\b",
    re.IGNORECASE,
)
_DIABETES, _HYPERGLYCEMIA = normal_form("diabetes"), normal_form("hyperglycemia")
#: How asthma is classed, wherever the note says so.
_ASTHMA = normal_form("asthma")
_OF_ASTHMA = frozenset(map(normal_form, "mild moderate severe persistent intermittent".split()))
#: What a patient has in other joints than the one that the note is about.
_OF_MANY_JOINTS = frozenset(map(normal_form, ("arthritis", "osteoarthritis", "pain")))
#: Said of the side that is not the one told of.
_THE_OTHER = re.compile(r"\b(?:other|contralateral|opposite|remaining|fellow)\b", re.IGNORECASE)
_WHOLE_NOTE = -1
#: Longest title, in words, that counts as said where its term stands.
_MOST_MEANT = 5


def _nested(one: Term, other: Term) -> bool:
    """Whether one of two terms lies within the other."""
    return (one.first_word >= other.first_word and one.last_word <= other.last_word) or (
        other.first_word >= one.first_word and other.last_word <= one.last_word
    )


class ContextReader:
    """The words around a term: its sentence, its problem block, the whole note.

    ``titles`` and ``regions`` lead from the number of a code to the words of its title, and to the regions of
    the body that it, or a code below it, names; ``signs`` to the words that tell of it without its name. ``earlier`` are the places of words that tell of another time, and count nowhere.
    """

    def __init__(
        self,
        doc: Doc,
        index: TermIndex,
        terms: list[tuple[Term, Assertion]],
        titles: Callable[[int], frozenset[str]],
        regions: Callable[[int], frozenset[str]],
        signs: Callable[[int], re.Pattern[str] | None],
        earlier: frozenset[int] = frozenset(),
    ) -> None:
        self._index, self._titles, self._regions, self._signs = index, titles, regions, signs
        self._text = text_of(doc)
        self._sentences = doc._.sentences
        self._cues: dict[int, SentenceCues] = dict(doc._.cues)
        self._words: list[Word] = doc._.words
        self._sides: list[str | None] = doc._.sides
        self._sign_sides = SignSides(
            self._text, self._words, self._sides, self._sentences, self.said
        )
        self._facts: NoteFacts = doc._.facts
        self._vocabulary = index.vocabulary.keys()
        sentences = self._sentences
        self._members: dict[int, list[int]] = defaultdict(list)
        for i, word in enumerate(self._words):
            self._members[word.sentence].append(i)
        self._sentence_words: dict[int, set[str]] = {}
        self._negated_words: dict[int, set[str]] = {}
        for number, members in self._members.items():
            cues = self._cues_of(number)
            said = [
                self._words[i]
                for i in members
                if i not in earlier and not is_narrowed(self._words, i)
            ]
            found = {word.normal for word in said}
            negated: set[str] = set()
            if cues.negating:
                present = {w.normal for w in said if cues.judge(w.start, w.end).kind != NEGATED}
                negated = found - present
            else:
                present = found
            self._sentence_words[number] = present
            self._negated_words[number] = negated
        # What an abbreviation or synonym stands for says as much as its words.
        self._terms: dict[int, list[tuple[Term, frozenset[str]]]] = defaultdict(list)
        for term, assertion in terms:
            if term.coverage >= 0.999 and assertion.kind == PRESENT and len(term.words) <= 5:
                self._terms[term.sentence].append((term, term.words))
                if len(term.words) <= 2:
                    meant = titles(index.entries(term.slot)[0].node)
                    # A long title says more than the words it stands for: "stage 1 through 4".
                    if 0 < len(meant) <= _MOST_MEANT:
                        self._terms[term.sentence].append((term, meant))
        self._block_words: dict[int, set[str]] = defaultdict(set)
        self._block_sides: dict[int, list[int]] = defaultdict(list)
        for number, sentence in enumerate(sentences):
            self._block_words[sentence.block] |= self._sentence_words.get(
                number, set()
            ) - self._counted(number)
            for i in self._members.get(number, ()):
                if self._sides[i]:
                    self._block_sides[sentence.block].append(i)
        self._block_grades = self._grades()
        self._raised = self._blocks_saying(_POORLY_CONTROLLED)
        self._details = read_details(self._text, self.said)
        # A paragraph of several problems is one block too, but not one of a single problem.
        self._listed = {sentence.block for sentence in sentences if sentence.item}
        self._note_words = frozenset(word for bag in self._sentence_words.values() for word in bag)
        self._every = self._note_words.union(
            implied(self._note_words),
            *self._negated_words.values(),
            *(bag for bags in self._terms.values() for _, bag in bags),
            {_HYPERGLYCEMIA} if self._raised else (),
            *self._details.values(),
            fetuses(self._text, 0, len(self._text)) if self._facts.pregnant else (),
        )
        self._cache: dict[tuple[int, int, str], Reading] = {}

    def _counted(self, number: int) -> set[str]:
        """Return the numbers of a sentence that number no type or stage: "return in 4 weeks"."""
        numbers = [i for i in self._members.get(number, ()) if self._words[i].normal.isdigit()]
        named = {
            self._words[i].normal for i in numbers if i and self._words[i - 1].normal in _NUMBERED
        }
        return {self._words[i].normal for i in numbers} - named

    def _grades(self) -> dict[int, frozenset[str]]:
        """Return the words of a block that grade its disease, where they name one grade of a kind.

        Under -1 those of the whole note.
        """
        found: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for block in self._blocks_saying(_FLARE_OF_TODAY):
            found[block][EXACERBATION] = set()
        for one, two in pairwise(self._words):
            if one.sentence != two.sentence or two.broken:
                continue
            for word, other in ((one.normal, two.normal), (two.normal, one.normal)):
                if other in _GRADED.get(word, ()) and (word != two.normal or word not in _BEFORE):
                    block = self._sentences[one.sentence].block
                    found[block][word].add(other)
                    found[_WHOLE_NOTE][word].add(other)
        return {
            block: frozenset(
                w for word, grades in kinds.items() if len(grades) <= 1 for w in (word, *grades)
            )
            for block, kinds in found.items()
        }

    def _blocks_saying(self, pattern: re.Pattern[str]) -> set[int]:
        """Return the blocks that say as present what ``pattern`` matches."""
        return {
            sentence.block
            for sentence in self._sentences
            for match in pattern.finditer(self._text, sentence.start, sentence.end)
            if self.said(*match.span())
        }

    def said(self, start: int, end: int) -> bool:
        """Whether the note says as present what stands between two offsets."""
        number = sentence_at(self._sentences, start)
        return number is None or self._cues_of(number).judge(start, end).kind == PRESENT

    def _cues_of(self, number: int) -> SentenceCues:
        """Return the cues of a sentence; one without terms has not been judged yet."""
        if number not in self._cues:
            sentence = self._sentences[number]
            self._cues[number] = SentenceCues(self._text, sentence.start, sentence.end)
        return self._cues[number]

    def present(self) -> Iterator[tuple[int, Word]]:
        """Yield the words that the note does not negate, each with its place among its words.

        Only words of the lexicon and the code set: a name is none of them, and is never learned.
        """
        for number, members in self._members.items():
            affirmed = self._sentence_words[number] & self._vocabulary
            for i in members:
                if self._words[i].normal in affirmed:
                    yield i, self._words[i]

    def reading(self, term: Term, site: str = "") -> Reading:
        """Return what surrounds ``term``; ``site`` is a site it takes from elsewhere."""
        place = (term.first_word, term.last_word, site)
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
            near |= self._block_grades.get(sentence.block, frozenset())
            if _DIABETES in term.words and sentence.block in self._raised:
                near.add(_HYPERGLYCEMIA)
            for other, bag in self._terms[term.sentence]:
                if _nested(other, term):
                    near |= bag
            if _ASTHMA in term.words:
                classed = self._block_grades.get(_WHOLE_NOTE, frozenset()) & _OF_ASTHMA
                if classed & _GRADED.keys():
                    near -= _OF_ASTHMA
                    others = [(other, bag - (_OF_ASTHMA - classed)) for other, bag in others]
                near |= classed
            for name, words in self._details.items():
                if name in near:
                    near = near | (words if near.isdisjoint(FINGERS) else words - FINGERS)
            if self._facts.pregnant:
                near |= fetuses(self._text, sentence.start, sentence.end)
            if site:
                near.add(site)
            near |= implied(near)
            self._cache[place] = Reading(
                frozenset(near),
                frozenset(self._block_words[sentence.block])
                if sentence.block in self._listed
                else frozenset(),
                self._note_words,
                frozenset(self._negated_words.get(term.sentence, ())) - near,
                self._side(term, sentence, site),
                self._facts,
                tuple(bag for _, bag in others),
                term.words,
                self._every,
            )
        return self._cache[place]

    def _side(self, term: Term, sentence: Sentence, site: str) -> str | None:
        """Return the side a term is on: said in it, near it, in its problem, or of its site."""
        members = self._members[term.sentence]
        inside = self._named(range(term.first_word, term.last_word + 1))
        if inside:
            return BILATERAL if {RIGHT, LEFT} <= set(inside) else inside[0]
        members = self._not_elsewhere(term, members)
        close = self._named(i for i in members if term.first_word - 5 <= i <= term.last_word + 5)
        if close:
            before = self._named(i for i in members if term.first_word - 5 <= i < term.first_word)
            return before[-1] if before else close[0]
        in_sentence = set(self._named(members))
        if len(in_sentence) == 1:
            return in_sentence.pop()
        in_block = set(self._named(self._not_elsewhere(term, self._block_sides[sentence.block])))
        if not in_sentence and len(in_block) == 1 and sentence.block in self._listed:
            return next(iter(in_block))
        if not in_sentence and self._of_a_pair(term):
            return BILATERAL
        regions = frozenset() if site else self._regions_of(term)
        told = self._facts.told_sides.side(regions, widely=False)
        doubtful = told in {None, BILATERAL} or self._facts.told_sides.disputed(regions)
        if doubtful and not in_sentence and (side := self._by_signs(term)):
            return side
        if told:
            return told
        for word in self._sited(term, site):
            sides = self._facts.sides_by_word.get(word, frozenset())
            if len(sides) == 1:
                return next(iter(sides))
        if sentence.section.kind in _OF_ONE_SIDE and self._facts.only_side:
            return self._facts.only_side
        widely = term.words.isdisjoint(_OF_MANY_JOINTS)
        return self._facts.told_sides.side(regions, widely=widely)

    def _by_signs(self, term: Term) -> str | None:
        """Return the one side on which the note has the signs of a term's diagnosis."""
        sentence = self._sentences[term.sentence]
        if term.slot < 0 or _THE_OTHER.search(self._text, sentence.start, sentence.end):
            return None
        known = (self._signs(entry.node) for entry in self._index.entries(term.slot))
        signs = next(filter(None, known), None)
        return self._sign_sides.side(signs) if signs else None

    def _regions_of(self, term: Term) -> frozenset[str]:
        """Return the regions of the body that a term names, or else those that its code does."""
        regions = regions_of(term.words)
        if regions or term.slot < 0:
            return regions
        return self._regions(self._index.entries(term.slot)[0].node)

    def _not_elsewhere(self, term: Term, members: list[int]) -> list[int]:
        """Leave out the sides of another part of the body: "ovarian cyst, left eye conjunctivitis"."""
        places = {site for word in term.words if (site := site_of(word))}
        if not places:
            return members
        return [i for i in members if self._sides[i] is None or not self._of_another(i, places)]

    def _of_another(self, place: int, places: set[str]) -> bool:
        """Whether the word after a side names a part of the body that is none of ``places``."""
        after = self._words[place + 1 : place + 2]
        if not after or after[0].broken:
            return False
        site = "eye" if after[0].normal == "eye" else site_of(after[0].normal)
        return site is not None and site not in places and site not in _LIMBS

    def _sited(self, term: Term, site: str) -> list[str]:
        """Return the words that another place may name with their side: sites of the body first.

        "Collateral ligament" says no more than its code's title does: the knee.
        """
        own = sorted(term.words)
        places = [word for word in own if site_of(word)]
        places += [whole for word in own if (whole := PART_OF.get(word))]
        if site or places:
            return [site, *places] if site else places
        if term.slot < 0:
            return own
        meant = self._titles(self._index.entries(term.slot)[0].node)
        return [*sorted(word for word in meant if site_of(word)), *own]

    def _of_a_pair(self, term: Term) -> bool:
        """Whether a term is of the parts of a pair, both of them: "pain in the knees"."""
        return any(
            word.text.lower() in _PAIRS or (word.text.lower() == "extremities" and self._halved(i))
            for i, word in enumerate(
                self._words[term.first_word : term.last_word + 3], term.first_word
            )
            if word.sentence == term.sentence and not (i > term.last_word and word.broken)
        )

    def _halved(self, place: int) -> bool:
        return place > 0 and self._words[place - 1].text.lower() in {"upper", "lower"}

    def _named(self, places: Iterable[int]) -> list[str]:
        """Return the sides named at these words, in order."""
        return [side for i in places if (side := self._sides[i]) is not None]
