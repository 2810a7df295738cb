"""What is slow to load, loaded once for all tests."""

from __future__ import annotations

import pytest

from suggester import Suggester
from suggester.codes import CodeSet, load_icd10cm
from suggester.engine import LanguageSide
from tests.databases import database, postgresql, url

__all__ = ["database", "postgresql", "url"]


@pytest.fixture(scope="session")
def codes() -> CodeSet:
    """Return the shipped release of ICD-10-CM."""
    return load_icd10cm("FY2026-04")


@pytest.fixture(scope="session")
def language(codes: CodeSet) -> LanguageSide:
    """Return the road up to ranking, on the shipped code set and lexicon."""
    return LanguageSide(codes)


@pytest.fixture(scope="session")
def shipped() -> Suggester:
    """Return the engine with the shipped model."""
    return Suggester.load()
