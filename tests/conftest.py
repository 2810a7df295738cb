"""The language side of the engine, built once for every test that reads notes."""

from __future__ import annotations

import pytest

from suggester.codes import load_icd10cm
from suggester.engine import LanguageSide


@pytest.fixture(scope="session")
def language_side() -> LanguageSide:
    """Return the road up to ranking, on the shipped code set and lexicon."""
    return LanguageSide(load_icd10cm("FY2026-04"))
