"""Retraining on reviewed encounters: begun by an administrator, done in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from suggester.errors import InputError, OutputError, UnknownModelError
from suggester.models import model_folders
from suggester.review.database import Database
from suggester.review.jobs import FAILED, Jobs, JobState
from suggester.review.models_in_use import ModelsInUse
from suggester.review.people import ForbiddenError, Person
from suggester.review.reviewed import Finished

KIND = "retraining"
#: Reviewed encounters needed, and how many of them at least must be held back to measure on.
FEWEST, FEWEST_HELD_BACK = 50, 5
#: Variables that the process is not handed on: it reads what they say from its standard input.
_PRIVATE = ("SUGGESTER_KEY", "SUGGESTER_DATABASE")
_PROGRAM = "suggester.review.training_process"


@dataclass(frozen=True, slots=True)
class Enough:
    """How many reviewed encounters there are, and whether that is enough to learn from."""

    learn: int
    held_back: int
    fewest: int

    @property
    def sentence(self) -> str:
        """What is missing, in one sentence; empty where nothing is."""
        reviewed = self.learn + self.held_back
        if reviewed < self.fewest:
            return (
                f"There are {reviewed} finished encounters; retraining needs at least {self.fewest}, "
                "else it learns chance."
            )
        least = min(FEWEST_HELD_BACK, max(1, self.fewest // 10))
        if self.held_back < least:
            return (
                f"Of the finished encounters {self.held_back} are held back to measure on; "
                f"retraining needs at least {least}, else nobody knows whether it helped."
            )
        return ""


@dataclass(frozen=True, slots=True)
class Retraining:
    """Retrain on the decisions in a database.

    Attributes
    ----------
    keys
        The keys of the database, in base64, as SUGGESTER_KEY gives them.
    corpora
        Corpora to train on beside the reviewed encounters; those of the project by default, where
        they are at hand.
    """

    database: Database
    in_use: ModelsInUse
    keys: str = field(default="", repr=False)
    corpora: tuple[Path, ...] = ()
    fewest: int = FEWEST

    @property
    def jobs(self) -> Jobs:
        """The jobs of the database."""
        return Jobs(self.database)

    def enough(self) -> Enough:
        """Return how many reviewed encounters there are."""
        counts = Finished(self.database).count()
        return Enough(counts["train"], counts["test"], self.fewest)

    def start(self, person: Person) -> int:
        """Begin to retrain in a process of its own, and return the number of the job.

        The process outlives the page, and the service.

        Raises
        ------
        ForbiddenError
            This account may not.
        InputError
            There are too few finished encounters.
        BusyError
            It is running already.
        """
        if not person.may_administer:
            raise ForbiddenError("Only an administrator may retrain.")
        if missing := self.enough().sentence:
            raise InputError(missing)
        job = self.jobs.begin(KIND, person)
        task = {
            "database": self.database.engine.url.render_as_string(hide_password=False),
            "keys": self.keys,
            "job": job,
            "corpora": [str(path) for path in self.corpora or shipped_corpora()],
            "base": self.in_use.name,
            "folder": str(model_folders()[0]),
        }
        try:
            _launch(task)
        except OSError as error:
            sentence = f"Retraining could not be started: {error.strerror or 'no process'}."
            self.jobs.end(job, FAILED, {"message": sentence})
            raise OutputError(sentence) from None
        return job

    def comparison(self, name: str) -> dict[str, Any]:
        """Return how a retrained model did beside the one it was compared with.

        Raises
        ------
        UnknownModelError
            No such model was made here by retraining.
        """
        told = self.comparisons().get(name)
        if told is None:
            raise UnknownModelError(
                "That model was not made here by retraining, so there is no comparison."
            )
        return told

    def comparisons(self) -> dict[str, dict[str, Any]]:
        """Return the comparisons of all models that were made here, by the model's name.

        Each tells under ``current`` whether the model it was compared with is still in use.
        """
        in_use = self.in_use.name
        return {
            job.outcome["model"]: job.outcome["comparison"]
            | {"current": job.outcome["against"] == in_use}
            for job in self.jobs.done(KIND)
        }

    def running(self) -> JobState | None:
        """Return the job that is running."""
        return self.jobs.running(KIND)


def shipped_corpora() -> tuple[Path, ...]:
    """Return the corpora of the project, where they are at hand."""
    folder = Path(__file__).resolve().parents[2] / "corpora"
    return tuple(path for name in ("notes", "procedures") if (path := folder / name).is_dir())


def _launch(task: dict[str, Any]) -> None:
    # A clone is not installed: the process finds it where this one did.
    paths = [str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")]
    # The keys go through a pipe: arguments and variables of a process can be seen by others.
    kept = {name: value for name, value in os.environ.items() if name not in _PRIVATE}
    process = subprocess.Popen(
        [sys.executable, "-m", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**kept, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(task).encode("utf-8"))
    process.stdin.close()
    _started.append(process)
    _started[:] = [one for one in _started if one.poll() is None]


#: Processes started here, kept so that each is waited for when it ends.
_started: list[subprocess.Popen[bytes]] = []
