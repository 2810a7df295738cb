"""The part of the road before ranking; training and suggesting share it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suggester.encounter import Encounter, Setting

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from suggester.candidates.code_models import CodeModels, Scores
    from suggester.candidates.generate import CandidateGenerator
    from suggester.candidates.learned import Learned
    from suggester.candidates.mentions import Candidate, NotCoded
    from suggester.candidates.procedures.generate import ProcedureCandidate, ProcedureGenerator
    from suggester.codes import CodeSet
    from suggester.ranking.features import PairFeatures


@dataclass(frozen=True, slots=True)
class Reading:
    """One encounter after the language side: candidates and their features, not yet ranked."""

    encounter: Encounter
    setting: Setting
    doc: Doc
    candidates: list[Candidate]
    not_coded: list[NotCoded]
    procedures: Sequence[ProcedureCandidate] = ()
    scores: Scores | None = None

    @property
    def kind(self) -> str:
        """What the threshold of confidence depends on: the setting, or that the note is a report."""
        from suggester.preprocess.note_text import text_of
        from suggester.preprocess.sections import is_report
        from suggester.preprocess.studies import is_study

        sections = self.doc._.sections
        reports = is_report(sections) or is_study(text_of(self.doc), sections)
        return "report" if reports else self.setting.value


class LanguageSide:
    """Turn an encounter into candidate codes."""

    def __init__(self, codes: CodeSet) -> None:
        from suggester.candidates.generate import CandidateGenerator
        from suggester.candidates.procedures.generate import ProcedureGenerator
        from suggester.lexicon import load_lexicon
        from suggester.lexicon.procedure_rows import load_procedures
        from suggester.preprocess.index_cache import load_term_index
        from suggester.preprocess.pipeline import build_pipeline
        from suggester.preprocess.procedure_index import load_procedure_index
        from suggester.ranking.features import PairFeatures

        lexicon = load_lexicon()
        index = load_term_index(codes, lexicon)
        procedures = load_procedures()
        self.codes = codes
        self.vocabulary: Collection[str] = index.vocabulary.keys()
        self.pipeline: Language = build_pipeline(index, load_procedure_index(procedures))
        self.generator: CandidateGenerator = CandidateGenerator(codes, lexicon, index)
        self.pair_features: PairFeatures = PairFeatures(codes, index.weight, self.generator.phrases)
        self.procedures: ProcedureGenerator = ProcedureGenerator(procedures)

    def process(self, encounter: Encounter, *, procedures: bool = True) -> Doc:
        """Run the pipeline over an encounter's text; procedures are looked up unless told not to.

        Raises
        ------
        InputError
            The encounter is blank or too long.
        """
        from suggester.preprocess.line_ends import plain
        from suggester.preprocess.note_text import remember_text
        from suggester.preprocess.procedure_terms import ProcedureTermFinder

        encounter.check()
        text = plain(encounter.text)
        doc = self.pipeline.make_doc(text)
        remember_text(doc, text)
        doc._.parts = encounter.places()
        doc._.age, doc._.sex = encounter.age, encounter.sex
        doc._.date_of_service = encounter.date_of_service
        for _, component in self.pipeline.pipeline:
            if procedures or not isinstance(component, ProcedureTermFinder):
                doc = component(doc)
        return doc

    def read(
        self,
        encounter: Encounter,
        learned: Learned | None = None,
        models: CodeModels | None = None,
        *,
        procedures: bool = True,
    ) -> Reading:
        """Process an encounter's text and generate its candidates.

        ``learned`` adds the codes to which a corpus taught its own wording leads, ``models`` those
        that its per-code models see in the note.

        Raises
        ------
        InputError
            The encounter is blank or too long.
        """
        doc = self.process(encounter, procedures=procedures)
        scores = None if models is None else models.score(encounter.text)
        candidates, not_coded = self.generator.generate(doc, learned, scores)
        done = self.procedures.generate(doc) if procedures else ()
        return Reading(encounter, encounter.settled(), doc, candidates, not_coded, done, scores)
