"""Invented discharge notes, patient by patient: they measure scale, never quality.

What there is to learn: a code is worded by its title, by a phrase of the lexicon, or, for a share of
the codes, by the house's own name for it, which only the labels of other notes explain. What makes it
harder: codes that are denied, a relative's or long over, and labels that are wrong.
"""

from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from suggester.corpus.invented.fillers import Sentence, filler_sentences, frames
from suggester.corpus.invented.vocabulary import Worded, procedure_codes, vocabulary
from suggester.errors import InputError

if TYPE_CHECKING:
    from suggester.codes import CodeSet

_FIRST_DAY = datetime.date(2025, 10, 1)
_DAYS = 360
#: Share of a patient's codes that come back at every encounter.
_CHRONIC = 0.4
#: Encounters a patient has, with how often.
_ENCOUNTERS, _ENCOUNTER_WEIGHTS = (1, 2, 3, 4, 6), (50, 25, 13, 8, 4)
#: How often a code with a house habit is worded by that alone.
_HABIT_ALONE = 0.6
#: Heading, section of the fillers, share of the fillers that stand there.
_SECTIONS = (
    ("HISTORY OF PRESENT ILLNESS", "history", 0.16),
    ("SOCIAL HISTORY", "social", 0.03),
    ("VITAL SIGNS", "vitals", 0.02),
    ("PHYSICAL EXAMINATION", "exam", 0.14),
    ("PERTINENT RESULTS", "labs", 0.16),
    ("IMAGING", "imaging", 0.08),
    ("HOSPITAL COURSE", "course", 0.22),
    ("DISCHARGE MEDICATIONS", "medications", 0.09),
    ("DISCHARGE CONDITION", "condition", 0.02),
    ("DISCHARGE INSTRUCTIONS", "instructions", 0.08),
)
_MOST_CODES = 39
#: Flattens the head of the frequencies (Zipf–Mandelbrot): else one code would stand in nearly every note.
_FLAT = 4


@dataclass(frozen=True, slots=True)
class Volume:
    """How much is invented, and how hard it is.

    Attributes
    ----------
    words, codes_per_note
        In the mean.
    zipf
        The code of rank r is drawn in proportion to ``(r + 4) ** -zipf``.
    habits
        Share of the codes that have a house habit.
    noise
        Share of the codes worded that are not labelled, and as many labelled that are not worded.
    """

    notes: int
    words: int = 1500
    codes: int = 4000
    codes_per_note: float = 12
    zipf: float = 1.1
    habits: float = 0.3
    noise: float = 0.05
    seed: int = 1

    def check(self) -> None:
        """Refuse what cannot be invented.

        Raises
        ------
        InputError
            A value is out of range.
        """
        if self.notes < 1 or self.words < 50 or self.codes < 1:
            raise InputError("--notes and --codes must be 1 at least, and --words 50 at least.")
        if not 1 <= self.codes_per_note <= _MOST_CODES - 9:
            raise InputError(f"--codes-per-note must lie between 1 and {_MOST_CODES - 9}.")
        if not 0 <= self.zipf <= 4 or not 0 <= self.habits <= 1 or not 0 <= self.noise <= 0.5:
            raise InputError(
                "--zipf must lie between 0 and 4, --habits between 0 and 1, --noise between 0 and 0.5."
            )


def invented_notes(codes: CodeSet, volume: Volume) -> Iterator[dict[str, Any]]:
    """Yield corpus rows, a patient's encounters one after the other; the same for the same volume."""
    volume.check()
    writer = _Writer(codes, volume)
    left = volume.notes
    for patient in itertools.count(1):
        for row in itertools.islice(writer.patient(patient), left):
            yield row
            left -= 1
        if not left:
            return


class _Note:
    """A note as it grows: its pieces and its length."""

    __slots__ = ("length", "pieces")

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0

    def add(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)

    def around(self, frame: tuple[str, str], wording: str) -> tuple[int, int]:
        """Add a wording within its frame and return where it stands."""
        before, after = frame
        if not before:
            wording = wording[0].upper() + wording[1:]
        start = self.length + len(before)
        self.add(f"{before}{wording}{after} ")
        return start, start + len(wording)


