"""The pipeline: a blank English spaCy model with the project's components, one a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

from suggester.preprocess import sections, sentences  # noqa: F401 - registers the factories
from suggester.preprocess.abbreviations import expand
from suggester.preprocess.assertion import Assertion, SentenceCues, judge_term
from suggester.preprocess.modifiers import read_facts, word_sides
from suggester.preprocess.note_text import text_of
from suggester.preprocess.partial import PartialMatcher, partial_terms
from suggester.preprocess.terms import find_terms, note_words

if TYPE_CHECKING:
    from suggester.preprocess.term_index import TermIndex

for _name, _default in (
    ("words", ()),
    ("terms", ()),
    ("assertions", ()),
    ("cues", None),
    ("sides", ()),
    ("facts", None),
    ("age", None),
    ("sex", None),
):
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=_default)


@Language.factory(
    "suggester_terms", requires=["doc._.sentences"], assigns=["doc._.words", "doc._.terms"]
)
def make_terms(nlp: Language, name: str) -> TermFinder:
    """Create the component that fills ``doc._.words`` and ``doc._.terms``."""
    return TermFinder()


class TermFinder:
    """Find the clinical terms of a note; needs a term index before use."""

    def __init__(self) -> None:
        self._index: TermIndex | None = None
        self._matcher: PartialMatcher | None = None

    def use(self, index: TermIndex) -> None:
        """Look terms up in ``index`` from now on."""
        self._index = index
        self._matcher = PartialMatcher(index)

    def __call__(self, doc: Doc) -> Doc:
        """Find the terms of ``doc`` and return it."""
        if self._index is None or self._matcher is None:
            raise RuntimeError("the term finder has no term index; call use() first")
        found = note_words(text_of(doc), doc._.sentences)
        terms = find_terms(found, self._index)
        terms += partial_terms(found, doc._.sentences, terms, self._matcher)
        doc._.words = found
        doc._.terms = expand(text_of(doc), found, terms)
        return doc


@Language.factory(
    "suggester_assertion", requires=["doc._.terms"], assigns=["doc._.assertions", "doc._.cues"]
)
def make_assertion(nlp: Language, name: str) -> AssertionJudge:
    """Create the component that fills ``doc._.assertions``, one for each term."""
    return AssertionJudge()


class AssertionJudge:
    """Judge how each term is meant."""

    def __call__(self, doc: Doc) -> Doc:
        """Judge the terms of ``doc`` and return it."""
        text = text_of(doc)
        every = doc._.sentences
        cues: dict[int, SentenceCues] = {}
        judged: dict[tuple[int, int], Assertion] = {}
        out: list[Assertion] = []
        for term in doc._.terms:
            place = (term.start, term.end)
            if place not in judged:
                sentence = every[term.sentence]
                if term.sentence not in cues:
                    cues[term.sentence] = SentenceCues(text, sentence.start, sentence.end)
                judged[place] = judge_term(
                    text, sentence.section, cues[term.sentence], term.start, term.end
                )
            out.append(judged[place])
        doc._.assertions = out
        doc._.cues = cues
        return doc


@Language.factory(
    "suggester_modifiers", requires=["doc._.words"], assigns=["doc._.sides", "doc._.facts"]
)
def make_modifiers(nlp: Language, name: str) -> ModifierReader:
    """Create the component that fills ``doc._.sides`` and ``doc._.facts``."""
    return ModifierReader()


class ModifierReader:
    """Read sides word by word, and the facts of the whole note."""

    def __call__(self, doc: Doc) -> Doc:
        """Read the modifiers of ``doc`` and return it."""
        doc._.sides = word_sides(text_of(doc), doc._.words)
        doc._.facts = read_facts(
            text_of(doc), doc._.words, doc._.sides, doc._.sentences, doc._.age, doc._.sex
        )
        return doc


COMPONENTS = (
    "suggester_sections",
    "suggester_sentences",
    "suggester_terms",
    "suggester_assertion",
    "suggester_modifiers",
)


def _lighten(nlp: Language) -> None:
    """Let the tokenizer split at the punctuation of notes only: twice as quick as all of Unicode's.

    Terms are found in the text itself, so tokens serve only those who look at the ``Doc``.
    """
    tokenizer: Any = nlp.tokenizer
    tokenizer.url_match = None
    tokenizer.prefix_search = compile_prefix_regex([r"[\[({<\"'“‘•*~+#\-–—]"]).search
    tokenizer.suffix_search = compile_suffix_regex([r"[\])}>\"'”’,.;:!?%]", r"'s", r"’s"]).search
    tokenizer.infix_finditer = compile_infix_regex(
        [r"(?<=[A-Za-z0-9])[/–—\-](?=[A-Za-z0-9])"]
    ).finditer


def build_pipeline(index: TermIndex) -> Language:
    """Return the pipeline, with terms looked up in ``index``."""
    nlp = spacy.blank("en")
    _lighten(nlp)
    for name in COMPONENTS:
        nlp.add_pipe(name)
    finder = nlp.get_pipe("suggester_terms")
    assert isinstance(finder, TermFinder)
    finder.use(index)
    return nlp
