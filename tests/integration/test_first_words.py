"""The first note anyone tries, through the real command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTE = (
    "Assessment: Acute appendicitis without perforation. No fever. Mother had breast cancer. "
    "Hypertension, on lisinopril."
)


def suggest(*options: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "suggester", "suggest", "-", *options],
        input=NOTE,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SUGGESTER_MODELS_DIR": str(ROOT / "models"), "COLUMNS": "120"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    result: dict[str, Any] = json.loads(suggest("--format", "json", "--explain"))
    return result


def test_what_is_confident(found: dict[str, Any]) -> None:
    sure = {s["code"] for s in found["suggestions"] if s["tier"] == "confident"}
    # Appendicitis "without perforation": K35.80, or a sibling for detail the note documents.
    assert any(code.startswith("K35.8") for code in sure)
    assert "I10" in sure
    assert not [code for code in sure if code.startswith(("R50", "C50", "D05", "Z85.3"))]


def test_what_is_not_coded(found: dict[str, Any]) -> None:
    refused = {r["text"]: (r["reason"], r["cue"].lower()) for r in found["not_coded"]}
    assert refused["fever"] == ("negated", "no")
    assert refused["breast cancer"] == ("family", "mother")


def test_offsets_and_explanations(found: dict[str, Any]) -> None:
    for place in [e for s in found["suggestions"] for e in s["evidence"]] + found["not_coded"]:
        assert NOTE[place["start"] : place["end"]] == place["text"]
    assert all(s["reasons"] for s in found["suggestions"] if s["tier"] == "confident")


def test_the_table() -> None:
    table = suggest()
    lines = table.splitlines()
    assert any("I10" in line and "confident" in line for line in lines)
    assert any("K35.8" in line and "confident" in line for line in lines)
    assert any("fever" in line and "negated" in line and "No" in line for line in lines)
    assert any("breast cancer" in line and "family" in line for line in lines)
