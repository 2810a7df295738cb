"""A small corpus of invented notes, enough to train on in seconds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

NOTES = (
    (
        "Assessment: Hypertension, stable on lisinopril. No chest pain. Mother had breast cancer.",
        "I10",
    ),
    (
        "Cough for a week, no fever. Impression: acute bronchitis. Return if short of breath.",
        "J20.9",
    ),
    (
        "Assessment: Type 2 diabetes without complications. Denies polyuria or blurred vision.",
        "E11.9",
    ),
    (
        "Impression: Gastroesophageal reflux disease. Denies dysphagia. Father had colon cancer.",
        "K21.9",
    ),
    ("Assessment: Hypothyroidism, TSH normal on levothyroxine. No palpitations.", "E03.9"),
    ("Impression: Migraine without aura. Denies vision loss. Possible sinusitis.", "G43.009"),
    ("Assessment: Hyperlipidemia, on a statin. No myalgia. Rule out hypothyroidism.", "E78.5"),
    ("Assessment: Mild intermittent asthma, uncomplicated. No wheezing today.", "J45.20"),
    ("Impression: Acute appendicitis with generalized abdominal pain. No hematuria.", "K35.80"),
    (
        "Assessment: Major depressive disorder. Denies suicidal ideation. Sister has anxiety.",
        "F32.9",
    ),
    ("Assessment: Acute cystitis without hematuria. No flank pain, no fever.", "N30.00"),
    ("Impression: Low back pain after gardening. No sciatica, no weakness.", "M54.50"),
    ("Assessment: Hypertension and hyperlipidemia, both at goal. No stroke symptoms.", "I10 E78.5"),
    ("Assessment: Iron deficiency anemia. No melena. Family history of diabetes.", "D50.9"),
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A JSONL file of coded notes."""
    path = tmp_path / "corpus.jsonl"
    rows = (
        {"id": f"t-{n}", "text": text, "codes": codes.split(), "setting": "outpatient"}
        for n, (text, codes) in enumerate(NOTES)
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path
