"""Whether live notes still look like those a model was trained on, feature by feature."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suggester.errors import ModelError
from suggester.evaluation.stability import Change, by_chance, change_of, stability_index
from suggester.models import PROFILE
from suggester.ranking.features import NoteContext
from suggester.training.profile import FORMAT, NAMES, NUMBERS, Seen, counted_in
from suggester.training.reading import figures_of

if TYPE_CHECKING:
    from suggester.encounter import Encounter
    from suggester.engine.language import LanguageSide
    from suggester.models import Model

#: Notes below which chance moves every feature too far to tell.
FEWEST = 50
#: Probability that chance alone makes any feature look changed.
_FALSE_ALARM = 0.05

#: Feature → what it is called, and what to do where it changed.
FEATURES = {
    "words": (
        "Words a note",
        "Look whether notes are cut off, joined, or of another kind than those of the training.",
    ),
    "unknown": (
        "Words that nothing here knows",
        (
            "Look at some of the notes with most of them: another language, a broken export, or terms and "
            "abbreviations that a new training on your notes would learn."
        ),
    ),
    "candidates": (
        "Candidate codes a note",
        (
            "The notes name more, or fewer, conditions: look whether sections are missing or notes are of "
            "another kind."
        ),
    ),
    "confidence": (
        "Confidence of candidates",
        (
            "The model is surer, or less sure, than in training: measure on coded notes of today whether its "
            "confidence still holds."
        ),
    ),
    "confident": (
        "Confident codes a note",
        "Coders are offered more, or fewer, codes than in training: measure on coded notes of today.",
    ),
    "setting": (
        "Setting",
        "Measure the settings that grew on coded notes of their own before relying on the model there.",
    ),
    "section": (
        "Kinds of section",
        (
            "Headings have changed or are not recognised: look at notes that lack an assessment or a list of "
            "diagnoses."
        ),
    ),
    "chapter": (
        "Chapters of confident codes",
        "Other conditions are seen than in training: a new service, a season, or a habit of coding.",
    ),
}


@dataclass(frozen=True, slots=True)
class FeatureDrift:
    """How one feature of live notes differs from training.

    Attributes
    ----------
    psi
        Population stability index, see :func:`suggester.evaluation.stability.stability_index`.
    psi_by_chance
        What the index of all features stays below 95 times in 100 although nothing changed, notes
        counted as the independent observations.
    bins
        What each bin is called; ``trained`` and ``live`` are the shares in each.
    """

    name: str
    title: str
    psi: float
    psi_by_chance: float
    change: Change
    bins: tuple[str, ...]
    trained: tuple[float, ...]
    live: tuple[float, ...]
    advice: str

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "feature": self.name,
            "title": self.title,
            "psi": round(self.psi, 4),
            "psi_by_chance": round(self.psi_by_chance, 4),
            "change": self.change,
            "bins": [
                {"bin": name, "trained": round(before, 4), "live": round(now, 4)}
                for name, before, now in zip(self.bins, self.trained, self.live, strict=True)
            ],
            "advice": self.advice if self.change != "little" else "",
        }


@dataclass(frozen=True, slots=True)
class Drift:
    """Live notes beside the training of a model, the feature that changed most first."""

    model: str
    version: str
    trained: int
    live: int
    features: tuple[FeatureDrift, ...]

    @property
    def changed(self) -> tuple[FeatureDrift, ...]:
        """The features that changed."""
        return tuple(feature for feature in self.features if feature.change != "little")

    @property
    def verdict(self) -> str:
        """Say in one or two sentences what was found and what to do."""
        worst = "large" if any(f.change == "large" for f in self.features) else "some"
        if self.live < FEWEST:
            return (
                f"{self.live} notes are too few to tell drift from chance; give at least {FEWEST}, better "
                "some hundred."
            )
        if not self.changed:
            return "The notes look like those of the training. Nothing needs to be done."
        named = ", ".join(feature.title.lower() for feature in self.changed)
        if worst == "some":
            return (
                f"Some change: {named}. Look at what changed, and compare again with the notes of "
                "the next weeks."
            )
        return (
            f"The notes differ from those of the training: {named}. Code about a hundred of them, measure "
            "the model on these with suggester evaluate before relying on it, and train it again with them "
            "where it is worse."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "model": {"name": self.model, "version": self.version},
            "notes_trained": self.trained,
            "notes_live": self.live,
            "verdict": self.verdict,
            "features": [feature.to_dict() for feature in self.features],
        }


def read_profile(model: Model) -> dict[str, Any]:
    """Return what the notes of a model's training looked like.

    Raises
    ------
    ModelError
        The model has no profile, or one of another version of suggester.
    """
    # Loading the model compared the file with the manifest; what that does not list is not read.
    if PROFILE not in model.manifest["files"]:
        raise ModelError(
            f"Model {model.name} {model.version} was trained before what its notes looked like was kept; "
            "train it again to compare notes with its training."
        )
    try:
        profile = json.loads((Path(model.folder) / PROFILE).read_text("utf-8"))
    except (OSError, ValueError):
        profile = {}
    if not isinstance(profile, dict) or profile.get("format") != FORMAT:
        raise ModelError(
            f"The {PROFILE} of model {model.folder} is of another version of suggester; train it again."
        )
    return profile


def seen_live(
    language: LanguageSide,
    model: Model,
    notes: Iterable[Encounter],
    progress: Callable[[int], None] = lambda done: None,
) -> list[Seen]:
    """Return what is counted of live notes, as :func:`suggester.training.profile.of_training` counts it.

    Raises
    ------
    InputError
        A note cannot be read.
    """
    ranker = model.ranker
    frequencies = (ranker.code_frequency, ranker.category_frequency)
    out = []
    for number, encounter in enumerate(notes, 1):
        reading = language.read(encounter, ranker.learned, ranker.code_models, procedures=False)
        setting = reading.setting.value
        context = NoteContext(setting, *frequencies, ranker.learned, reading.scores)
        features = language.pair_features.matrix(reading.doc, reading.candidates, context)
        codes = [candidate.code for candidate in reading.candidates]
        figures, threshold = figures_of(language, reading), ranker.threshold(reading.kind)
        out.append(Seen.of(setting, figures, codes, ranker.confidence(features), threshold))
        progress(number)
    return out


def compare_with(profile: dict[str, Any], live: Sequence[Seen], model: Model) -> Drift:
    """Return how live notes differ from the profile of a training; the most changed feature first."""
    rows = []
    trained, level = int(profile["notes"]), 1 - _FALSE_ALARM / len(FEATURES)
    for name in (*NUMBERS, *NAMES):
        feature = profile["features"][name]
        before, now = feature["counts"], counted_in(live, name, feature)
        title, advice = FEATURES[name]
        psi = stability_index(before, now)
        chance = by_chance(trained, max(1, len(live)), max(2, len(before)), level)
        change = change_of(psi, chance)
        rows.append(
            FeatureDrift(
                name,
                title,
                psi,
                chance,
                change,
                bins_of(feature),
                _shares(before),
                _shares(now),
                advice,
            )
        )
    rows.sort(key=lambda row: -row.psi)
    return Drift(model.name, model.version, trained, len(live), tuple(rows))


#: Edges all below this are shown in percent.
_SMALL = 0.2


def bins_of(feature: dict[str, Any]) -> tuple[str, ...]:
    """Return what the bins of a feature are called."""
    if "names" in feature:
        return tuple(str(name).replace("_", " ") for name in feature["names"])
    small = max(feature["edges"]) < _SMALL
    edges = [f"{100 * edge:.2g} %" if small else f"{edge:.4g}" for edge in feature["edges"]]
    between = [f"{low} to {high}" for low, high in itertools.pairwise(edges)]
    return (f"below {edges[0]}", *between, f"{edges[-1]} and over")


def _shares(counts: Sequence[int]) -> tuple[float, ...]:
    total = sum(counts)
    return tuple(count / total if total else 0.0 for count in counts)
