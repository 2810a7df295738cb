"""The features by name: their order in the matrix, and which way each may move the score."""

from __future__ import annotations

from suggester.ranking.places import GROUPS

#: Group of features → the features, as explanations show them.
FEATURE_GROUPS: dict[str, tuple[str, ...]] = {
    "wording": (
        "coverage",
        "matched_weight",
        "matched_words",
        "kind",
        "gap",
        "companion",
        "placed",
        "ambiguous",
        "rank_of_best",
        "rank_of_first",
        "share_best_leaf",
    ),
    "prominence": (
        "line_share",
        "title_line",
        "item_line",
        "opens_sentence",
        "sentence_length",
        "in_block_title",
        "only_supporting",
        "only_opening",
        "reason_of_study",
        "reason_unexplained",
        "in_labelled_line",
        "repeats_title_elsewhere",
        "concluding_lines",
        "outside_headings",
    ),
    "place": (
        *(f"mentions_{group}" for group in GROUPS),
        "best_group",
        "first_position",
        "block_order",
        "share_of_concluding",
        "same_family_concluding",
    ),
    "repetition": ("mentions", "lines", "sections", "present_mentions"),
    "assertion": (
        "uncertain_grade",
        "uncertain_share",
        "historical_share",
        "turned",
        "turned_beside_current",
        "history_code",
    ),
    "care": ("block_treated", "note_treated", "finding_share"),
    "specificity": (
        "specific_score",
        "specific_gained",
        "specific_missing",
        "specific_default",
        "side_needed",
        "side_known",
    ),
    "frequency": (
        "code_frequency",
        "category_frequency",
        "phrases",
        "learned_rate",
    ),
    "kind": (
        "chapter_symptom",
        "chapter_factor",
        "chapter_cause",
        "chapter_injury",
        "chapter_neoplasm",
        "chapter_pregnancy",
        "symptom_beside_diagnosis",
        "integral",
    ),
    "competition": (
        "rivals_category",
        "best_in_category",
        "cause_of_injury",
        "rivals_place",
        "beaten_place",
        "inside_longer",
        "shares_site_with_diagnosis",
        "excluded",
        "says_less",
    ),
    "note": (
        "candidates_concluding",
        "diagnoses_concluding",
        "has_conclusion",
        "has_diagnosis_section",
        "titled_blocks",
        "inpatient",
        "emergency",
        "sex_conflict",
        "pregnancy_conflict",
    ),
}
NAMES: tuple[str, ...] = tuple(name for group in FEATURE_GROUPS.values() for name in group)
#: What per-code models of a corpus say, where there are any; these columns come after the others.
TAUGHT_GROUP = "taught"
TAUGHT_NAMES = ("taught_code", "taught_category", "taught_rank", "taught_known")

_MORE = (
    "coverage",
    "title_line",
    "item_line",
    "line_share",
    "in_block_title",
    "mentions_diagnosis",
    "mentions_assessment",
    "concluding_lines",
    "present_mentions",
    "block_treated",
    "side_known",
    "best_in_category",
    "share_best_leaf",
    "code_frequency",
    "category_frequency",
    "learned_rate",
    "specific_gained",
    "cause_of_injury",
    "reason_unexplained",
    "taught_code",
    "taught_category",
)
_LESS = (
    "taught_rank",
    "gap",
    "rank_of_best",
    "rank_of_first",
    "uncertain_grade",
    "uncertain_share",
    "beaten_place",
    "inside_longer",
    "rivals_place",
    "sex_conflict",
    "pregnancy_conflict",
    "turned_beside_current",
    "only_supporting",
    "only_opening",
    "outside_headings",
    "specific_missing",
    "ambiguous",
    "integral",
    "excluded",
    "says_less",
)
#: The direction in which a feature may move the score, where a coder would know it: more certain
#: with it (1) or less (-1). It keeps small corpora from teaching the opposite by chance.
MONOTONIC: dict[str, int] = {**dict.fromkeys(_MORE, 1), **dict.fromkeys(_LESS, -1)}


def names_of(columns: int) -> tuple[str, ...]:
    """Return the names of the features of a matrix, with per-code models or without."""
    return (*NAMES, *TAUGHT_NAMES)[:columns]
