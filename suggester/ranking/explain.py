"""What a confidence was made of, in sentences a coder can read."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from suggester.ranking.features import GROUPS, NAMES
from suggester.ranking.ranker import Ranker
from suggester.suggestions import Reason

#: Feature → the group of features it is explained with.
FEATURE_GROUPS: dict[str, str] = {
    **dict.fromkeys(("coverage", "matched_weight", "matched_words", "kind", "gap", "companion", "ambiguous", "rank_of_best"), "wording"),
    **dict.fromkeys(("line_share", "title_line", "item_line", "opens_sentence", "concluding_lines", "in_block_title", "only_supporting", "in_labelled_line", "sentence_length", "repeats_title_elsewhere"), "prominence"),
    **dict.fromkeys((*(f"mentions_{group}" for group in GROUPS), "best_group", "first_position", "block_order", "same_family_concluding", "share_of_concluding"), "place"),
    **dict.fromkeys(("mentions", "lines", "sections", "present_mentions"), "repetition"),
    **dict.fromkeys(("uncertain_grade", "uncertain_share", "historical_share", "turned", "turned_beside_current", "history_code"), "assertion"),
    **dict.fromkeys(("block_treated", "note_treated", "finding_share"), "care"),
    **dict.fromkeys(("specific_score", "specific_gained", "specific_missing", "specific_default", "side_needed", "side_known", "rank_of_first", "share_best_leaf"), "specificity"),
    **dict.fromkeys(("code_frequency", "category_frequency", "phrases"), "frequency"),
    **dict.fromkeys(("chapter_symptom", "chapter_factor", "chapter_cause", "chapter_injury", "chapter_neoplasm", "chapter_pregnancy", "symptom_beside_diagnosis", "integral"), "kind"),
    **dict.fromkeys(("rivals_category", "best_in_category", "rivals_place", "beaten_place", "inside_longer", "shares_site_with_diagnosis"), "competition"),
    **dict.fromkeys(("candidates_concluding", "diagnoses_concluding", "has_conclusion", "has_diagnosis_section", "inpatient", "emergency", "sex_conflict", "pregnancy_conflict", "titled_blocks"), "note"),
}
STATEMENTS = {
    "wording": "how well the note's words match the code's wording",
    "prominence": "whether the term stands alone as a heading or list item",
    "place": "the sections in which the term stands",
    "repetition": "how often it is said",
    "assertion": "how it is meant (present, uncertain, historical)",
    "care": "whether it is assessed or treated",
    "specificity": "how much of the code's detail is documented",
    "frequency": "how often coders assign this code",
    "kind": "the kind of code (symptom, status, external cause, injury …)",
    "competition": "other codes for the same words",
    "note": "the kind of note, setting and patient",
}
_EDGE = 1e-6


def explain(ranker: Ranker, features: npt.NDArray[np.float32], rows: list[int], most: int = 5) -> list[tuple[Reason, ...]]:
    """Return, for each chosen row, the groups of features that moved its confidence most.

    A group's effect is the change in log-odds when its features are set to their median over the
    training pairs.
    """
    if not rows:
        return []
    groups = list(STATEMENTS)
    columns = {g: [i for i, name in enumerate(ranker.names) if FEATURE_GROUPS.get(name) == g] for g in groups}
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
        effects = [(group, float(logit[0, row] - logit[k + 1, row])) for k, group in enumerate(groups)]
        effects.sort(key=lambda pair: (-abs(pair[1]), pair[0]))
        out.append(
            tuple(
                Reason(STATEMENTS[group], round(effect, 2))
                for group, effect in effects[:most]
                if abs(effect) >= 0.05
            )
        )
    return out


if set(NAMES) - set(FEATURE_GROUPS):  # pragma: no cover - a feature added without its group
    raise RuntimeError(f"features without a group: {sorted(set(NAMES) - set(FEATURE_GROUPS))}")
