"""A run: from the files of notes to the parts in the folder, beginning or going on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from suggester.batch.coding import CodingOptions, code_partition
from suggester.batch.counting import count_rows
from suggester.batch.folder import BatchFolder
from suggester.batch.partitions import partitions
from suggester.batch.plan import examine, plan_of
from suggester.corpus.formats import Format
from suggester.corpus.text_files import Report
from suggester.engine.elsewhere import EngineSource
from suggester.errors import InputError
from suggester.parallel import spread

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Totals:
    """What a folder holds now: notes coded and rows set aside, in this run or before."""

    notes: int
    bad: int


def run(
    paths: Sequence[Path],
    folder: BatchFolder,
    source: EngineSource,
    options: CodingOptions,
    *,
    formats: Mapping[str, Format],
    partition: int,
    jobs: int,
    retry: bool = False,
    report: Report = lambda _: None,
    progress: Progress = lambda stage, done, total: None,
) -> Totals:
    """Code all notes that are not coded yet.

    Parameters
    ----------
    formats
        File ending → reader.
    partition
        Rows of a part.
    retry
        Code again the parts in which the coding of a note failed.

    Raises
    ------
    InputError
        A file cannot be read from its first row on, or changed while it was read.
    OutputError
        The folder was begun otherwise, or cannot be written.
    WorkerError
        Processes were lost.
    """
    inputs = examine(paths, lambda read, total: progress("checking the inputs", read, total))
    folder.begin(plan_of(inputs, source, options, partition))
    folder.tidy(retry)
    if not folder.complete:
        _go_on(paths, folder, source, options, formats, partition, jobs, report, progress)
    return Totals(folder.plan["notes"], folder.plan["bad"])


def _go_on(
    paths: Sequence[Path],
    folder: BatchFolder,
    source: EngineSource,
    options: CodingOptions,
    formats: Mapping[str, Format],
    partition: int,
    jobs: int,
    report: Report,
    progress: Progress,
) -> None:
    if "rows" not in folder.plan:
        rows = count_rows(paths, formats, lambda number: progress("counting", number, 0))
        folder.note({"rows": rows})
    total = folder.plan["rows"]
    done = folder.done()
    finished = min(total, len(done) * partition)
    progress("notes", finished, total)
    todo = partitions(paths, formats, partition, done, report)
    for part in spread(
        code_partition, ((one,) for one in todo), jobs, shared=(source, options), ordered=False
    ):
        folder.add(part)
        finished = min(total, finished + part.notes + len(part.bad))
        progress("notes", finished, total)
    if len(folder.done()) != -(-total // partition):
        raise InputError(
            "The inputs were changed while they were read; begin anew with --fresh when they rest."
        )
    bad = sum(1 for _ in folder.bad_rows())
    folder.note({"notes": total - bad, "bad": bad})
