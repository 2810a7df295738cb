"""Databases of both kinds for the tests, as fixtures."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from suggester.review.database import Database
from tests.postgresql import server

_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a server's databases, with braces for the name."""
    with server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'review.db'}"
    pattern = request.getfixturevalue("postgresql")
    name = f"test_{next(_numbers)}"
    admin = create_engine(
        pattern.format("postgres").replace("postgresql:", "postgresql+psycopg:"),
        isolation_level="AUTOCOMMIT",
    )
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return str(pattern.format(name))


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """An up-to-date database of each kind."""
    made = Database(url)
    made.upgrade()
    yield made
    made.close()
