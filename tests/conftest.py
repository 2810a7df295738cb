"""What many tests share: the code set, the language side, the shipped model, each loaded once."""

from __future__ import annotations

from pathlib import Path

import pytest

from suggester.codes import CodeSet, load_icd10cm
from suggester.engine import LanguageSide, Suggester

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def codes() -> CodeSet:
    """The shipped release of ICD-10-CM."""
    return load_icd10cm()


@pytest.fixture(scope="session")
def language(codes: CodeSet) -> LanguageSide:
    """The road up to the candidates."""
    return LanguageSide(codes)


@pytest.fixture(scope="session")
def shipped() -> Suggester:
    """The shipped model; a test that needs it fails when it is not there."""
    return Suggester.load(ROOT / "models" / "default")
