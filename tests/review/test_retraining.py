"""Retraining: from decisions to a model that learned from them, in a process of its own."""

from __future__ import annotations

import datetime
import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner

from suggester.cli import app
from suggester.codes import CodeSet
from suggester.corpus.gold import CodedEncounter
from suggester.encounter import Encounter
from suggester.engine import Suggester
from suggester.errors import InputError, UnknownModelError
from suggester.models import load_model, read_manifest
from suggester.review import retraining as module
from suggester.review.database import Database
from suggester.review.jobs import DONE, FAILED, RUNNING, BusyError, Jobs, UnknownJobError
from suggester.review.models_in_use import ModelsInUse
from suggester.review.people import CODER, ForbiddenError, Person
from suggester.review.retraining import KIND, Enough, Retraining
from suggester.review.reviewed import Finished, split_of
from suggester.review.tables import Job
from suggester.review.trail import now
from suggester.review.training_process import without
from tests.review.finished_encounters import person
from tests.review.house_habit import HABIT, fill, small_corpus
from tests.training.conftest import NOTES


@pytest.fixture
def ann(database: Database) -> Person:
    return person(database, "ann")


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    monkeypatch.setenv("SUGGESTER_MODELS_DIR", str(folder))
    return folder


def ended(jobs: Jobs, number: int, seconds: float = 150) -> str:
    end = time.monotonic() + seconds
    steps = set()
    while time.monotonic() < end:
        state = jobs.state(number)
        steps.add(state.step)
        if state.state != RUNNING:
            return f"{state.state} {state.message}".strip()
        time.sleep(0.2)
    raise AssertionError(f"still running after {seconds} s: {steps}")


def test_reviews_teach_a_model_by_way_of_a_file(
    tmp_path: Path, codes: CodeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'review.db'}"
    database = Database(url)
    database.upgrade()
    fill(database, person(database, "ann"))
    monkeypatch.setenv("SUGGESTER_DATABASE", url)
    out, folder = tmp_path / "reviewed.jsonl", tmp_path / "models" / "taught"
    run = CliRunner()
    done = run.invoke(app, ["review", "export", str(out), "--split", "train"])
    assert done.exit_code == 0, done.output
    assert "holds the notes" in done.stderr
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert {row["split"] for row in rows} == {"train"}
    assert f"{len(rows)} encounters are in {out}" in done.stdout
    done = run.invoke(app, ["train", str(out), "--out", str(folder), "--jobs", "1"])
    assert done.exit_code == 0, done.output
    note = "Impression: cough."
    untaught = {row.code for row in Suggester(load_model(), codes).suggest(note).diagnoses}
    taught = {row.code for row in Suggester(load_model(folder), codes).suggest(note).diagnoses}
    assert HABIT[1] not in untaught
    assert HABIT[1] in taught


def test_retraining_makes_a_model_and_compares_it_and_changes_nothing(
    database: Database, ann: Person, models: Path, tmp_path: Path
) -> None:
    fill(database, ann)
    corpus = small_corpus(tmp_path)
    in_use = ModelsInUse(database)
    retraining = Retraining(database, in_use, "", (corpus,), fewest=20)
    number = retraining.start(ann)
    with pytest.raises(BusyError, match="ann started this already"):
        retraining.start(ann)
    running = retraining.running()
    assert running is not None
    assert running.id == number
    assert ended(retraining.jobs, number) == DONE
    [job] = retraining.jobs.done(KIND)
    name = job.outcome["model"]
    assert job.progress == 1.0
    manifest = read_manifest(models / name)
    counts = Finished(database).count()
    assert [row["name"] for row in manifest["corpora"]] == [
        "corpus.jsonl", f"{counts['train']} reviewed encounters",
    ]  # fmt: skip
    assert manifest["encounters"] == len(NOTES) + counts["train"]
    told = retraining.comparison(name)
    assert (told["base"], told["other"]) == ("default", name)
    assert (told["encounters"], told["learned_from"]) == (counts["test"], counts["train"])
    first = told["rows"][0]
    assert first["metric"] == "micro_f1"
    # The habit is new to the model in use.
    assert first["other"] > first["base"]
    assert told["verdict"].startswith(("The new model is better", "The difference may be chance"))
    # Nothing changes until somebody wants it to.
    assert in_use.current() is None
    in_use.promote(name, ann)
    current = in_use.current()
    assert current is not None
    assert current.model == name
    with pytest.raises(InputError, match="in use already"):
        in_use.promote(name, ann)
    assert in_use.roll_back(ann) == "default"
    assert in_use.current() is None
    with pytest.raises(InputError, match="nothing to go back to"):
        in_use.roll_back(ann)


