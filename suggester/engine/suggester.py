"""Suggester: the road from an encounter to ranked, explained suggestions."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING

from suggester.encounter import Encounter
from suggester.engine.coding import CodingRules, Edited
from suggester.engine.diagnoses import Diagnoses
from suggester.engine.language import LanguageSide
from suggester.engine.lines import Lines, ProcedureLines
from suggester.engine.pcs import PcsLines
from suggester.engine.pcs import Procedures as Inpatient
from suggester.engine.places import Places
from suggester.suggestions import CONFIDENT, SYSTEMS, Claim, Result

if TYPE_CHECKING:
    from suggester.codes import CodeSet
    from suggester.edits.coding import Report
    from suggester.edits.coding.note_facts import NoteFacts
    from suggester.edits.coding.site_rules import SiteRules
    from suggester.engine.language import Reading
    from suggester.models import Model

_DIAGNOSES = "icd10cm"


class Suggester:
    """Suggest codes for clinical notes.

    Examples
    --------
    >>> from suggester import Suggester
    >>> result = Suggester.load().suggest("Assessment: Type 2 diabetes, stable on metformin.")
    >>> result.diagnoses[0].code
    'E11.9'
    """

    def __init__(self, model: Model, codes: CodeSet, site: SiteRules | None = None) -> None:
        self.model = model
        self.codes = codes
        self._site = site
        self._language = LanguageSide(codes)
        self._diagnoses = Diagnoses(codes, self._language.pair_features, model.ranker)
        self._rules = CodingRules(codes, self._diagnoses, site)
        self._lines = ProcedureLines(model.procedures)
        self._pcs = PcsLines()

    @classmethod
    def load(
        cls,
        model: str | Path = "default",
        release: str | None = None,
        rules: str | Path | SiteRules | None = None,
    ) -> Suggester:
        """Load a model bundle by name or folder, and the code sets it suggests from.

        ``rules`` are the coding rules of one site, or the TOML file they stand in.

        Raises
        ------
        ModelError
            The bundle is missing, damaged or made by incompatible software.
        CodeSetError
            A code-set release is not installed or damaged.
        InputError
            The file of site rules cannot be used.
        """
        from suggester.codes import load_icd10cm
        from suggester.edits.coding.site_rules import read_site_rules
        from suggester.models import load_model

        # Lexicon, index and code set live as long as the process: looking through their millions of
        # objects for garbage would slow their loading, and hold up a note now and then by a third
        # of a second.
        collecting = gc.isenabled()
        gc.disable()
        try:
            site = read_site_rules(Path(rules)) if isinstance(rules, str | Path) else rules
            suggester = cls(load_model(model), load_icd10cm(release), site)
            gc.freeze()
        finally:
            if collecting:
                gc.enable()
        return suggester

    @contextmanager
    def forgetting(self) -> Iterator[None]:
        """Forget the words of notes coded in this block, which spaCy would keep as long as it lives."""
        with self._language.pipeline.memory_zone():
            yield

    def with_model(self, model: Model) -> Suggester:
        """Return one that suggests with another model and shares all else, so that it is made at once.

        Neither may suggest while the other does.
        """
        new = copy(self)
        new.model = model
        new._diagnoses = Diagnoses(self.codes, self._language.pair_features, model.ranker)
        new._rules = CodingRules(self.codes, new._diagnoses, self._site)
        new._lines = ProcedureLines(model.procedures)
        return new

    def suggest(
        self,
        note: str | Encounter | Reading,
        *,
        top_k: int | None = None,
        explain: bool = False,
        systems: Collection[str] = SYSTEMS,
        edits: bool = True,
    ) -> Result:
        """Return the suggestions for one note or encounter: diagnoses first, then what was done.

        Parameters
        ----------
        note
            Text of one note, or an :class:`~suggester.encounter.Encounter`, or what :meth:`read`
            returned for one with ``procedures``.
        top_k
            Return at most this many diagnoses and as many procedures; all by default.
        explain
            Say for each diagnosis what its confidence was made of.
        systems
            Code systems to suggest from: some of :data:`~suggester.suggestions.SYSTEMS`.
        edits
            Apply the coding rules to the diagnoses; without them they stay as they were ranked.

        Raises
        ------
        InputError
            The note is blank or too long.
        """
        procedures = any(system != _DIAGNOSES for system in systems)
        reading = (
            self.read(note, procedures=procedures) if isinstance(note, str | Encounter) else note
        )
        encounter = reading.encounter
        places = Places(encounter)
        diagnoses = self._diagnoses.suggest(reading, places, explain)
        edited = Edited(diagnoses, (), Claim())
        if edits:
            edited = self._rules.edit(diagnoses, reading)
            diagnoses = edited.suggestions
        found, inpatient = Lines(), Inpatient()
        notices = self._notices(encounter)
        code_sets = {_DIAGNOSES: self.codes.release.name}
        if procedures:
            found = self._lines.suggest(reading, places, diagnoses, systems, top_k)
            operated = any(line.tier == CONFIDENT and not line.visit for line in found.lines)
            inpatient = self._pcs.suggest(reading, places, systems, top_k, operated)
            notices += found.notices + inpatient.notices
            code_sets |= self._lines.code_sets(systems) | self._pcs.code_sets(systems)
        setting = reading.setting
        return Result(
            id=encounter.id,
            model={"name": self.model.name, "version": self.model.version},
            code_sets=code_sets,
            setting={"value": setting.value, "inferred": setting.inferred}
            | ({"because": setting.because} if setting.inferred else {}),
            suggestions=(
                *(diagnoses[:top_k] if _DIAGNOSES in systems else ()),
                *found.lines,
                *inpatient.suggestions,
            ),
            not_coded=(*map(places.refusal, reading.not_coded), *edited.refusals),
            not_performed=found.apart,
            notices=notices,
            claim=edited.claim,
        )

    def read(self, note: str | Encounter, *, procedures: bool = False) -> Reading:
        """Return what the language side reads in a note or encounter, to :meth:`check` it again and again.

        With ``procedures``, what was done is read too, as :meth:`suggest` needs it.

        Raises
        ------
        InputError
            The note is blank or too long.
        """
        encounter = Encounter.of_text(note) if isinstance(note, str) else note
        ranker = self.model.ranker
        return self._language.read(
            encounter, ranker.learned, ranker.code_models, procedures=procedures
        )

    def check(
        self,
        codes: Sequence[str],
        note: str | Encounter | Reading,
        facts: NoteFacts | None = None,
    ) -> Report:
        """Return what the coding rules say of the ICD-10-CM codes assigned to a note or encounter.

        ``codes`` are in the order they are assigned, the first-listed first; ``note`` may be what
        :meth:`read` returned, and ``facts`` what :meth:`facts` did of that: both together make the
        same note quick to check again.

        Raises
        ------
        InputError
            The note is blank or too long.
        """
        reading = self.read(note) if isinstance(note, str | Encounter) else note
        return self._rules.check(codes, reading, facts)

    def facts(self, note: str | Encounter | Reading) -> NoteFacts:
        """Return what a note or encounter says about codes, as the coding rules ask about it.

        Raises
        ------
        InputError
            The note is blank or too long.
        """
        return self._rules.facts(self.read(note) if isinstance(note, str | Encounter) else note)

    def unknown_share(self, note: str | Encounter) -> float:
        """Return the share of a note's content words that no term and no everyday word covers."""
        from suggester.preprocess.unknown_words import unknown_share

        text = note if isinstance(note, str) else note.text
        return unknown_share(text, self._language.vocabulary)

    def suggest_many(
        self,
        notes: Iterable[str | Encounter],
        *,
        top_k: int | None = None,
        explain: bool = False,
        systems: Collection[str] = SYSTEMS,
        edits: bool = True,
    ) -> Iterator[Result]:
        """Yield the result of :meth:`suggest` for each note, in order, without holding them all."""
        for number, note in enumerate(notes, 1):
            encounter = Encounter.of_text(note, f"note-{number}") if isinstance(note, str) else note
            yield self.suggest(
                encounter, top_k=top_k, explain=explain, systems=systems, edits=edits
            )

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
