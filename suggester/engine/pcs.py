"""ICD-10-PCS suggestions of inpatient notes, with the seven axes of each code."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suggester.codes.flat_installed import load_flat
from suggester.engine.places import Places
from suggester.suggestions import CANDIDATE, CONFIDENT, Alternative, Axis, Suggestion

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from suggester.candidates.pcs.candidate import PcsCandidate
    from suggester.engine.language import Reading

SYSTEM = "icd10pcs"
#: ICD-10-PCS is for hospital inpatients (guideline A11 and the HIPAA code sets).
_SETTING = "inpatient"
_NOT_INPATIENT = "ICD-10-PCS is for hospital inpatients, and this note is not of one; say so with: --setting inpatient"


@dataclass(frozen=True, slots=True)
class Procedures:
    """Suggestions and notices of one reading."""

    suggestions: tuple[Suggestion, ...] = ()
    notices: tuple[str, ...] = ()


class PcsLines:
    """Suggest ICD-10-PCS codes from the installed release."""

    def __init__(self) -> None:
        from suggester.candidates.pcs.generate import PcsGenerator
        from suggester.lexicon.pcs_rows import load_pcs

        self._codes = load_flat(SYSTEM)
        # The lexicon takes 50 MB that only an installed release is worth.
        self._generator = None if self._codes is None else PcsGenerator(load_pcs(), self._codes)

    def code_sets(self, systems: Collection[str]) -> dict[str, str]:
        """Return the release used, where the system is asked for and one is installed."""
        if SYSTEM not in systems or self._codes is None:
            return {}
        return {SYSTEM: self._codes.release.name}

    def suggest(
        self,
        reading: Reading,
        places: Places,
        systems: Collection[str],
        top_k: int | None,
        operated: bool,
    ) -> Procedures:
        """Return the codes of an inpatient note, the surest first.

        ``operated`` says that something was done: only then, or where nothing else was asked for, is it
        worth saying that no release is installed.
        """
        alone = set(systems) == {SYSTEM}
        if SYSTEM not in systems:
            return Procedures()
        if reading.setting.value != _SETTING:
            return Procedures(notices=(_NOT_INPATIENT,) if alone else ())
        if self._generator is None:
            from suggester.candidates.pcs.generate import NO_RELEASE

            return Procedures(notices=(NO_RELEASE,) if operated or alone else ())
        found = sorted(self._generator.generate(reading.doc), key=lambda one: -one.score)[:top_k]
        return Procedures(
            tuple(
                self._suggestion(one, rank, places, reading.doc)
                for rank, one in enumerate(found, 1)
            )
        )

    def _suggestion(self, found: PcsCandidate, rank: int, places: Places, doc: Doc) -> Suggestion:
        assert self._codes is not None
        undocumented = ", ".join(found.open)
        flag = {"kind": "more_detail", "message": f"not documented: {undocumented}"}
        return Suggestion(
            rank=rank,
            system=SYSTEM,
            code=found.code,
            description=self._codes.title(found.code),
            confidence=found.score,
            tier=CANDIDATE if found.open else CONFIDENT,
            billable=True,
            evidence=tuple(filter(None, [places.quote_of(doc, found.start, found.end)])),
            alternatives=tuple(
                Alternative(
                    other, self._codes.title(other), f"as the note documents: {undocumented}"
                )
                for other in found.others
            ),
            flags=(flag,) if found.open else (),
            axes=tuple(
                Axis(a.name, a.value, a.meaning, a.told, places.quote_of(doc, a.start, a.end))
                for a in found.axes
            ),
        )