def test_a_process_that_is_killed_is_noticed(
    database: Database, ann: Person, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database, ann)
    retraining = Retraining(database, ModelsInUse(database), fewest=20)
    number = retraining.start(ann)
    os.kill(module._started[-1].pid, signal.SIGKILL)
    module._started[-1].wait(30)
    assert retraining.jobs.state(number).state == RUNNING
    with database.transaction() as session:
        silent = now() - datetime.timedelta(minutes=2)
        session.execute(update(Job).values(beat_at=silent))
    state = retraining.jobs.state(number)
    assert state.state == FAILED
    assert "stopped without a word" in state.message
    assert retraining.running() is None
    # Another may begin now.
    assert retraining.jobs.begin(KIND, ann) > number
    assert not list(models.glob("*")) if models.exists() else True


def test_a_failure_is_told_in_a_sentence(
    database: Database, ann: Person, models: Path, tmp_path: Path
) -> None:
    fill(database, ann)
    missing = (tmp_path / "nowhere.jsonl",)
    retraining = Retraining(database, ModelsInUse(database), "", missing, fewest=20)
    told = ended(retraining.jobs, retraining.start(ann))
    assert told.startswith(FAILED)
    assert "nowhere.jsonl" in told
    # Without the model in use there is nothing to compare with: said before the long work.
    gone = Retraining(database, ModelsInUse(database, "vanished"), "", missing, fewest=20)
    told = ended(gone.jobs, gone.start(ann))
    assert told.startswith(FAILED)
    assert "no model 'vanished'" in told


def test_of_many_starts_at_once_one_begins(database: Database, ann: Person) -> None:
    jobs, begun, refused = Jobs(database), [], []
    gate = threading.Barrier(6)

    def begin() -> None:
        gate.wait()
        try:
            begun.append(jobs.begin(KIND, ann))
        except BusyError as error:
            refused.append(error)

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(begun), len(refused)) == (1, 5)


def test_a_job_given_up_is_told_so_when_it_beats(database: Database, ann: Person) -> None:
    jobs = Jobs(database)
    number = jobs.begin(KIND, ann)
    assert jobs.beat(number, 0.5, "reading notes")
    assert (jobs.state(number).progress, jobs.state(number).step) == (0.5, "reading notes")
    jobs.end(number, FAILED, {"message": "no"})
    assert not jobs.beat(number, 0.9)
    jobs.end(number, DONE, {})
    assert jobs.state(number).state == FAILED
    with pytest.raises(UnknownJobError, match="no job 99"):
        jobs.state(99)


def test_too_few_reviews_are_refused(database: Database, ann: Person) -> None:
    retraining = Retraining(database, ModelsInUse(database))
    with pytest.raises(InputError, match=r"There are 0 finished encounters; .* at least 50"):
        retraining.start(ann)
    assert Enough(50, 2, 50).sentence.startswith("Of the finished encounters 2 are held back")
    assert Enough(45, 5, 50).sentence == ""
    with database.reading() as session:
        assert session.scalars(select(Job)).all() == []


def test_only_an_administrator_may(database: Database, models: Path) -> None:
    coder = person(database, "cyd", CODER)
    in_use = ModelsInUse(database)
    with pytest.raises(ForbiddenError):
        Retraining(database, in_use).start(coder)
    with pytest.raises(ForbiddenError):
        in_use.promote("default", coder)
    with pytest.raises(ForbiddenError):
        in_use.roll_back(coder)


def test_only_a_known_model_that_can_be_loaded_is_promoted(
    database: Database, ann: Person, models: Path, tmp_path: Path
) -> None:
    in_use = ModelsInUse(database)
    for name in ("nothing", "../default", str(tmp_path)):
        with pytest.raises(UnknownModelError):
            in_use.promote(name, ann)
    with pytest.raises(UnknownModelError, match="no comparison"):
        Retraining(database, in_use).comparison("default")


def test_what_is_held_back_is_never_learned_from(database: Database, ann: Person) -> None:
    fill(database, ann)
    for row in Finished(database).rows():
        assert row["split"] == split_of(row["id"])


def test_a_note_that_came_in_twice_is_not_learned_from_where_it_is_held_back() -> None:
    def coded(name: str, text: str) -> CodedEncounter:
        return CodedEncounter(Encounter.of_text(text, name), ("I10",))

    held_back = [coded("a", "Assessment: Hypertension.")]
    learn = [coded("b", "Assessment: Hypertension."), coded("c", "Assessment: Gout.")]
    assert [row.encounter.id for row in without(learn, held_back)] == ["c"]
