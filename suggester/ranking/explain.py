"""What a confidence was made of, in sentences a coder can read."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from suggester.ranking.names import FEATURE_GROUPS, TAUGHT_GROUP, TAUGHT_NAMES
from suggester.ranking.ranker import Ranker
from suggester.suggestions import Reason

#: Group of features → what it says, for a coder.
STATEMENTS = {
    "wording": "how well the note's words match the code's wording",
    "prominence": "whether the term stands alone as a heading or list item",
    "place": "the sections in which the term stands",
    "repetition": "how often it is said",
    "assertion": "how it is meant (present, uncertain, historical)",
    "care": "whether it is assessed or treated",
    "specificity": "how much of the code's detail is documented",
    "frequency": "how often coders assign this code",
    "taught": "what the training notes of this code have in common",
    "kind": "the kind of code (symptom, status, external cause, injury …)",
    "competition": "other codes for the same words",
    "note": "the kind of note, setting and patient",
}
_EDGE = 1e-6


def explain(
    ranker: Ranker, features: npt.NDArray[np.float32], rows: list[int], most: int = 5
) -> list[tuple[Reason, ...]]:
    """Return, for each chosen row, the groups of features that moved its confidence most.

    A group's effect is the change in log-odds when its features are set to their median over the
    training pairs.
    """
    if not rows:
        return []
    known = {**FEATURE_GROUPS, TAUGHT_GROUP: TAUGHT_NAMES}
    groups = [group for group in STATEMENTS if known[group][0] in ranker.names]
    columns = {group: [ranker.names.index(name) for name in known[group]] for group in groups}
    chosen = features[rows]
    typical = np.asarray(ranker.typical, dtype=np.float32)
    blocks = [chosen]
    for group in groups:
        changed = chosen.copy()
        changed[:, columns[group]] = typical[columns[group]]
        blocks.append(changed)
    p = np.clip(ranker.confidence(np.vstack(blocks)), _EDGE, 1 - _EDGE)
    logit = np.log(p / (1 - p)).reshape(len(groups) + 1, len(rows))
    out = []
    for row in range(len(rows)):
        effects = [
            (group, float(logit[0, row] - logit[k + 1, row])) for k, group in enumerate(groups)
        ]
        effects.sort(key=lambda pair: (-abs(pair[1]), pair[0]))
        out.append(
            tuple(
                Reason(STATEMENTS[group], round(effect, 2))
                for group, effect in effects[:most]
                if abs(effect) >= 0.05
            )
        )
    return out
