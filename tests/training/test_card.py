"""The model card says what the manifest says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from suggester.training.card import write_card

MANIFEST: dict[str, Any] = {
    "name": "mine",
    "version": "2.0.0",
    "created": "2026-01-01T00:00:00+00:00",
    "versions": {"suggester": "0.1.0", "scikit-learn": "1.9.1"},
    "code_sets": {"icd10cm": "FY2026-04"},
    "corpora": [{"name": "notes", "sha256": "0"}, {"name": "ours.jsonl", "sha256": "1"}],
    "encounters": 321,
    "settings": {"seeds": 3, "folds": 10},
    "features": ["a", "b"],
    "metrics": {"micro_f1": 0.61234, "ece": 0.0123},
    "rebuild": "suggester train notes ours.jsonl --out models/mine --force",
}


def test_card() -> None:
    card = write_card(MANIFEST)
    for words in (
        "# Model card: mine 2.0.0",
        "scikit-learn 1.9.1",
        "ICD-10-CM FY2026-04",
        "321 encounters: notes, ours.jsonl",
        "2 features of a (note, code) pair",
        "10-fold",
        "| micro_f1 | 0.612 |\n| ece | 0.012 |",
        "`suggester train notes ours.jsonl --out models/mine --force`",
        "Not for billing",
    ):
        assert words in card
    assert "{" not in card
    assert "| procedures | none: the corpora hold too few" in card


def test_card_of_a_model_with_procedures() -> None:
    learned = {
        "procedure_features": ["a", "b", "c"],
        "encounters_with_procedures": 77,
        "metrics": MANIFEST["metrics"] | {"procedure_threshold": 0.4},
    }
    card = write_card(MANIFEST | learned)
    assert "on 3 features; 77 texts whose procedures were coded" in card


def test_a_card_quotes_figures_measured_elsewhere() -> None:
    text = write_card(MANIFEST, "## Measured on other notes\n\n| F1 |\n")
    assert "\n## Measured on other notes\n" in text
    assert text.index("## Measured on other notes") < text.index("## Limits")
    assert "{" not in text


def test_the_shipped_card_quotes_the_figures_that_make_train_passes_on() -> None:
    root = Path(__file__).resolve().parents[2]
    assert "--measured models/measured.md" in (root / "Makefile").read_text("utf-8")
    figures = (root / "models" / "measured.md").read_text("utf-8").strip()
    assert figures in (root / "models" / "default" / "CARD.md").read_text("utf-8")
