"""Suggester: the road from an encounter to ranked, explained suggestions."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suggester.encounter import Encounter, Setting
from suggester.suggestions import (
    Alternative,
    Evidence,
    Refusal,
    Result,
    Suggestion,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from spacy.language import Language
    from spacy.tokens import Doc

    from suggester.candidates.generate import CandidateGenerator
    from suggester.candidates.learned import Learned
    from suggester.candidates.mentions import Candidate, NotCoded
    from suggester.codes import CodeSet
    from suggester.models import Model
    from suggester.ranking.features import PairFeatures

MOST_EVIDENCE = 8
MOST_ALTERNATIVES = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """One encounter after the language side: candidates and their features, not yet ranked."""

    encounter: Encounter
    setting: Setting
    doc: Doc
    candidates: list[Candidate]
    not_coded: list[NotCoded]


class LanguageSide:
    """The part of the road before ranking; training and suggesting share it."""

    def __init__(self, codes: CodeSet) -> None:
        from suggester.candidates.generate import CandidateGenerator
        from suggester.lexicon import load_lexicon
        from suggester.preprocess.index_cache import load_term_index
        from suggester.preprocess.pipeline import build_pipeline
        from suggester.ranking.features import PairFeatures

        lexicon = load_lexicon()
        index = load_term_index(codes, lexicon)
        self.codes = codes
        self.pipeline: Language = build_pipeline(index)
        self.generator: CandidateGenerator = CandidateGenerator(codes, lexicon, index)
        self.pair_features: PairFeatures = PairFeatures(codes, index.weight, self.generator.phrases)

    def process(self, encounter: Encounter) -> Doc:
        """Run the pipeline over an encounter's text.

        Raises
        ------
        InputError
            The encounter is blank or too long.
        """
        from suggester.preprocess.note_text import remember_text

        encounter.check()
        text = encounter.text
        doc = self.pipeline.make_doc(text)
        remember_text(doc, text)
        doc._.parts = encounter.places()
        doc._.age, doc._.sex = encounter.age, encounter.sex
        for _, component in self.pipeline.pipeline:
            doc = component(doc)
        return doc

    def read(self, encounter: Encounter, learned: Learned | None = None) -> Reading:
        """Process an encounter's text and generate its candidates.

        ``learned`` adds the codes to which a corpus taught its own wording leads.

        Raises
        ------
        InputError
            The encounter is blank or too long.
        """
        doc = self.process(encounter)
        candidates, not_coded = self.generator.generate(doc, learned)
        return Reading(encounter, encounter.settled(), doc, candidates, not_coded)


class Suggester:
    """Suggest codes for clinical notes.

    Examples
    --------
    >>> from suggester import Suggester
    >>> result = Suggester.load().suggest("Assessment: Type 2 diabetes, stable on metformin.")
    >>> result.suggestions[0].code
    'E11.9'
    """

    def __init__(self, model: Model, codes: CodeSet) -> None:
        self.model = model
        self.codes = codes
        self._language = LanguageSide(codes)
        self._alternative = lru_cache(maxsize=100_000)(self._compare)

    @classmethod
    def load(cls, model: str | Path = "default", release: str | None = None) -> Suggester:
        """Load a model bundle by name or folder, and the code set it suggests from.

        Raises
        ------
        ModelError
            The bundle is missing, damaged or made by incompatible software.
        CodeSetError
            The code-set release is not installed.
        """
        from suggester.codes import load_icd10cm
        from suggester.models import load_model

        # Lexicon, index and code set live as long as the process: looking through their millions of
        # objects for garbage would slow their loading, and hold up a note now and then by a third
        # of a second.
        collecting = gc.isenabled()
        gc.disable()
        try:
            suggester = cls(load_model(model), load_icd10cm(release))
            gc.freeze()
        finally:
            if collecting:
                gc.enable()
        return suggester

    def suggest(
        self,
        note: str | Encounter,
        *,
        top_k: int | None = None,
        explain: bool = False,
    ) -> Result:
        """Return the ranked suggestions for one note or encounter.

        Parameters
        ----------
        note
            Text of one note, or an :class:`~suggester.encounter.Encounter`.
        top_k
            Return at most this many suggestions; all by default.
        explain
            Say for each suggestion what its confidence was made of.

        Raises
        ------
        InputError
            The note is blank or too long.
        """
        from suggester.ranking.consistency import hold_back
        from suggester.ranking.features import NoteContext

        encounter = Encounter.of_text(note) if isinstance(note, str) else note
        ranker = self.model.ranker
        reading = self._language.read(encounter, ranker.learned)
        context = NoteContext(
            reading.setting.value,
            ranker.code_frequency,
            ranker.category_frequency,
            ranker.learned,
        )
        features = self._language.pair_features.matrix(reading.doc, reading.candidates, context)
        confidence = hold_back(
            reading.candidates,
            ranker.confidence(features),
            self._language.pair_features.exclusions,
        )
        order = sorted(
            range(len(reading.candidates)),
            key=lambda i: (-confidence[i], reading.candidates[i].code),
        )
        if top_k is not None:
            order = order[:top_k]
        return self._result(reading, order, confidence, features if explain else None)

    def suggest_many(
        self,
        notes: Iterable[str | Encounter],
        *,
        top_k: int | None = None,
        explain: bool = False,
    ) -> Iterator[Result]:
        """Yield the result of :meth:`suggest` for each note, in order, without holding them all."""
        for number, note in enumerate(notes, 1):
            encounter = Encounter.of_text(note, f"note-{number}") if isinstance(note, str) else note
            yield self.suggest(encounter, top_k=top_k, explain=explain)

    def _result(
        self,
        reading: Reading,
        order: list[int],
        confidence: npt.NDArray[np.float64],
        features: npt.NDArray[np.float32] | None,
    ) -> Result:
        from suggester.ranking.tiers import assign_tiers

        encounter, setting = reading.encounter, reading.setting
        places = _Places(encounter)
        threshold = self.model.ranker.threshold(setting.value)
        tiers = assign_tiers(reading.candidates, confidence, threshold, setting.value)
        reasons: list[tuple] = [()] * len(order)  # type: ignore[type-arg]
        if features is not None:
            from suggester.ranking.explain import explain

            reasons = explain(self.model.ranker, features, order)
        suggestions = []
        for rank, (i, why) in enumerate(zip(order, reasons, strict=True), 1):
            candidate = reading.candidates[i]
            suggestions.append(
                Suggestion(
                    rank=rank,
                    system="icd10cm",
                    code=candidate.code,
                    description=self.codes.title(candidate.code),
                    confidence=round(float(confidence[i]), 4),
                    tier=tiers[i],
                    billable=self.codes.is_billable(candidate.code),
                    evidence=_evidence(candidate, places),
                    alternatives=self._alternatives(candidate),
                    derived_from=_derived(candidate),
                    flags=_flags(candidate, self.codes.title(candidate.code)),
                    reasons=why,
                )
            )
        return Result(
            id=encounter.id,
            model={"name": self.model.name, "version": self.model.version},
            code_sets={"icd10cm": self.codes.release.name},
            setting={"value": setting.value, "inferred": setting.inferred}
            | ({"because": setting.because} if setting.inferred else {}),
            suggestions=tuple(suggestions),
            not_coded=tuple(places.refusal(row) for row in reading.not_coded),
            notices=self._notices(encounter),
        )

    def _alternatives(self, candidate: Candidate) -> tuple[Alternative, ...]:
        """Return the codes that one more detail would choose: never a vaguer one."""
        found = (self._alternative(candidate.code, other) for other in candidate.alternatives)
        return tuple(islice((a for a in found if a is not None), MOST_ALTERNATIVES))

    def _compare(self, mine: str, other: str) -> Alternative | None:
        """Return ``other`` as an alternative to ``mine``, or None where it says less."""
        my_title, other_title = self.codes.title(mine), self.codes.title(other)
        if other_title.lower().count("unspecified") > my_title.lower().count("unspecified"):
            return None
        return Alternative(other, other_title, _reason(mine, other, my_title, other_title))

    def _notices(self, encounter: Encounter) -> tuple[str, ...]:
        date, release = encounter.date_of_service, self.codes.release
        if date is None:
            return ()
        if release.effective_to is not None and date > release.effective_to:
            notice = (
                f"ICD-10-CM {release.name} ended on {release.effective_to}; the date of service is {date}. "
                "Import the newer release with: suggester codes import."
            )
            return (notice,)
        return ()


class _Places:
    """Maps places of the joined text back to documents."""

    def __init__(self, encounter: Encounter) -> None:
        self._spans = encounter.places()
        self._documents = encounter.documents
        self._several = len(encounter.documents) > 1

    def locate(self, start: int, end: int) -> tuple[int, int, str, str | None]:
        """Return start, end and text within the document, and its id where there are several."""
        for (first, last), document in zip(self._spans, self._documents, strict=True):
            if first <= start < max(last, first + 1):
                a, b = start - first, min(end, last) - first
                return a, b, document.text[a:b], document.id if self._several else None
        raise IndexError("place outside every document")

    def refusal(self, row: NotCoded) -> Refusal:
        """Return a not-coded place as it is shown."""
        start, end, text, document = self.locate(row.start, row.end)
        return Refusal(start, end, text, row.reason, row.cue, row.code, document)


def _evidence(candidate: Candidate, places: _Places) -> tuple[Evidence, ...]:
    out: dict[tuple[int, int], Evidence] = {}
    for mention in candidate.mentions:
        place = (mention.term.start, mention.term.end)
        if place in out:
            continue
        start, end, text, document = places.locate(*place)
        out[place] = Evidence(
            start, end, text, mention.sentence.section.kind, mention.assertion.kind, document
        )
        if len(out) == MOST_EVIDENCE:
            break
    return tuple(out.values())


def _derived(candidate: Candidate) -> dict[str, Any] | None:
    """Name the rule that derived a code, and the codes it came from."""
    if not candidate.rule:
        return None
    return {"rule": candidate.rule, "codes": list(candidate.parts)}


def _flags(candidate: Candidate, title: str) -> tuple[dict[str, str], ...]:
    """Flag a code that stands where it does because the note is silent on a detail."""
    best = candidate.mentions[0].chosen
    silent = "unspecified" in title.lower() or (best.needs_side and not best.side_known)
    if silent and candidate.alternatives:
        return ({"kind": "more_detail", "message": "more detail would change this code"},)
    return ()


def _reason(mine: str, other: str, my_title: str, other_title: str) -> str:
    """Say what would choose the other code: a link the guideline assumes, or a detail."""
    from suggester.candidates.combinations import assumed_link

    if source := assumed_link(other, mine):
        return f"where the conditions are linked, as {source} assumes"
    return _difference(my_title, other_title)


def _difference(mine: str, other: str) -> str:
    """Say which words of the other title the note would have to document."""
    known = {word.strip(",()").lower() for word in mine.split()}
    extra = [word.strip(",()") for word in other.split()]
    extra = [w for w in extra if w and w.lower() not in known and w.lower() not in _SMALL]
    return (
        "if the note documents: " + " ".join(extra[:10])
        if extra
        else "if that detail is not documented"
    )


#: Words of a title that name no detail a note could document.
_SMALL = frozenset(
    "of the with and or in to due by for a unspecified other specified elsewhere classified "
    "without not".split()
)
