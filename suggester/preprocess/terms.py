"""Clinical terms: the places in a note whose words are those of a code's wording."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, Protocol

from spacy.language import Language
from spacy.tokens import Doc

from suggester.preprocess.lone_sides import LONE_SIDES, lone_side
from suggester.preprocess.note_text import text_of
from suggester.preprocess.sentences import LABEL, Sentence
from suggester.preprocess.sites import SITES
from suggester.preprocess.term_index import LONGEST, TermIndex
from suggester.preprocess.wording import (
    STOP_WORDS,
    finger_named,
    is_stop,
    normal_form,
    short_with,
    word_key,
)

_WORD = re.compile(r"[wW]/[oO](?![^\W_])|[^\W_]+(?:['’][^\W_]+)?", re.UNICODE)
#: What no term reaches across: "no pain or a foot ulcer" names no foot pain.
_BREAK = re.compile(r"[.;:!?\n|]|\s[-–—]+\s|\b(?:or|but)\b", re.IGNORECASE)

#: Words that stand between the words of a term without belonging to its wording; the specificity
#: step reads them.
MODIFIERS = frozenset(
    "right left bilateral unilateral acute chronic subacute mild moderate severe recurrent "
    "persistent intermittent primary active stable controlled uncontrolled worsening new old "
    "known likely possible probable suspected small large significant marked slight early late "
    "advanced end poorly well diffuse multiple extensive symptomatic asymptomatic current ongoing "
    "minor major longstanding extremely mildly moderately severely acutely chronically presumed "
    "underlying closed open displaced nondisplaced proximal distal anterior posterior medial "
    "lateral upper lower comminuted 1 2 3 4 both sided side nonspecific significantly apparent "
    "resolving improving improved continued overlying aspect base area region surface portion "
    "along".split()
)

SIDES = frozenset({"right", "left", "bilateral"})


class Word(NamedTuple):
    """One compared word of the note."""

    start: int
    end: int
    text: str
    normal: str
    key: int
    sentence: int
    broken: bool


class Wordings(Protocol):
    """What terms are looked up in: wordings by key, and the words they are made of."""

    @property
    def slots(self) -> Mapping[int, int]:
        """Key → wording number."""

    @property
    def vocabulary(self) -> Collection[str]:
        """Every word of a wording."""


@dataclass(frozen=True, slots=True)
class Term:
    """A place in the note that matches a wording.

    ``slot`` is the wording in the term index; ``coverage`` the share of the wording's weight found
    (1.0 for a look-up), ``gap`` the number of words inside the span that do not belong to it.
    """

    start: int
    end: int
    slot: int
    sentence: int
    first_word: int
    last_word: int
    coverage: float
    gap: int
    words: frozenset[str] = field(default_factory=frozenset)


#: English words that an abbreviation in lower case would be mistaken for.
COMMON_WORDS = frozenset(
    "add ad ah aid all am arm art as at bad be bm box can cap car cat cl clot cord cp dip do dose ear "
    "eat ed end eye fall fat fit foot had ham has hat he her hip his hit hot how ill in is it jaw la lab "
    "lad leg lip lit lot mad man map mass mat me men met mi mom ms my no not now of off on one or "
    "our out pad pain pan pap past pat pe per pet pop pt rad ran rash red rest rib rod sad sat see "
    "set she sit so sob spot sit tap tic to toe too top two up us use via vs was we who why "
    "will".split()
)


#: Words that open a sentence as an abbreviation would.
_PRONOUNS = frozenset(
    {"He", "As", "Am", "Or", "Us", "Is", "It", "Me", "At", "In", "On", "An", "If"}
)
#: Short forms of several things, which only the words beside them tell: cancer, or calcium.
_NEVER_ALONE = frozenset({"ca"})
_SPREAD = frozenset(map(normal_form, ("metastasis", "metastatic")))
#: Tests beside which a plus sign says that they are positive: "+PPD", "heme + stool".
_TESTS = frozenset(
    "ana ppd tst quantiferon qft igra fobt ifobt fit cologuard heme hemoccult guaiac hcg upt rf ccp hpv "
    "rpr monospot hbsag strep dat coombs".split()
)
_PLUS = re.compile(r"\+[ ]?$")
_PLUS_AFTER = re.compile(r"[ ]?\+(?![\w+/-])(?! ?\d)")
_POSITIVE = "positive"
#: "One, obesity. Two, gout.": the numbers of a dictated list.
_DICTATED = re.compile(
    r"(?:number )?(?:one|two|three|four|five|six|seven|eight|nine|ten|first|second|third),\s",
    re.IGNORECASE,
)
#: Stop words that are abbreviations in capitals: aortic stenosis.
_SHORT_TOO = frozenset({"as"})
#: Titles of persons that an abbreviation would be mistaken for.
TITLES = frozenset({"mr", "ms", "mrs", "dr", "st", "pa", "do", "md"})


@lru_cache(maxsize=65_536)
def _form(low: str) -> tuple[str, int]:
    """Return the normal form of a lower-case word and its key."""
    normal = normal_form(low)
    return normal, word_key(normal)


def note_words(text: str, sentences: tuple[Sentence, ...], *, labels: bool = False) -> list[Word]:
    """Return the compared words of the note's sentences, stop words left out.

    ``labels`` keeps the labels that open sub-points, such as "Follow-up:".
    """
    out: list[Word] = []
    for number, sentence in enumerate(sentences):
        shouting = text[sentence.start : sentence.end].isupper()
        label = None if labels else LABEL.match(text, sentence.start, sentence.end)
        label = label or _DICTATED.match(text, sentence.start, sentence.end)
        previous = label.end() if label else sentence.start
        last_low = ""
        for match in _WORD.finditer(text, previous, sentence.end):
            raw = match.group()
            low = raw.lower()
            before, last_low = last_low, low
            if short_with(raw, text, match.end()):
                continue
            if low in STOP_WORDS and is_stop(low, before):
                if not (low in _SHORT_TOO and raw.isupper() and not shouting):
                    continue
                normal = "^" + low
                key = word_key(normal)
            else:
                side = lone_side(text, *match.span()) if raw in LONE_SIDES else None
                normal, key = _form(side or finger_named(low, text, match.end()) or low)
            start, end = match.span()
            gap = text[previous:start]
            broken = gap != " " and _BREAK.search(gap) is not None
            word = Word(start, end, raw, normal, key, number, broken)
            if low in _TESTS and (at := _plus(text, sentence.start, start, end)) is not None:
                sign = Word(at, at + 1, "+", _POSITIVE, word_key(_POSITIVE), number, broken)
                out.extend((sign, word._replace(broken=False)) if at < start else (word, sign))
            else:
                out.append(word)
            previous = end
    return out


def _plus(text: str, first: int, start: int, end: int) -> int | None:
    """Return where the plus sign stands that is written before or behind the word of a test."""
    before = _PLUS.search(text, max(first, start - 2), start)
    if before is not None:
        return before.start()
    after = _PLUS_AFTER.match(text, end)
    return None if after is None else after.end() - 1


def find_terms(words: list[Word], index: Wordings) -> list[Term]:
    """Look up every run of words, then every run with its modifiers or one foreign word left out.

    Runs never cross a sentence or a break in it.
    """
    slots, vocabulary = index.slots, index.vocabulary
    keys = [word.key for word in words]
    known = [word.normal in vocabulary for word in words]
    modifier = [word.normal in MODIFIERS for word in words]
    kept_in = [word.normal in NEVER_SKIPPED for word in words]
    ends = _run_ends(words)
    shouted = _shouted(words)
    out: list[Term] = []
    seen: set[tuple[int, int, int]] = set()

    def take(first: int, last: int, slot: int, used: list[int], coverage: float) -> None:
        if last > first and words[last].normal in SIDES and leads_on(words, last, vocabulary):
            return  # "MCA stroke with left hemiplegia": the side is that of what follows
        if len(used) <= last - first and _of_another_site(words, first, last, used):
            return  # "breast cancer to the spine" is no cancer of the spine
        if (first, last, slot) not in seen:
            seen.add((first, last, slot))
            out.append(_term(words, first, last, slot, used, coverage))

    for first, head in enumerate(words):
        capitals = len(head.text) > 1 and head.text.isupper() and head.sentence not in shouted
        if capitals and not head.normal.startswith("^"):
            slot = slots.get(word_key("^" + head.text.lower()))
            if slot is not None:
                out.append(_term(words, first, first, slot, [first], 1.0))
        if not known[first]:
            continue
        total = total_kept = 0
        kept: list[int] = []
        foreign = 0
        for last in range(first, min(ends[first], first + LONGEST + 4)):
            total += keys[last]
            foreign += not known[last]
            if foreign > 1 and not modifier[last]:
                break
            size = last - first + 1
            if size <= LONGEST and not foreign:
                slot = slots.get(total)
                if slot is not None and _acceptable(words, first, last):
                    take(first, last, slot, list(range(first, last + 1)), 1.0)
            ended = known[last] and not modifier[last] and len(head.normal) > 1
            if 3 <= size <= _SKIPPED_WITHIN and ended and not modifier[first]:
                for skipped in range(first + 1, last):
                    if foreign and known[skipped]:
                        continue
                    slot = slots.get(total - keys[skipped])
                    if slot is not None and not modifier[skipped] and not kept_in[skipped]:
                        used = [i for i in range(first, last + 1) if i != skipped]
                        take(first, last, slot, used, SKIPPING)
            if not modifier[last] or last == first:
                kept.append(last)
                total_kept += keys[last]
                if len(kept) > LONGEST:
                    break
                if len(kept) < size:
                    slot = slots.get(total_kept)
                    if slot is not None:
                        take(first, last, slot, kept.copy(), 1.0)
                    for skipped in kept[1:-1] if 3 <= len(kept) <= _SKIPPED_WITHIN else ():
                        slot = slots.get(total_kept - keys[skipped])
                        if (
                            slot is not None
                            and not kept_in[skipped]
                            and not (foreign and known[skipped])
                        ):
                            used = [i for i in kept if i != skipped]
                            take(first, last, slot, used, SKIPPING)
    return out


def _of_another_site(words: list[Word], first: int, last: int, used: list[int]) -> bool:
    """Whether a run leaves out one site of the body while it keeps another.

    What has spread is to one site and the other: "metastases to the liver and lung".
    """
    if any(words[i].normal in _SPREAD for i in used):
        return False
    sites = {i for i in range(first, last + 1) if words[i].normal in SITES}
    return not sites.issubset(used) and not sites.isdisjoint(used)


def leads_on(words: list[Word], last: int, vocabulary: Collection[str]) -> bool:
    """Whether a side word goes on, with only a space between, to what it is the side of."""
    if last + 1 == len(words):
        return False
    follows = words[last + 1]
    beside = follows.start - words[last].end == 1 and not follows.broken
    return beside and follows.normal in vocabulary and follows.normal not in MODIFIERS


def _shouted(words: list[Word]) -> frozenset[int]:
    """Return the sentences written in capitals throughout, where capitals mark no abbreviation."""
    plain = {word.sentence for word in words if not word.text.isupper()}
    counts = Counter(word.sentence for word in words)
    return frozenset(n for n, count in counts.items() if count > 3 and n not in plain)


def _run_ends(words: list[Word]) -> list[int]:
    """Return for each word where the run of words that it starts must end."""
    ends = [len(words)] * len(words)
    for i in range(len(words) - 2, -1, -1):
        follows = words[i + 1]
        joined = follows.sentence == words[i].sentence and not follows.broken
        ends[i] = ends[i + 1] if joined else i + 1
    return ends


#: Words without which a term would say the opposite.
NEVER_SKIPPED = frozenset(
    (
        "without no not never negative neg denie non nor atypical unlikely rather "
        "come comes coming present presents presenting presented complain complains complaining returns"
    ).split()
)
#: Longest run, in words, in which one foreign word may stand.
_SKIPPED_WITHIN = 6
#: Coverage given to a term with a foreign word inside: a little less than a whole match.
SKIPPING = 0.95


def _term(
    words: list[Word],
    first: int,
    last: int,
    slot: int,
    used: list[int],
    coverage: float,
) -> Term:
    return Term(
        words[first].start,
        words[last].end,
        slot,
        words[first].sentence,
        first,
        last,
        coverage,
        last - first + 1 - len(used),
        frozenset(words[i].normal for i in used),
    )


def _acceptable(words: list[Word], first: int, last: int) -> bool:
    """Refuse a single short lower-case word that is plain English, not an abbreviation."""
    if first != last:
        return True
    raw = words[first].text
    if raw.lower() in _NEVER_ALONE:
        return False
    if raw.istitle() and (raw.lower() in TITLES or raw in _PRONOUNS):
        return False
    return not (raw.islower() and raw in COMMON_WORDS) and len(raw) > 1


for _name in ("words", "terms"):
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=())


@Language.factory(
    "suggester_terms", requires=["doc._.sentences"], assigns=["doc._.words", "doc._.terms"]
)
def make_terms(nlp: Language, name: str) -> TermFinder:
    """Create the component that fills ``doc._.words`` and ``doc._.terms``."""
    return TermFinder()


class TermFinder:
    """Find the terms of a note by look-up; needs a term index before use."""

    def __init__(self) -> None:
        self._index: TermIndex | None = None

    def use(self, index: TermIndex) -> None:
        """Look terms up in ``index`` from now on."""
        self._index = index

    def __call__(self, doc: Doc) -> Doc:
        """Find the terms of ``doc`` and return it."""
        if self._index is None:
            raise RuntimeError("the term finder has no term index; call use() first")
        doc._.words = note_words(text_of(doc), doc._.sentences)
        doc._.terms = find_terms(doc._.words, self._index)
        return doc
