from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from suggester import Suggester
from suggester.review.database import Database
from suggester.review.desk import Desk
from suggester.web.app import create_app
from suggester.web.office import Office


@pytest.fixture
def office(tmp_path: Path, shipped: Suggester) -> Iterator[Office]:
    database = Database(f"sqlite:///{tmp_path / 'review.db'}")
    database.upgrade()
    yield Office(database, Desk(shipped))
    database.close()


@pytest.fixture
def client(office: Office) -> TestClient:
    """A program on the same computer, no browser."""
    return TestClient(create_app(office), base_url="http://localhost")
