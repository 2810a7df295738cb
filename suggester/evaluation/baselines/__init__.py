"""Baselines that a model must beat, trained on words alone: one file each, loaded when asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any, Protocol

from suggester.errors import InputError


class Baseline(Protocol):
    """Learns codes from the words of notes, given as rows of TF-IDF weights."""

    def fit(self, features: Any, codes: Sequence[frozenset[str]]) -> None:
        """Learn; ``features`` is sparse, notes × words, ``codes`` are those of each note."""

    def suggest(self, features: Any) -> list[dict[str, float]]:
        """Return for each row its codes with a score from 0 to 1."""


def _neighbours() -> Baseline:
    from suggester.evaluation.baselines.neighbours import Neighbours

    return Neighbours()


def _linear() -> Baseline:
    from suggester.evaluation.baselines.linear import Linear

    return Linear()


def _omikuji() -> Baseline:
    from suggester.evaluation.baselines.label_trees import LabelTrees

    return LabelTrees()


#: Name → what makes a new one.
BASELINES: dict[str, Callable[[], Baseline]] = {
    "neighbours": _neighbours,
    "linear": _linear,
    "omikuji": _omikuji,
}
#: Name → as tables call it.
TITLES = {
    "look-up": "Look-up",
    "neighbours": "Nearest notes",
    "linear": "Linear",
    "omikuji": "Omikuji",
}
#: Name → what it is.
WHAT = {
    "look-up": "official titles, found word for word",
    "neighbours": "codes of the 10 notes with the most similar words (TF-IDF)",
    "linear": "a linear support vector machine for each code on the words (TF-IDF)",
    "omikuji": "partitioned label trees on the words (TF-IDF)",
}


def installed() -> tuple[str, ...]:
    """Return the names of the baselines that can be trained here."""
    return tuple(name for name in BASELINES if name != "omikuji" or find_spec("omikuji"))


def check_names(given: Sequence[str]) -> tuple[str, ...]:
    """Return the names of trained baselines that were asked for.

    Raises
    ------
    InputError
        There is no such baseline, or what it needs is not installed.
    """
    for name in given:
        if name not in BASELINES:
            raise InputError(f"Unknown baseline {name!r}; known: {', '.join(BASELINES)}.")
        if name not in installed():
            raise InputError("The baseline omikuji needs a package: pip install omikuji.")
    return tuple(dict.fromkeys(given))
