"""Settings of the review workbench, from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def _database() -> str:
    return f"sqlite:///{user_data_path('suggester') / 'review.db'}"


class Settings(BaseSettings):
    """What ``suggester serve`` can be told by variables named ``SUGGESTER_…``.

    Attributes
    ----------
    database
        SUGGESTER_DATABASE: URL of the review database; a SQLite file in the user's data folder by default.
    key
        SUGGESTER_KEY: keys in base64 that notes are encrypted with at rest, the newest first.
    model, rules
        SUGGESTER_MODEL, SUGGESTER_RULES: the model that suggests, and a TOML file with the site's rules.
    most_megabytes
        SUGGESTER_MOST_MEGABYTES: the largest request.
    """

    model_config = SettingsConfigDict(env_prefix="SUGGESTER_", extra="ignore")

    database: str = Field(default_factory=_database)
    key: SecretStr = SecretStr("")
    model: str = "default"
    rules: Path | None = None
    most_megabytes: Annotated[int, Field(ge=1, le=1000)] = 20
