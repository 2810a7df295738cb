"""How an injury happened, told in free words: "his foot went out from under him on the wet tile".

No list of phrases holds what people say of accidents, so a rule names the kinds of words that follow one
another, and the code that they lead to. ``data/cause_words.tsv`` lists the words of each kind, and
``data/cause_rules.tsv`` the rules, where

* a word in capitals is any of its kind, one in small letters is itself, and ``(A|b|c d)`` is either of them;
* ``..`` stands for up to three words of any kind and ``...`` for up to seven, within one clause, and
  ``....`` for up to sixteen, in the next clauses and sentences too;
* ``*`` ends a word that may go on ("sled*"), and ``_`` is one word of any kind.

Rules stand in order: what one has read of a sentence, a later one of the same group does not read again.
The groups are how it happened, the activity (Y93) and the place (Y92).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from suggester.preprocess.note_text import text_of
from suggester.preprocess.sentences import Sentence
from suggester.preprocess.terms import Term, Word
from suggester.preprocess.wording import word_key

if TYPE_CHECKING:
    from suggester.preprocess.term_index import TermIndex

_TOKEN = re.compile(r"[^\W_](?:['’.]?[^\W_]+)*")
#: What parts two clauses.
_BREAK = re.compile(r"[.;:?!]")
#: What parts two words that a rule wants side by side.
_PAUSE = re.compile(r"[^\s\w'’-]")
_ELEMENT = re.compile(r"\([^()]*\)|\S+")
_FILLERS = {"..": 3, "...": 7, "....": 16}
#: From this many words on, what follows may stand in another clause.
_ACROSS = 16
#: Sections that tell of no accident: what was found, is taken, is advised, or was long ago.
_NOT_TOLD_IN = frozenset(
    "administrative allergies exam family_history findings immunizations instructions medications plan pmh "
    "procedure psh results ros vitals".split()
)
_GROUPS = ("Y92", "Y93")
#: A kind of words that is any word but these.
_ANY_BUT = "THING"
Span = tuple[int, int]
Kind = frozenset[str]


class Rule(NamedTuple):
    """A rule: the code it leads to, its group, and the kinds it asks for, each with the words allowed before it."""

    code: str
    group: str
    kinds: tuple[Kind, ...]
    gaps: tuple[int, ...]


class _Token(NamedTuple):
    """A word of an account: its place, itself in lower case, its sentence and its clause.

    ``part`` counts what commas and brackets part as well.
    """

    start: int
    end: int
    low: str
    sentence: int
    clause: int
    part: int


def wording_of(code: str) -> tuple[str, ...]:
    """Return the wording in the term index that stands for a code told by rule; no note has it."""
    return (f"^told-{code.lower()}",)


def codes_told() -> frozenset[str]:
    """Return the codes and categories to which rules lead."""
    return frozenset(code for code, _ in _rows("cause_rules.tsv"))


def _rows(name: str) -> Iterator[tuple[str, str]]:
    """Yield the rows of a table of two columns, without its head."""
    text = files("suggester.preprocess").joinpath(f"data/{name}").read_text("utf-8")
    for line in text.splitlines()[1:]:
        first, second = line.split("\t")
        yield first, second


@lru_cache(maxsize=1)
def load_rules() -> tuple[tuple[Rule, ...], dict[str, tuple[str, ...]]]:
    """Return the rules in their order, and the words of each kind."""
    kinds = {name: tuple(words.split("|")) for name, words in _rows("cause_words.tsv")}
    rules = tuple(_rule(code, pattern, kinds) for code, pattern in _rows("cause_rules.tsv"))
    return rules, kinds


def _rule(code: str, pattern: str, kinds: dict[str, tuple[str, ...]]) -> Rule:
    """Return the rule written as ``pattern``."""
    asked: list[Kind] = []
    gaps: list[int] = []
    gap = 0
    for element in _ELEMENT.findall(pattern):
        if element in _FILLERS:
            gap = _FILLERS[element]
            continue
        asked.append(frozenset(element.strip("()").split("|")))
        gaps.append(gap)
        gap = 0
    unknown = [
        name for kind in asked for name in kind if name.isupper() and name not in {*kinds, _ANY_BUT}
    ]
    if unknown:
        raise ValueError(
            f"the rule {pattern!r} names kinds of words that are not listed: {unknown}"
        )
    return Rule(code, code[:3] if code[:3] in _GROUPS else "", tuple(asked), tuple(gaps))


class _Words:
    """The words of kinds and rules, by their first word."""

    def __init__(self, rules: Sequence[Rule], kinds: dict[str, tuple[str, ...]]) -> None:
        self._excluded = frozenset(kinds[_ANY_BUT])
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        self._by_start: dict[str, list[tuple[str, str]]] = defaultdict(list)
        literal = {name for rule in rules for kind in rule.kinds for name in kind} - kinds.keys()
        for name, phrases in (*kinds.items(), *((name, (name,)) for name in sorted(literal))):
            if name == _ANY_BUT:
                continue
            for phrase in phrases:
                tokens = tuple(phrase.split())
                if phrase.endswith("*"):
                    self._by_start[phrase[:3]].append((phrase[:-1], name))
                else:
                    self._by_first[tokens[0]].append((tokens, name))

    def found(self, tokens: Sequence[str]) -> dict[str, list[Span]]:
        """Return where each kind of words stands among the words of an account."""
        out: dict[str, list[Span]] = defaultdict(list)
        by_first, by_start = self._by_first, self._by_start
        for i, token in enumerate(tokens):
            for phrase, name in by_first.get(token, ()):
                end = i + len(phrase)
                if len(phrase) == 1 or (
                    end <= len(tokens) and all(map(_stands_for, phrase[1:], tokens[i + 1 : end]))
                ):
                    out[name].append((i, end))
            for start, name in by_start.get(token[:3], ()):
                if token.startswith(start):
                    out[name].append((i, i + 1))
        return out

    def things(self, tokens: Sequence[str]) -> list[Span]:
        """Return where words stand that may name any thing."""
        return [
            (i, i + 1)
            for i, token in enumerate(tokens)
            if len(token) > 1 and token not in self._excluded
        ]


def _stands_for(asked: str, token: str) -> bool:
    return asked in {"_", token}


class ToldCauses:
    """The rules, ready to read notes with the wordings of a term index."""

    def __init__(self, index: TermIndex) -> None:
        rules, kinds = load_rules()
        self._words = _Words(rules, kinds)
        self._rules: list[tuple[Rule, int]] = []
        self._opened_by: dict[str, list[int]] = defaultdict(list)
        for rule in rules:
            slot = index.slot(word_key(wording_of(rule.code)[0]))
            if slot is None:
                continue
            telling = next(kind for kind in rule.kinds if _ANY_BUT not in kind)
            for name in telling:
                self._opened_by[name].append(len(self._rules))
            self._rules.append((rule, slot))

    def terms(self, text: str, sentences: tuple[Sentence, ...], words: list[Word]) -> list[Term]:
        """Return the terms of the causes that a note tells, in its order.

        What stands in several sentences is a term of the last.
        """
        starts = [word.start for word in words]
        out = []
        for tokens in _accounts(text, sentences):
            for rule, slot, spans in self._read(tokens):
                last = tokens[spans[-1][0]].sentence
                named = [
                    (tokens[first].start, tokens[behind - 1].end)
                    for first, behind in spans
                    if tokens[first].sentence == last
                ]
                start, end = named[0][0], named[-1][1]
                first, behind = bisect_left(starts, start), bisect_left(starts, end)
                if first < behind:
                    used = _used(words[first:behind], named, rule.group)
                    out.append(Term(start, end, slot, last, first, behind - 1, 1.0, 0, used))
        return sorted(out, key=lambda term: (term.start, term.end))

    def _read(self, tokens: list[_Token]) -> Iterator[tuple[Rule, int, list[Span]]]:
        """Yield each rule that an account fulfils, its slot, with the places of the words that do."""
        words = [token.low for token in tokens]
        found = self._words.found(words)
        numbers = {number for name in found for number in self._opened_by.get(name, ())}
        if numbers:
            found[_ANY_BUT] = self._words.things(words)
        present = found.keys()
        taken: dict[str, list[Span]] = defaultdict(list)
        for number in sorted(numbers):
            rule, slot = self._rules[number]
            if any(present.isdisjoint(kind) for kind in rule.kinds):
                continue
            places = [
                sorted(s for name in kind for s in found.get(name, ())) for kind in rule.kinds
            ]
            for span in places[0]:
                spans = _follow(places, rule.gaps, tokens, [span])
                if spans is None:
                    continue
                start, end = spans[0][0], spans[-1][1]
                if not any(start < there and here < end for here, there in taken[rule.group]):
                    taken[rule.group].append((start, end))
                    yield rule, slot, spans


def _used(words: list[Word], named: list[Span], group: str) -> frozenset[str]:
    """Return the compared words at the places ``named``, with one of its own for a group.

    This keeps what one was doing beside how it happened: "snowboarding, caught an edge".
    """
    used = {word.normal for word in words if any(a <= word.start < b for a, b in named)}
    return frozenset(used | {f"^{group}"} if group else used)


def _follow(
    places: list[list[Span]], gaps: tuple[int, ...], tokens: list[_Token], spans: list[Span]
) -> list[Span] | None:
    """Return ``spans`` with places for the other kinds, each near enough to the one before."""
    number = len(spans)
    if number == len(places):
        return spans
    at = spans[-1][1]
    for start, end in places[number]:
        if start > at + gaps[number]:
            break
        if start < at or not _goes_on(tokens[at - 1], tokens[start], gaps[number]):
            continue
        if whole := _follow(places, gaps, tokens, [*spans, (start, end)]):
            return whole
    return None


def _goes_on(one: _Token, other: _Token, gap: int) -> bool:
    """Whether a rule that allows ``gap`` words between two may go on from one to the other."""
    if not gap:
        return one.part == other.part
    return gap >= _ACROSS or one.clause == other.clause


def _accounts(text: str, sentences: tuple[Sentence, ...]) -> Iterator[list[_Token]]:
    """Yield the words of each run of sentences of one section in which an injury may be told."""
    for section, run in groupby(enumerate(sentences), key=lambda pair: pair[1].section):
        if section.kind in _NOT_TOLD_IN:
            continue
        tokens: list[_Token] = []
        clause = part = 0
        for number, sentence in run:
            clause, part, behind = clause + 1, part + 1, sentence.start
            for match in _TOKEN.finditer(text, sentence.start, sentence.end):
                start, end = match.span()
                if start - behind > 1:
                    clause += _BREAK.search(text, behind, start) is not None
                    part += _PAUSE.search(text, behind, start) is not None
                low = match.group().lower().replace("’", "'")
                tokens.append(_Token(start, end, low, number, clause, part))
                behind = end
        yield tokens


@Language.factory(
    "suggester_told_causes",
    requires=["doc._.sentences", "doc._.words", "doc._.terms"],
    assigns=["doc._.terms"],
)
def make_told_causes(nlp: Language, name: str) -> ToldCauseFinder:
    """Create the component that adds causes told in free words to ``doc._.terms``."""
    return ToldCauseFinder()


class ToldCauseFinder:
    """Add the terms of causes told in free words; needs a term index before use."""

    def __init__(self) -> None:
        self._causes: ToldCauses | None = None

    def use(self, index: TermIndex) -> None:
        """Lead to the wordings of ``index`` from now on."""
        self._causes = ToldCauses(index)

    def __call__(self, doc: Doc) -> Doc:
        """Add the causes that ``doc`` tells and return it."""
        if self._causes is None:
            raise RuntimeError("the finder of told causes has no term index; call use() first")
        doc._.terms = doc._.terms + self._causes.terms(text_of(doc), doc._.sentences, doc._.words)
        return doc
