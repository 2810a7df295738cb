"""The process that retrains: reads its task from standard input, tells the database how it goes."""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suggester.corpus.gold import CodedEncounter
from suggester.errors import InputError, SuggesterError
from suggester.review.database import Database
from suggester.review.jobs import DONE, FAILED, Jobs
from suggester.review.reviewed import Chosen, Finished
from suggester.review.sealing import Sealer, read_keys
from suggester.review.trail import now

if TYPE_CHECKING:
    from suggester.models import Model

#: Seconds between two signs of life.
_BEAT = 5.0
#: Stage of training → where in the whole work it begins and ends.
_STAGES = {
    "reading decisions": (0.0, 0.05),
    "looking up": (0.05, 0.15),
    "reading notes": (0.15, 0.35),
    "cross-validating": (0.35, 0.5),
    "fitting": (0.5, 0.55),
    "reading procedures": (0.55, 0.65),
    "reading visits": (0.65, 0.7),
    "cross-validating procedures": (0.7, 0.75),
    "measuring the new model": (0.75, 0.84),
    "measuring the model in use": (0.84, 0.92),
    "comparing both": (0.92, 0.99),
}


class Unwanted(Exception):  # noqa: N818
    """The job was given up meanwhile."""


class Pulse:
    """Tells the database how far the work is, and that it is still done."""

    def __init__(self, jobs: Jobs, job: int) -> None:
        self._jobs, self._job = jobs, job
        self._last = 0.0
        self._step, self._share = "starting", 0.0
        self._wanted = True

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take in how far a stage is; raises Unwanted where nobody waits for it."""
        if not self._wanted:
            raise Unwanted
        first, last = _STAGES.get(stage, (self._share, self._share))
        self._share = first + (last - first) * (done / total if total else 0.0)
        changed, self._step = stage != self._step, stage
        if changed or time.monotonic() - self._last > 1:
            self._tell()

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Give signs of life until the work is done, however long a stage is."""
        done = threading.Event()

        def beat() -> None:
            while not done.wait(_BEAT):
                self._tell()

        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _tell(self) -> None:
        self._last = time.monotonic()
        try:
            self._wanted = self._jobs.beat(self._job, round(self._share, 4), self._step)
        except SuggesterError:  # A database that does not answer for a moment.
            return


def main() -> None:
    """Do the task that standard input describes."""
    task = json.load(sys.stdin)
    database = Database(task["database"], Sealer(read_keys(task["keys"])))
    jobs, job = Jobs(database), int(task["job"])
    pulse = Pulse(jobs, job)
    try:
        with pulse.beating():
            outcome = retrain(database, task, pulse)
        jobs.end(job, DONE, outcome)
    except Unwanted:
        return
    except SuggesterError as error:
        jobs.end(job, FAILED, {"message": str(error)})
    except BaseException as error:  # Its message could hold note text.
        jobs.end(job, FAILED, {"message": _unexpected(error)})
        raise SystemExit(1) from None
    finally:
        database.close()


def retrain(database: Database, task: dict[str, Any], progress: Pulse) -> dict[str, Any]:
    """Train, compare with the model in use, and return the model's name and the comparison."""
    from suggester.models import load_model
    from suggester.training.train import train_model

    # Before the long work: without the model in use there is nothing to compare with.
    base = load_model(task["base"])
    held_back = _reviewed(database, "test", progress)
    learn = without(_reviewed(database, "train", progress), held_back)
    if not learn or not held_back:
        raise InputError("There are too few finished encounters to learn from and to measure on.")
    moment = now()
    name = f"reviewed-{moment:%Y%m%d-%H%M%S}-{task['job']}"
    folder = Path(task["folder"]) / name
    train_model(
        [Path(path) for path in task["corpora"]],
        folder,
        version=f"{moment:%Y.%m.%d}",
        reviewed=learn,
        jobs=1,
        progress=progress,
    )
    gc.collect()
    return {
        "model": name,
        "against": task["base"],
        "comparison": _compared(base, folder, held_back, len(learn), progress),
    }


def without(learn: list[CodedEncounter], held_back: list[CodedEncounter]) -> list[CodedEncounter]:
    """Leave out notes that are held back under another name: a note may come in twice."""
    texts = {coded.encounter.text for coded in held_back}
    return [coded for coded in learn if coded.encounter.text not in texts]


def _reviewed(database: Database, split: str, progress: Pulse) -> list[CodedEncounter]:
    chosen = Chosen(splits=(split,))
    total = Finished(database).count(chosen)[split]
    out = []
    for number, row in enumerate(Finished(database).rows(chosen), 1):
        out.append(CodedEncounter.from_mapping(row, str(row["id"])))
        progress("reading decisions", number, total)
    return out


def _compared(
    base: Model, folder: Path, held_back: list[CodedEncounter], learned: int, progress: Pulse
) -> dict[str, Any]:
    from suggester.engine import Suggester
    from suggester.evaluation.paired import answers, compare, verdict
    from suggester.evaluation.per_code import code_changes

    number = len(held_back)
    new = Suggester.load(folder)
    theirs = answers(new, held_back, lambda n: progress("measuring the new model", n, number))
    old = new.with_model(base)
    ours = answers(old, held_back, lambda n: progress("measuring the model in use", n, number))
    rows = compare(
        ours, theirs, progress=lambda done, total: progress("comparing both", done, total)
    )
    return {
        "base": old.model.name,
        "other": new.model.name,
        "encounters": number,
        "learned_from": learned,
        "rows": [row.to_dict() for row in rows],
        "codes": [change.to_dict() for change in code_changes(ours, theirs)],
        "verdict": verdict(rows, number),
    }


def _unexpected(error: BaseException) -> str:
    place, trace = "", error.__traceback__
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.startswith("suggester") or module == "__main__":
            place = f" in {module}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return f"Training failed unexpectedly ({type(error).__name__}{place}); please report this."


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 2) - 1)))
    main()
