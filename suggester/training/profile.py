"""What the notes of a training looked like, in counts alone: what live notes are compared with later.

A profile is a set of histograms: no text, no id, no word of a note. That of a training has the
confidences of models that did not see the note; that of live notes those of the model itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from suggester.evaluation.hierarchy import chapter_name
from suggester.evaluation.stability import deciles, histogram
from suggester.training.fitting import Fitted
from suggester.training.pairs import Pairs
from suggester.training.reading import NoteFigures

#: Version of the profile's form.
FORMAT = 1
#: Features of numbers → those of names, in the order they are reported.
NUMBERS = ("words", "unknown", "candidates", "confidence", "confident")
NAMES = ("setting", "section", "chapter")
#: Where a name goes that is rare in training, or new.
OTHER = "other"
#: Share of the notes below which a name is not told by itself.
_RARE = 0.01


@dataclass(frozen=True, slots=True)
class Seen:
    """What is counted of one note.

    ``confidences`` are those of its candidates, ``chapters`` the chapters of its confident codes.
    """

    setting: str
    figures: NoteFigures
    confidences: npt.NDArray[np.float64]
    chapters: tuple[str, ...]

    @classmethod
    def of(
        cls,
        setting: str,
        figures: NoteFigures,
        codes: Sequence[str],
        confidence: npt.NDArray[np.float64],
        threshold: float,
    ) -> Seen:
        """Return what is counted of a note with these candidates and this threshold."""
        chapters = (
            chapter_name(code)
            for code, value in zip(codes, confidence, strict=True)
            if value >= threshold
        )
        return cls(setting, figures, confidence, tuple(chapters))


def of_training(pairs: Pairs, fitted: Fitted) -> list[Seen]:
    """Return what is counted of each note of a training."""
    starts = np.searchsorted(pairs.encounter, np.arange(len(pairs.settings) + 1))
    out = []
    for number, (setting, figures) in enumerate(zip(pairs.settings, pairs.figures, strict=True)):
        mine = slice(starts[number], starts[number + 1])
        threshold = fitted.ranker.threshold(pairs.kinds[number])
        out.append(Seen.of(setting, figures, pairs.codes[mine], fitted.confidence[mine], threshold))
    return out


def profile_of(notes: Sequence[Seen]) -> dict[str, Any]:
    """Return the histograms of notes: numbers by the tenths of their own, names by count."""
    features: dict[str, Any] = {}
    for name in NUMBERS:
        values = numbers_of(notes, name)
        edges = deciles(values) if values else (0.5,)
        features[name] = {"edges": list(edges), "counts": list(histogram(values, edges))}
    for name in NAMES:
        counts = Counter(names_of(notes, name))
        kept = sorted(key for key, times in counts.items() if times >= _RARE * len(notes))
        rest = sum(counts.values()) - sum(counts[key] for key in kept)
        features[name] = {
            "names": [*kept, OTHER],
            "counts": [*(counts[key] for key in kept), rest],
        }
    return {"format": FORMAT, "notes": len(notes), "features": features}


def counted_in(notes: Sequence[Seen], name: str, feature: Mapping[str, Any]) -> list[int]:
    """Return how many values of a feature fall in each bin of a profile's."""
    if name in NUMBERS:
        return list(histogram(numbers_of(notes, name), feature["edges"]))
    bins = {key: number for number, key in enumerate(feature["names"])}
    counts = [0] * len(bins)
    for value in names_of(notes, name):
        counts[bins.get(value, bins[OTHER])] += 1
    return counts


def numbers_of(notes: Sequence[Seen], name: str) -> list[float]:
    """Return the values of a feature of numbers: one a note, of confidences one a candidate."""
    if name == "confidence":
        return [float(value) for note in notes for value in note.confidences]
    return [
        float(
            {
                "words": note.figures.words,
                "unknown": note.figures.unknown,
                "candidates": len(note.confidences),
                "confident": len(note.chapters),
            }[name]
        )
        for note in notes
    ]


def names_of(notes: Sequence[Seen], name: str) -> list[str]:
    """Return the values of a feature of names: any number a note, but for its one setting."""
    if name == "setting":
        return [note.setting for note in notes]
    if name == "section":
        return [kind for note in notes for kind in note.figures.sections]
    return [chapter for note in notes for chapter in note.chapters]