class _Writer:
    """Writes the notes of one volume."""

    def __init__(self, codes: CodeSet, volume: Volume) -> None:
        self._volume = volume
        self._words = vocabulary(codes, volume.codes, volume.habits, volume.seed)
        ranks = range(1, len(self._words) + 1)
        self._weights = list(itertools.accumulate((rank + _FLAT) ** -volume.zipf for rank in ranks))
        self._fillers = filler_sentences(volume.seed)
        self._frames = frames()
        self._procedures = procedure_codes()
        self._mean = {
            name: sum(words for _, words in sentences) / len(sentences)
            for name, sentences in self._fillers.items()
        }

    def patient(self, number: int) -> Iterator[dict[str, Any]]:
        rng = random.Random(f"{self._volume.seed}:{number}")
        sex, age = rng.choice("FM"), min(89, max(18, round(rng.gauss(63, 16))))
        chronic = self._drawn(rng, round(self._volume.codes_per_note * _CHRONIC))
        [visits] = rng.choices(_ENCOUNTERS, _ENCOUNTER_WEIGHTS)
        days = sorted(rng.sample(range(_DAYS), visits))
        for visit, day in enumerate(days, 1):
            text, fields = self._note(rng, chronic, sex)
            yield {
                "id": f"invented-{number}-{visit}",
                "patient": f"invented-{number}",
                "type": "discharge summary",
                "setting": "inpatient",
                "age": age,
                "sex": sex,
                "date_of_service": (_FIRST_DAY + datetime.timedelta(days=day)).isoformat(),
                "text": text,
                **fields,
            }

    def _drawn(self, rng: random.Random, number: int) -> list[Worded]:
        drawn = rng.choices(self._words, cum_weights=self._weights, k=number)
        return list(dict.fromkeys(drawn))

    def _note(
        self, rng: random.Random, chronic: list[Worded], sex: str
    ) -> tuple[str, dict[str, Any]]:
        mean = self._volume.codes_per_note
        wanted = min(_MOST_CODES, max(1, round(rng.gauss(mean, mean / 3))))
        # Codes drawn twice are one: more are drawn than are wanted.
        drawn = dict.fromkeys([*chronic, *self._drawn(rng, 2 * wanted)])
        present = list(drawn)[:wanted]
        absent = [word for word in self._drawn(rng, wanted) if word not in present]
        note = _Note()
        note.add(f"Name: ___ Unit No: ___\nAdmission Date: ___ Discharge Date: ___\nSex: {sex}\n")
        evidence: list[dict[str, Any]] = []
        not_coded: list[dict[str, Any]] = []
        size = max(40, rng.gauss(self._volume.words, self._volume.words / 6))
        spare = max(0.0, size - 9 * (len(present) + len(absent)) - 40)
        for heading, section, share in _SECTIONS:
            note.add(f"\n\n{heading}:\n")
            self._fill(rng, note, self._fillers[section], share * spare / self._mean[section])
            if section == "history":
                self._absent(rng, note, absent, not_coded)
            elif section == "course":
                self._present(rng, note, present, evidence)
                self._list(rng, note, present, evidence)
        labelled = self._labelled(rng, present)
        kept = set(labelled)
        return "".join(note.pieces).rstrip(), {
            "codes": labelled,
            "evidence": [place for place in evidence if place["code"] in kept],
            "not_coded": not_coded,
            "procedures_icd": rng.sample(self._procedures, rng.choice((0, 0, 1, 1, 2, 3))),
        }

    def _fill(
        self, rng: random.Random, note: _Note, sentences: list[Sentence], number: float
    ) -> None:
        whole = int(number) + (rng.random() < number % 1)
        for text, _ in rng.choices(sentences, k=whole):
            note.add(text + " ")

    def _present(
        self,
        rng: random.Random,
        note: _Note,
        present: list[Worded],
        evidence: list[dict[str, Any]],
    ) -> None:
        for word in present:
            by_habit = word.habit and rng.random() < _HABIT_ALONE
            wording = word.habit if by_habit else rng.choice(word.phrases)
            frame = rng.choice(self._frames["habit" if by_habit else "present"])
            start, end = note.around(frame, wording)
            evidence.append({"code": word.code, "start": start, "end": end})

    def _list(
        self,
        rng: random.Random,
        note: _Note,
        present: list[Worded],
        evidence: list[dict[str, Any]],
    ) -> None:
        """Add the diagnoses at discharge: only codes without a habit, and not all of them."""
        note.add("\n\nDISCHARGE DIAGNOSES:")
        for word in present:
            if not word.habit and rng.random() < 0.5:
                note.add("\n- ")
                start, end = note.around(("", ""), rng.choice(word.phrases))
                evidence.append({"code": word.code, "start": start, "end": end})

    def _absent(
        self,
        rng: random.Random,
        note: _Note,
        absent: list[Worded],
        not_coded: list[dict[str, Any]],
    ) -> None:
        for word in absent:
            reason = rng.choice(("negated", "negated", "family", "historical"))
            start, end = note.around(rng.choice(self._frames[reason]), rng.choice(word.phrases))
            not_coded.append({"start": start, "end": end, "reason": reason})

    def _labelled(self, rng: random.Random, present: list[Worded]) -> list[str]:
        noise = self._volume.noise
        out = [word.code for word in present if rng.random() >= noise] or [present[0].code]
        wrong = sum(rng.random() < noise for _ in present)
        return list(dict.fromkeys([*out, *(word.code for word in self._drawn(rng, wrong))]))
