"""Settings of the review workbench, from the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def _database() -> str:
    return f"sqlite:///{user_data_path('suggester') / 'review.db'}"


class Settings(BaseSettings):
    """What ``suggester serve`` can be told by variables named ``SUGGESTER_…``.

    What no variable gives is looked for in files of the same names in small letters, such as
    ``suggester_key``, in the folder SUGGESTER_SECRETS_DIR, by default ``/run/secrets``, where containers
    find their secrets.

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
    hosts
        SUGGESTER_HOSTS: names under which others call the service, with commas between them.
    idle_minutes, session_hours
        SUGGESTER_IDLE_MINUTES, SUGGESTER_SESSION_HOURS: how long one stays signed in without doing
        anything, and at all.
    requests_per_minute
        SUGGESTER_REQUESTS_PER_MINUTE: how many an account may send; 0 for any number.
    corpus, fewest_reviewed
        SUGGESTER_CORPUS, SUGGESTER_FEWEST_REVIEWED: a file or folder of coded notes to retrain on beside the
        reviewed ones, the project's own by default; the reviewed encounters that retraining needs.
    log_requests
        SUGGESTER_LOG_REQUESTS: whether a line of JSON is written on standard error for every request.
    log_level
        SUGGESTER_LOG_LEVEL: from which level on messages are written there.
    """

    model_config = SettingsConfigDict(env_prefix="SUGGESTER_", extra="ignore")

    database: str = Field(default_factory=_database)
    key: SecretStr = SecretStr("")
    model: str = "default"
    rules: Path | None = None
    most_megabytes: Annotated[int, Field(ge=1, le=1000)] = 20
    hosts: str = ""
    idle_minutes: Annotated[int, Field(ge=1, le=1440)] = 30
    session_hours: Annotated[int, Field(ge=1, le=168)] = 12
    requests_per_minute: Annotated[int, Field(ge=0, le=1_000_000)] = 1200
    corpus: Path | None = None
    fewest_reviewed: Annotated[int, Field(ge=10)] = 50
    log_requests: bool = False
    log_level: Literal["debug", "info", "warning", "error"] = "warning"


def load_settings() -> Settings:
    """Return the settings of the environment and of the files of secrets.

    Raises
    ------
    ValidationError
        One cannot be used.
    OSError
        A file of secrets cannot be read.
    """
    folder = Path(os.environ.get("SUGGESTER_SECRETS_DIR") or "/run/secrets")
    if not folder.is_dir():
        return Settings()

    class WithSecrets(Settings):
        """The settings, with those of the files beneath those of the environment."""

        model_config = SettingsConfigDict(secrets_dir=folder)

    return WithSecrets()
